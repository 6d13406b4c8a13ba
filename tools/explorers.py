"""Make what the explorers read: the sentence explorer's network, and the gradient explorer's runs.

    python tools/explorers.py                     make both again
    python tools/explorers.py sentence            only one of them

Each file carries the fingerprint of its configuration and of the task's own data. A test fails when it no longer matches,
so a change of rounding leaves the files alone, and a change of the grammar does not.
"""

import argparse
import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from lstm_course import cells, initialization, models, nn, tasks
from lstm_course.analysis import gradient_flow, memory
from lstm_course.recurrence import unroll
from lstm_course.training import fit, one_cycle

DATA = Path(__file__).resolve().parents[1] / "lstm_course" / "figures" / "data"
# The setting of chapters/4_memory.ipynb, and the first of its eight networks: seed 0, for no reason but that it is the first.
SENTENCE = {
    "seed": 0, "embedding": 16, "hidden": 32, "forget_bias": 1, "penalty": 0.2, "agreement_counts": 10,
    "documents": 2000, "length": 41, "unseen": 100, "unseen_length": 61,
    "steps": 800, "batch": 8, "lr": 0.02, "clip": 1, "schedule": "one_cycle",
}  # fmt: skip

# Networks at their start, as in chapters/3_gradients.ipynb: W x has the standard deviation of the input, b = 0.
GRADIENTS = {
    "draws": 9, "inputs": 16, "hidden": 64, "steps": 60, "distances": [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 60],
    "cells": ["tanh", "sigmoid", "relu", "lstm"], "radii": [0.5, 0.7, 0.9, 1.0, 1.1, 1.3, 1.5, 2.0], "strengths": [0, 0.1, 1, 2],
    "biases": [-1, 0, 1, 2, 3, 5],
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


def scaled(params, radius):
    """Every H × H block of U scaled to a spectral radius."""
    blocks = params.U.reshape(-1, params.U.shape[1], params.U.shape[1])
    return params._replace(U=np.concatenate([block * (radius / initialization.spectral_radius(block)) for block in blocks]))


def as_tanh(params):
    """The tanh network that is a sigmoid one: with s = 2h − 1, h = σ(Wx + Uh + b) is s = tanh(Wx/2 + Us/4 + b/2 + U1/4).

    s and h differ by a factor and a shift, so ∂s_T/∂s_{T−k} = ∂h_T/∂h_{T−k}. The ¼ is the sigmoid's greatest slope.
    """
    return params._replace(W=params.W / 2, U=params.U / 4, b=params.b / 2 + params.U.sum(axis=1) / 4)


def network(name, radius, bias, draw):
    """(cell, params, first state) of one of the networks, its weights drawn with the seed ``draw``."""
    s, rng = GRADIENTS, np.random.default_rng(draw)
    kinds = {"tanh": cells.RNN, "sigmoid": cells.RNN, "lstm": cells.LSTM}
    size = s["inputs"], s["hidden"]
    cell = cells.RNN(*size, nonlinearity="relu") if name == "relu" else kinds[name](*size)
    params = scaled(cell.init(rng), radius)
    params = params._replace(W=rng.normal(size=params.W.shape) / np.sqrt(s["inputs"]), b=np.zeros_like(params.b))
    state = cell.zero_state(1)
    if name == "sigmoid":
        params, state = as_tanh(params), state._replace(h=state.h - 1)
    return cell, initialization.forget_bias(cell, params, bias) if name == "lstm" else params, state


def reach(name, radius, strength, bias, draw):
    """(norms, path) at each of the distances: ‖∂s_T/∂s_{T−k}‖, and for the LSTM the largest product of forget gates."""
    s = GRADIENTS
    cell, params, state = network(name, radius, bias, draw)
    x = strength * np.random.default_rng([draw, 1]).normal(size=(s["steps"], 1, s["inputs"]))
    run, at = unroll(cell, params, x, state), np.array(s["distances"]) - 1
    products = gradient_flow.jacobian_products(gradient_flow.step_jacobians(cell, params, run))[at, 0]
    path = gradient_flow.direct_path(run.trace.f)[at, 0].max(axis=-1) if name == "lstm" else None
    return np.linalg.norm(products, 2, axis=(-2, -1)), path


def hundredths(values):
    """log10 in hundredths, rounded; None for zero."""
    return [None if value == 0 else round(100 * float(np.log10(value))) for value in values]


def curves(name, radius, strength, bias=None):
    """Lowest, median and highest norm of all draws at each distance, and for the LSTM the median path: lists of ``hundredths``."""
    norms, paths = zip(*(reach(name, radius, strength, bias, draw) for draw in range(GRADIENTS["draws"])))
    rows = [np.min(norms, axis=0), np.median(norms, axis=0), np.max(norms, axis=0)]
    return [hundredths(row) for row in (rows if paths[0] is None else [*rows, np.median(paths, axis=0)])]


def largest(radius):
    """The greatest σ_max(U) of all draws of a plain network with this spectral radius."""
    draws = (cells.RNN(GRADIENTS["inputs"], GRADIENTS["hidden"]).init(np.random.default_rng(k)) for k in range(GRADIENTS["draws"]))
    return max(initialization.spectral_norm(scaled(params, radius).U) for params in draws)


def grid():
    """Every setting of the gradient explorer: (cell, radius, strength, bias)."""
    s = GRADIENTS
    for name, radius, strength in itertools.product(s["cells"], s["radii"], s["strengths"]):
        for bias in s["biases"] if name == "lstm" else [None]:
            yield name, radius, strength, bias


def key(name, radius, strength, bias):
    """Under what name the curves of a setting are stored."""
    return " ".join([name, f"{radius:g}", f"{strength:g}", *([] if bias is None else [f"{bias:g}"])])


def gradients():
    """Measure the whole grid, some minutes, and store it: ``gradients.json``."""
    found = {key(*setting): curves(*setting) for setting in tqdm(list(grid()), disable=None)}
    about = {**GRADIENTS, "fingerprint": fingerprint(GRADIENTS), "largest": [round(largest(radius), 4) for radius in GRADIENTS["radii"]]}
    (DATA / "gradients.json").write_text(json.dumps({**about, "curves": found}, separators=(",", ":")) + "\n", "utf8")


MAKERS = {"sentence": sentence, "gradients": gradients}


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
