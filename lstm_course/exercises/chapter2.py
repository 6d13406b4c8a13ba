"""The exercises of chapter 2."""

import numpy as np
import torch

from .. import nn, tasks
from ..cells import RNN
from ..models import Tagger
from ..recurrence import bptt, unroll
from . import Exercise, values


# 2.1: one unit, W = 1, U = 2, x = (1, 0), L = h_2


def _two_steps(slope_2=None, slope_1=None, carried=None, seen=None):
    h1, h2 = np.tanh(1.0), np.tanh(2 * np.tanh(1.0))
    da2 = 1 - h2**2 if slope_2 is None else slope_2
    da1 = (2 * da2 if carried is None else carried) * (1 - h1**2 if slope_1 is None else slope_1)
    return {"h1": h1, "h2": h2, "da2": da2, "da1": da1, "dU": da2 * (h1 if seen is None else seen)}


# 2.3: backpropagation through time


def _backward(carry, before=lambda h: np.concatenate([0 * h[:1], h[:-1]])):
    """BPTT whose ``carry(U, da, slope)`` is what a step sends to the one before; ``before(h)`` is the state U has seen."""

    def backward(params, x, h, dh):
        from_later, da = 0, np.empty_like(h)
        for t in reversed(range(len(h))):
            slope = 1 - h[t] ** 2
            da[t] = (dh[t] + from_later) * slope
            from_later = carry(params.U, da[t], slope)
        total = lambda seen: np.einsum("tbh,tbk->hk", da, seen)  # noqa: E731
        return RNN.Params(total(x), total(before(h)), da.sum((0, 1)))

    return backward


def _only_the_last(params, x, h, dh):
    return _backward(lambda U, da, slope: da @ U)(params, x, h, np.concatenate([0 * dh[:-1], dh[-1:]]))


def _swept(answer):
    cell, rng = RNN(3, 4), np.random.default_rng(23)
    params, x = cell.init(rng), rng.normal(size=(5, 2, 3))
    found = answer(params, x, unroll(cell, params, x).h, rng.normal(size=(5, 2, 4)))
    return {f"d{name}": gradient for name, gradient in zip(cell.Params._fields, found, strict=True)}


# 2.4: counting what was shown


def _shown(movies, establishing=True, so_far=True, room="own"):
    counted = (movies.labels == 0) if establishing else np.ones_like(movies.ambiguous)
    shown = [np.cumsum(counted & (movies.scene == k), axis=0) for k in range(3)]
    if not so_far:
        shown = [np.broadcast_to(count[-1:], count.shape) for count in shown]
    water = (movies.labels == 1) | (movies.labels == 2)
    rooms = {"own": np.where(water, shown[1], shown[2]), "both": shown[1] + shown[2], "other": np.where(water, shown[2], shown[1])}
    return shown[0] - rooms[room]


def _counted(answer):
    rng = np.random.default_rng(24)
    shuffled = tasks.shuffle_frames(tasks.movies(40, 30, rng), rng)
    return {"the lead on ambiguous frames": np.where(shuffled.ambiguous, answer(shuffled), 0)}


# 2.5: truncation


