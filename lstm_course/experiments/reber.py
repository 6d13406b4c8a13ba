"""The continual embedded Reber grammar (Gers, Schmidhuber & Cummins 2000): can a network that is never reset go on for ever?

The paper's networks learn from one stream, letter by letter, by truncated gradients, with a squared error: "the paper's
optimiser". Here they learn from stretches of streams by "Adam + BPTT", and are then tested on streams many times as
long as what they were trained on. The paper counts how many letters a network predicts until its first mistake.
"""

import numpy as np
import torch

from .. import tasks
from ..training import fit
from . import settings


def continual_reber(
    seeds, *, model="LSTM", start="default", T=60, parameters=1200, steps=1000, batch=16, lr=1e-2, clip=1.0, optimiser="adam",
    streams=10, length=2000, device="cpu",
):  # fmt: skip
    """Train on stretches of ``T`` letters from the beginning of a stream, test on ``streams`` streams of ``length`` letters.

    ``seeds``, ``model``, ``start``, ``parameters``, ``steps``, ``batch``, ``lr``, ``clip``, ``optimiser`` and ``device`` as in
    :mod:`~lstm_course.experiments.classics`. The state is never reset within a stream. Measures, one number for each seed:

    - ``until_mistake``: letters predicted before the first mistake, the mean over the streams, ``length`` at most
    - ``right``: share of right predictions
    - ``outer_early``, ``outer_late``: share of right outer letters, in the first ``T`` letters and in the last half of the streams;
      chance ½

    A prediction is right where the letters that may follow are the most probable ones, as many as there are.
    """
    net = settings.reader(model, start, len(tasks.REBER), len(tasks.REBER), parameters=parameters, T_max=T)
    history = fit(net, lambda rng: tasks.reber_stream(batch, T, rng).task, steps=steps, seeds=seeds, lr=lr, clip=clip,
                  optimiser=optimiser, device=device)  # fmt: skip
    test = tasks.reber_stream(streams, length, np.random.default_rng(1))
    right = predicted(history.models(test.inputs), test.legal)
    first = np.where(right.all(axis=1), length, (~right).argmax(axis=1))
    early, late = test.outer.copy(), test.outer.copy()
    early[T:], late[:length // 2] = False, False
    return {"until_mistake": first.mean(axis=1), "right": right.mean(axis=(1, 2)),
            "outer_early": right[:, early].mean(axis=1), "outer_late": right[:, late].mean(axis=1)}  # fmt: skip


def predicted(outputs, legal):
    """Whether the legal letters are the most probable ones: outputs (K, T, n, 7), legal (T, n, 7) bool → (K, T, n) bool.

    So it is when the least probable legal letter beats the most probable of the others.
    """
    legal = torch.as_tensor(legal, device=outputs.device)
    lowest = outputs.masked_fill(~legal, torch.inf).amin(dim=-1)
    return (lowest > outputs.masked_fill(legal, -torch.inf).amax(dim=-1)).cpu().numpy()
