"""Make what the explorers read: the sentence explorer's network, and the gradient explorer's runs.

    python tools/explorers.py                     make both again
    python tools/explorers.py sentence            only one of them

Each file carries the fingerprint of its configuration and of the task's own data. A test fails when it no longer matches,
so a change of rounding leaves the files alone, and a change of the grammar does not.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from lstm_course import cells, initialization, models, nn, tasks
from lstm_course.analysis import memory
from lstm_course.training import fit, one_cycle

DATA = Path(__file__).resolve().parents[1] / "lstm_course" / "figures" / "data"
# The setting of chapters/4_memory.ipynb, and the first of its eight networks: seed 0, for no reason but that it is the first.
SENTENCE = {
    "seed": 0, "embedding": 16, "hidden": 32, "forget_bias": 1, "penalty": 0.2, "agreement_counts": 10,
    "documents": 2000, "length": 41, "unseen": 100, "unseen_length": 61,
    "steps": 800, "batch": 8, "lr": 0.02, "clip": 1, "schedule": "one_cycle",
}  # fmt: skip


def fingerprint(configuration, *arrays):
    """The hash of a configuration (plain data) and of arrays of ints."""
    found = hashlib.sha256(json.dumps(configuration, sort_keys=True).encode())
    for array in arrays:
        found.update(np.ascontiguousarray(array, dtype="<i4").tobytes())
    return found.hexdigest()


def texts():
    """(train, select, test), the chapter's three sets of documents."""
    rng, s = np.random.default_rng(0), SENTENCE
    train = tasks.sentences(s["documents"], s["length"], rng)
    return train, *(tasks.sentences(s["unseen"], s["unseen_length"], rng) for _ in range(2))


def sentence_fingerprint():
    """What the sentence explorer's file must carry: it changes with the configuration, the words and the grammar."""
    drawn = [array for text in texts() for array in (text.words, text.twin, text.gender)]
    return fingerprint([SENTENCE, tasks.VOCABULARY], *drawn)


def trained():
    """The network, as ``memory.Opened``."""
    s, size, (train, _, _) = SENTENCE, len(tasks.VOCABULARY), texts()
    cell = cells.LSTM(s["embedding"], s["hidden"])
    start = lambda params, rng: initialization.forget_bias(cell, params, s["forget_bias"])  # noqa: E731
    weight = np.where(train.twin[1:] >= 0, s["agreement_counts"], 1).astype(np.float32)
    history = fit(
        lambda: models.OpenLanguageModel(nn.LSTM, size, s["hidden"], s["embedding"], init=start),
        (*train.task, weight), seeds=[s["seed"]], steps=s["steps"], batch=s["batch"], lr=s["lr"], clip=s["clip"],
        schedule=one_cycle, loss=models.quiet_cross_entropy(size, s["penalty"]),
    )  # fmt: skip
    return memory.opened(history.models[0])


def gender_due(text):
    """(T − 1, n) bool: a pronoun, possessive or reflexive of a singular subject comes next."""
    return text.due("pronoun", "possessive", "reflexive") & (text.twin[1:] >= 0)


def right(net, h, text, asked):
    """Whether the net prefers each asked word to its twin: h (T, …, n, H) → (…, asked)."""
    h = np.moveaxis(h, 0, -3)[..., asked, :]
    return net.prefers(h, text.words[1:][asked], text.twin[1:][asked])


def held(net, text, unit, value):
    """The run over a text with c of a unit, or of each of several in turn, held at a value."""
    params, state = memory.clamped(net.cell, net.params, unit, value, text.words.shape[1])
    return net.run(text.words[:-1], params, state)


def lost(net, text):
    """The share of gendered words lost when each unit in turn is held at its mean: (H,)."""
    middle = net.run(text.words[:-1]).c.mean(axis=(0, 1))
    h = held(net, text, np.arange(net.cell.hidden_size), middle).h
    return 1 - right(net, h, text, gender_due(text)).mean(axis=-1)


def levels(net, text):
    """The mean of each unit's c where the subject is a he, and where it is a she, to three digits: two lists of H."""
    c = net.run(text.words[:-1]).c
    return [[round(float(mean), 3) for mean in c[text.gender[:-1] == gender].mean(axis=0)] for gender in (0, 1)]


def sentence():
    """Train, find the gender unit by removal on `select`, and store all: ``sentence.safetensors``."""
    from safetensors.numpy import save_file

    net, (_, select, _) = trained(), texts()
    he, she = levels(net, select)
    arrays = {**net.params._asdict(), "embedding": net.embedding, "V": net.V, "b_y": net.b}
    about = {"words": tasks.VOCABULARY, "unit": int(lost(net, select).argmax()), "he": he, "she": she,
             "configuration": SENTENCE, "fingerprint": sentence_fingerprint()}  # fmt: skip
    arrays = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}
    save_file(arrays, DATA / "sentence.safetensors", {"about": json.dumps(about)})


MAKERS = {"sentence": sentence}


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(MAKERS)} (default: all)")
    names = parser.parse_args(arguments).names
    if unknown := set(names) - set(MAKERS):
        parser.error(f"{sorted(unknown)}, expected some of {list(MAKERS)}")
    for name in names or MAKERS:
        MAKERS[name]()


if __name__ == "__main__":
    main()