def _truncated(carried=True, joined=False, keep_last=True):
    def dU(cell, params, x, dh, k):
        state, runs = None, []
        for start in range(0, len(x) if keep_last else len(x) // k * k, k):
            runs.append(unroll(cell, params, x[start:start + k], state))
            state = runs[-1].state if carried else None
        total, after = 0, None
        for n, run in reversed(list(enumerate(runs))):
            back = bptt(cell, params, run, dh[n * k:n * k + len(run.h)], after)
            total, after = total + back.params.U, back.state if joined else None
        return total

    return dU


def _cut(answer):
    cell, rng = RNN(3, 4), np.random.default_rng(25)
    params, x, dh = cell.init(rng), rng.normal(size=(11, 2, 3)), rng.normal(size=(11, 2, 4))
    return {f"dU in chunks of {k}": answer(cell, params, x, dh, k) for k in (1, 3, 4, 11)}


# 2.6: another movie's memory


def _continued(net, frames, h):
    encoded = torch.relu(net.encoder(torch.as_tensor(frames)))
    return net.read_out(net.recurrent(encoded, h[None])[0])


def _first_frame_only(net, frames, h):
    return torch.cat([_continued(net, frames[:1], h), net(torch.as_tensor(frames[1:]))])


def _added(net, frames, h):
    return net.read_out(net.hidden(torch.as_tensor(frames)) + h)


def _transplanted(answer):
    rng = np.random.default_rng(26)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(26)
        net = Tagger(nn.RNN, 8, 4, 6, encoder_size=5)
        frames, h = (rng.standard_normal(shape, dtype=np.float32) for shape in ((6, 3, 8), (3, 4)))
        scores = answer(net, frames, torch.from_numpy(h))
    return {"scores": scores}


# 2.7: temperature


def _softmax(y):
    e = np.exp(y - y.max())
    return e / e.sum()


def _tempered(answer):
    y = np.array([2.0, 1.0, 0.0, -1.0])
    return {f"q at {temperature}": answer(y, temperature) for temperature in (0.25, 1.0, 4.0)}


def _coldest(y, temperature):
    return (y == y.max()) * 1.0 if temperature < 1 else _softmax(y / temperature)


EXERCISES = {
    "2.1": Exercise(
        "two steps forwards and back, by pencil",
        values("h1", "h2", "da2", "da1", "dU"),
        _two_steps(),
        {
            "da_2 is dh_2 times the bend's slope, 1 − h_2². It is 1 only where h is 0.": _two_steps(slope_2=1.0),
            "da_1 goes through two things: through U, and then through the bend of step 1, 1 − h_1².": _two_steps(slope_1=1.0),
            "What step 2 sends back passes U: dh_1 = U da_2, twice da_2.": _two_steps(carried=1 - np.tanh(2 * np.tanh(1.0)) ** 2),
            "dU pairs da_2 with what U was multiplied by at step 2: that is h_1, not h_2.": _two_steps(seen=np.tanh(2 * np.tanh(1.0))),
            "The bend's slope is 1 − h², and h is tanh(a) already. You took 1 − h.":
                _two_steps(slope_2=1 - np.tanh(2 * np.tanh(1.0)), slope_1=1 - np.tanh(1.0)),
        },
        tolerance=0.002,
    ),
    "2.2": Exercise(
        "the slope of a loss through shared weights",
        values("shared", "scaled"),
        {"shared": 13, "scaled": 9},
        {
            "That is the mean of the copies. The chain rule adds them.": {"shared": 13 / 3, "scaled": 3},
            "You took the last copy alone. Move u, and all three copies move.": {"shared": 1, "scaled": 3},
            "In the second case each copy moves by 1, 2, 3 times as much as u: multiply its slope by that.": {"shared": 13, "scaled": 6},
            "In the first case each copy is worth u itself; nothing is to be multiplied.": {"shared": 8 + 2 * 4 + 3, "scaled": 9},
        },
    ),
    "2.3": Exercise(
        "the backward pass of the plain RNN",
        _swept,
        _backward(lambda U, da, slope: da @ U),
        {
            "Nothing is carried: dh_t lacks what step t + 1 sends back, U^T da_{t+1}. With T = 1 no test would notice.":
                _backward(lambda U, da, slope: 0),
            "The carry goes through U where its transpose belongs. In rows: da @ U, while forwards it was h @ U.T.":
                _backward(lambda U, da, slope: da @ U.T),
            "What you carry is dh, not da: the bend of step t + 1 was left out.": _backward(lambda U, da, slope: (da / slope) @ U),
            "dU pairs da_t with h_t. At step t the matrix U was multiplied by h_{t-1}, and by zeros at the first.":
                _backward(lambda U, da, slope: da @ U, before=lambda h: h),
            "Only the last step's loss came back. dh holds what the read-out asks for at every step.": _only_the_last,
        },
    ),
    "2.4": Exercise(
        "by how much the beach leads over the room in question",
        _counted,
        _shown,
        {
            "You counted all frames of a scene. The viewer is told the scene by establishing frames alone, label 0.":
                lambda movies: _shown(movies, establishing=False),
            "That is the count of the whole movie. The viewer has seen only the frames up to this one.": lambda movies: _shown(movies, so_far=False),
            "Both rooms were counted. Water rules out the bedroom, and somebody lying rules out the bathroom.": lambda movies: _shown(movies, room="both"),
            "The rooms are exchanged: water is in the bathroom, lying in the bedroom.": lambda movies: _shown(movies, room="other"),
            "The sign is turned round: beach minus room.": lambda movies: -_shown(movies),
        },
    ),
    "2.5": Exercise(
        "the gradient of U with the sequence cut into chunks of k steps",
        _cut,
        _truncated(),
        {
            "Each chunk starts from zeros. The state is carried over the cut; only the gradient stops there.": _truncated(carried=False),
            "That is the exact gradient: it was handed back across the cut.": _truncated(joined=True),
            "The last chunk is missing where k does not divide T. It is shorter, and it counts.": _truncated(keep_last=False),
            "The chunks were averaged. The loss is a sum over all steps, so their gradients add up.":
                lambda cell, params, x, dh, k: _truncated()(cell, params, x, dh, k) / -(-len(x) // k),
        },
    ),
    "2.6": Exercise(
        "the scores of a net that begins with another movie's state",
        _transplanted,
        _continued,
        {
            "The state was never used: the layer started from zeros. Give it as the second argument.":
                lambda net, frames, h: net(torch.as_tensor(frames)),
            "Only the first frame got the state; from the second on the net started from zeros. Run all frames in one call.": _first_frame_only,
            "The state was added to every h after the fact. It belongs before the first step, as h_0.": _added,
            "The read-out is missing: those are hidden states.":
                lambda net, frames, h: net.recurrent(torch.relu(net.encoder(torch.as_tensor(frames))), h[None])[0],
        },
        tolerance=1e-5,
    ),
    "2.7": Exercise(
        "probabilities at a temperature",
        _tempered,
        lambda y, temperature: _softmax(y / temperature),
        {
            "It works the wrong way round: a high temperature must flatten, so divide the scores by it.": lambda y, temperature: _softmax(y * temperature),
            "You divided the probabilities. They no longer sum to 1; divide the scores, before the softmax.": lambda y, temperature: _softmax(y) / temperature,
            "You divided the probabilities and scaled them back to sum 1, which undoes it. Divide the scores.": lambda y, temperature: _softmax(y),
            "At a low temperature the best word comes first more often, not always: that is the limit at 0.": _coldest,
        },
    ),
}
