"""What an experiment varies, by name: the layer, where its weights start, and how wide it is.

Names are plain strings, so that a configuration can be stored, compared and printed::

    fit(settings.reader("GRU", "forget bias 3", 2, 1, parameters=2000), …)
"""

import re
from functools import partial

from .. import initialization, nn
from ..models import Reader

_LAYERS = {
    "RNN": nn.RNN,
    "ReLU RNN": partial(nn.RNN, nonlinearity="relu"),
    "LSTM1997": nn.LSTM1997,
    "LSTM": nn.LSTM,
    "PeepholeLSTM": nn.PeepholeLSTM,
    "CoupledLSTM": nn.CoupledLSTM,
    "GRU": nn.GRU,
    "ClockworkRNN": nn.ClockworkRNN,
}
_STARTS = ("default", "orthogonal", "identity", "chrono", "forget bias …")
_CELLS = {kind.cell.Params: kind.cell for kind in vars(nn).values() if isinstance(kind, type) and getattr(kind, "cell", None)}
_MODULES = 4  # of the Clockwork RNN, whose periods stay 1, 2, 4, 8

LAYERS = tuple(_LAYERS)


def layer(name):
    """The layer of that name as a function ``(input_size, hidden_size) → torch.nn.Module``.

    Raises ValueError unless ``name`` is one of ``LAYERS``.
    """
    if name not in _LAYERS:
        raise ValueError(f"name must be one of {LAYERS}, but it is {name!r}")
    return _LAYERS[name]


def start(name, T_max=None):
    """Where the recurrent layer's weights start: the ``init`` of a model, ``(Params, rng) → Params``, or None for torch's default.

    ``name`` is "default", "orthogonal", "identity", "chrono", or "forget bias 1" with any number; what each does is
    said in :mod:`lstm_course.initialization`. ``T_max`` is how many steps the task may have to remember; only
    "chrono" asks for it.

    Raises ValueError for other names, for "chrono" without ``T_max`` and, when the weights are drawn, for a layer
    that lacks what the start sets.
    """
    simple = {"default": None, "orthogonal": initialization.orthogonal, "identity": initialization.identity}
    if name in simple:
        return simple[name]
    if name == "chrono":
        if T_max is None:
            raise ValueError("T_max must be a number of steps for the start 'chrono', but it is None")
        return lambda params, rng: initialization.chrono(_cell(params), params, T_max, rng)
    bias = re.fullmatch(r"forget bias (-?\d+(?:\.\d+)?)", name) if isinstance(name, str) else None
    if bias is None:
        raise ValueError(f"name must be one of {_STARTS}, but it is {name!r}")
    return lambda params, rng: initialization.forget_bias(_cell(params), params, float(bias[1]))


def size(name, hidden_size, input_size):
    """How many numbers a layer of that width learns, each bias counted once."""
    return layer(name)(input_size, hidden_size).cells[0].count()


def hidden_size_for(name, parameters, input_size):
    """The width at which the layer's number of parameters is nearest to ``parameters``, for comparisons at equal size.

    The Clockwork RNN's width is a multiple of its number of modules. Raises ValueError for an unknown ``name``, and
    for ``parameters`` below 1.
    """
    if parameters < 1:
        raise ValueError(f"parameters must be at least 1, but it is {parameters}")
    step = _MODULES if name == "ClockworkRNN" else 1
    narrow, wide = step, step
    while size(name, wide, input_size) < parameters:
        narrow, wide = wide, wide + step
    return min(narrow, wide, key=lambda width: abs(size(name, width, input_size) - parameters))


def reader(model, start_name, inputs, outputs, *, parameters, last=None, T_max=None):
    """A function that returns a fresh :class:`~lstm_course.models.Reader` for ``fit``, its recurrent layer of about ``parameters`` numbers.

    ``model`` and ``start_name`` are names as for :func:`layer` and :func:`start`, ``inputs`` and ``outputs`` widths.
    """
    hidden, init = hidden_size_for(model, parameters, inputs), start(start_name, T_max)
    return lambda: Reader(layer(model), inputs, hidden, outputs, last=last, init=init)


def _cell(params):
    """The cell these ``Params`` belong to, in their size."""
    return _CELLS[type(params)](params.W.shape[-1], params.U.shape[-1])
