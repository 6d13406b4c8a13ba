"""Clear errors: each names the argument, what it has and what was expected.

The checks of layers raise the error types of their torch namesakes.
"""

import numbers
import warnings

import numpy as np

from . import ops


def _shape(array):
    return tuple(array.shape)


def _floating(name, array, like=None):
    """An array of floating-point numbers without NaN, of the library and type of ``like``."""
    if not hasattr(array, "shape") or not hasattr(array, "dtype"):
        raise TypeError(f"{name} must be a NumPy array or a torch tensor, got {type(array).__name__}")
    xp = ops.namespace(array)
    floating = array.is_floating_point() if xp is not np else array.dtype.kind == "f"
    if not floating:
        raise TypeError(f"{name} must hold floating-point numbers, got dtype {array.dtype}")
    if like is not None and xp is not ops.namespace(like):
        raise TypeError(
            f"{name} is an array of {xp.__name__}, x one of {ops.namespace(like).__name__}: use one library"
        )
    if like is not None and array.dtype != like.dtype:
        raise TypeError(f"{name} has dtype {array.dtype}, x has {like.dtype}: they must be the same")
    if ops.has_nan(array):
        raise ValueError(f"{name} holds NaN, shape {_shape(array)}")


def _trailing(name, array, expected):
    """``array`` ends with the axes ``expected``; what stands before is returned."""
    shape = _shape(array)
    if len(shape) < len(expected) or shape[len(shape) - len(expected) :] != tuple(expected):
        raise ValueError(f"{name} has shape {shape}, expected (…, {', '.join(map(str, expected))})")
    return shape[: len(shape) - len(expected)]


def _sequence(name, array, width):
    """The (…, B) of a (T, …, B, width) sequence."""
    shape = _shape(array)
    if len(shape) < 3:
        raise ValueError(f"{name} has shape {shape}, expected (T, …, B, {width}): time first, then examples")
    if shape[-1] != width:
        raise ValueError(f"{name} has shape {shape}, expected a last axis of {width}")
    if shape[0] < 1:
        raise ValueError(f"{name} has shape {shape}: T = {shape[0]} steps, expected at least 1")
    return shape[1:-1]


def _fields(name, value, kind):
    """``value`` as the NamedTuple ``kind`` (a plain tuple of the right length will do)."""
    if not isinstance(value, tuple) or len(value) != len(kind._fields):
        has = f"{len(value)} arrays" if isinstance(value, tuple) else type(value).__name__
        raise TypeError(f"{name} must be {kind.__name__}({', '.join(kind._fields)}), got {has}")
    return kind(*value)


def inputs(cell, params, x, state, c_below, start):
    """Check the arguments of ``unroll``; the state as a State, and the common shape (…, B)."""
    if not hasattr(cell, "step_"):
        raise TypeError(f"cell must be a cell of lstm_course.cells, got {type(cell).__name__}")
    _floating("x", x)
    leads = [_sequence("x", x, cell.input_size)]
    for field, array, expected in zip(cell.Params._fields, _fields("params", params, cell.Params), cell.shapes()):
        _floating(f"params.{field}", array, like=x)
        leads.append((*_trailing(f"params.{field}", array, expected), 1))
    if state is not None:
        state = _fields("state", state, cell.State)
        for field, array in zip(state._fields, state):
            _floating(f"state.{field}", array, like=x)
            leads.append(_trailing(f"state.{field}", array, (x.shape[-2], cell.hidden_size)) + (x.shape[-2],))
    if (c_below is not None) != cell.needs_c_below:
        has, wants = ("no c_below", "needs") if c_below is None else ("c_below", "does not read")
        raise ValueError(f"c_below: {type(cell).__name__} {wants} the cell states of the layer below, got {has}")
    if c_below is not None:
        _floating("c_below", c_below, like=x)
        leads.append(_sequence("c_below", c_below, cell.hidden_size))
        if len(c_below) != len(x):
            raise ValueError(f"c_below has {len(c_below)} steps, x has {len(x)}: expected as many")
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise ValueError(f"start must be an integer of 0 or more, got {start!r}")
    try:
        shape = np.broadcast_shapes(*leads)
    except ValueError:
        raise ValueError(
            f"the ensemble axes and B of x, params, state and c_below do not fit together: {leads}"
        ) from None
    if shape[-1] != x.shape[-2]:
        raise ValueError(f"x has B = {x.shape[-2]} examples, c_below {shape[-1]}: expected as many")
    return cell.zero_state(*shape, like=x) if state is None else state, shape


def upstream(cell, run, dh, dstate, dc):
    """Check the arguments of ``bptt``."""
    for name, array, target in (("dh", dh, run.h), ("dc", dc, run.c)):
        if array is None:
            continue
        if target is None:
            raise ValueError(f"{name}: {type(cell).__name__} has no cell state, expected None")
        _floating(name, array, like=run.x)
        if _shape(array) != _shape(target):
            raise ValueError(f"{name} has shape {_shape(array)}, expected {_shape(target)}, that of run.{name[1:]}")
    if dstate is not None:
        for field, array in zip(cell.State._fields, _fields("dstate", dstate, cell.State)):
            _floating(f"dstate.{field}", array, like=run.x)
            try:
                np.broadcast_shapes(_shape(array), _shape(run.h)[1:])
            except ValueError:
                raise ValueError(f"dstate.{field} has shape {_shape(array)}, expected {_shape(run.h)[1:]}") from None


def layer_options(input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size):
    """Check the arguments of a layer's constructor."""
    for name, value in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{name} should be of type int, got: {type(value).__name__}")
        if value <= 0:
            raise ValueError(f"{name} must be greater than zero, got {value}")
    for name, value in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(value, bool):
            raise TypeError(f"{name} should be of type bool, got: {type(value).__name__}")
    if not isinstance(dropout, numbers.Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
        raise ValueError(f"dropout should be a number in range [0, 1], got {dropout!r}")
    if dropout > 0 and num_layers == 1:
        message = f"dropout={dropout} has no effect: it is applied between layers, and num_layers=1"
        warnings.warn(message, stacklevel=4)
    if proj_size != 0:
        raise ValueError(f"proj_size must be 0: projections are not part of lstm_course, got {proj_size}")


def layer_input(x, dtype, input_size):
    """Check a (T, B, D) input against the layer's weights."""
    if x.dtype != dtype:
        raise ValueError(f"input dtype ({x.dtype}) does not match weight dtype ({dtype})")
    if x.shape[-1] != input_size:
        raise RuntimeError(f"input.size(-1) must be equal to input_size. Expected {input_size}, got {x.shape[-1]}")
    if x.shape[0] == 0:
        raise RuntimeError("Expected sequence length to be larger than 0, got an input of 0 steps")


def layer_state(fields, states, expected):
    """Check initial states against (layers · directions, B, H)."""
    for field, state in zip(fields, states):
        if _shape(state) != tuple(expected):
            raise RuntimeError(f"Expected hidden size {tuple(expected)} for hx ({field}), got {_shape(state)}")
