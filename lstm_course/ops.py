"""The few array operations the cells use, on NumPy arrays and torch tensors alike.

This is the only file under the cells that knows there are two libraries. In-place operators
and ``out=`` are spelled alike in both, so most of the code below it needs nothing from here.

Shapes: ``T`` steps, ``…`` any number of ensemble axes, ``B`` examples, ``D`` inputs, ``H`` units,
``G`` blocks of ``H`` rows (one for each gate). An array without ensemble axes is shared by all members.
"""

import math
import sys

import numpy as np

MANY = 8  # so many examples make a run of numbers long enough for ``upright`` to pay


def is_torch(array):
    """Whether an array is a torch tensor; torch is never imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(array, torch.Tensor)


def namespace(array):
    """The library an array belongs to: the module ``numpy`` or ``torch``."""
    return sys.modules["torch"] if is_torch(array) else np


def tanh(a):
    """Hyperbolic tangent, elementwise."""
    return namespace(a).tanh(a)


def sigmoid(a):
    """Logistic function σ(a) = 1 / (1 + e^(−a)), written as ½ tanh(a/2) + ½: it never overflows."""
    return 0.5 * namespace(a).tanh(0.5 * a) + 0.5


def log_sigmoid(a):
    """log σ(a) = min(a, 0) − log(1 + e^(−|a|)), elementwise: neither term overflows."""
    xp = namespace(a)
    return xp.clip(a, None, 0) - xp.log1p(xp.exp(-xp.abs(a)))


def relu(a):
    """max(a, 0), elementwise."""
    return namespace(a).clip(a, 0, None)


def split(a, blocks):
    """Cut the last axis into ``blocks`` equal pieces (views, in order)."""
    size = a.shape[-1] // blocks
    return tuple(a[..., k * size : (k + 1) * size] for k in range(blocks))


def blocks(a, count):
    """See a sequence (T, …, B, count·H) as (T, count, …, B, H): at each step its blocks, one behind the other (a view)."""
    return namespace(a).moveaxis(a.reshape(*a.shape[:-1], count, a.shape[-1] // count), -2, 1)


def concatenate(arrays, axis):
    """Join arrays along ``axis`` (−1 or −2); the axes before it are broadcast."""
    xp, tail = namespace(arrays[0]), -axis
    lead = np.broadcast_shapes(*(tuple(a.shape[:axis]) for a in arrays))
    return xp.concatenate([xp.broadcast_to(a, (*lead, *a.shape[-tail:])) for a in arrays], axis)


def upright(sequence):
    """Whether ``empty`` lays out a step beside ``sequence`` (T, …, B, R) as (…, R, B): NumPy, members, many examples.

    What a gate writes at a step is then one run of H·B numbers, over which NumPy loops faster than over B runs of H.
    """
    return sequence.ndim > 3 and sequence.shape[-2] >= MANY and not is_torch(sequence)


def empty(like, width):
    """An uninitialised sequence (T, …, B, width) beside ``like`` (T, …, B, R): its library, type and device.

    In memory a step is (…, B, width), or (…, width, B) if ``like`` is ``upright``. In torch a member's steps are one
    matrix.
    """
    T, *members, B, _ = like.shape
    if is_torch(like):
        return like.new_empty((*members, T, B, width)).movedim(-3, 0)
    if upright(like):
        return np.empty((T, *members, width, B), like.dtype).swapaxes(-1, -2)
    return np.empty((T, *members, B, width), like.dtype)


def zero_step(like, width):
    """Zeros (…, B, width), in memory as one step of ``empty(like, width)``: NumPy is quickest on arrays of one order."""
    return namespace(like).zeros_like(empty(like[:1], width)[0])


def before(initial, sequence):
    """What each step saw: ``initial`` (…, B, H), then ``sequence`` (T, …, B, H) without its last."""
    seen = empty(sequence, sequence.shape[-1])
    seen[0], seen[1:] = initial, sequence[:-1]
    return seen


def zeros(like, *shape):
    """Zeros, of the library, type and device of ``like``."""
    return like.new_zeros(shape) if is_torch(like) else np.zeros(shape, like.dtype)


def convert(a, like):
    """A NumPy array as one of the library, type and device of ``like``."""
    return like.new_tensor(a) if is_torch(like) else np.asarray(a, like.dtype)


def copy(a):
    """A contiguous copy."""
    return a.clone(memory_format=namespace(a).contiguous_format) if is_torch(a) else np.array(a, order="C")


def in_runs(gate):
    """A gate (T, …, B, H) over which loops are long: itself if ``upright``, or torch's with members; else contiguous."""
    if is_torch(gate):
        return gate if gate.ndim > 3 else gate.contiguous()
    return gate if upright(gate) else np.ascontiguousarray(gate)


def has_nan(a):
    """Whether any number is NaN: if, and only if, the sum of the squares is."""
    return bool(a.isnan().any()) if is_torch(a) else math.isnan(np.vdot(a, a))


def transposed(W):
    """Wᵀ as a contiguous copy (…, D, G·H): the layout in which products run fastest."""
    return copy(W.swapaxes(-1, -2))


def matmul(a, U, out=None):
    """a @ U, into ``out`` if given: the product of every step, so for two matrices NumPy's quicker ``dot``.

    With members and many examples it is Uᵀ aᵀ that is computed, so that the result lies ``upright`` in memory.
    """
    if isinstance(a, np.ndarray):  # asked first: the loop asks at every step, and this answer is the quicker one
        if a.ndim == 2 == U.ndim:
            return a.dot(U, out)
        if a.shape[-2] < MANY:
            return np.matmul(a, U, out)
    if is_torch(a):
        return namespace(a).matmul(a, U, out=out)
    out = None if out is None else out.swapaxes(-1, -2)
    return np.matmul(U.swapaxes(-1, -2), a.swapaxes(-1, -2), out=out).swapaxes(-1, -2)


def linear(U, like):
    """h ↦ h U (U transposed already) for the steps of a run beside ``like``: into one array, which the next call overwrites."""
    out = zero_step(like, U.shape[-1])
    if type(out) is np.ndarray and out.ndim == 2:
        return lambda h: h.dot(U, out)
    return lambda h: matmul(h, U, out)


def row(b):
    """A vector (…, H) as one row (…, 1, H), so that it is added to each of B examples."""
    return b[..., None, :]


def _rows(x, axes=0):
    """(T, …, B, D) → (…, T·B, D), with at least ``axes`` ensemble axes: one matrix product does all steps."""
    x = align(x, max(x.ndim, 3 + axes))
    if x.ndim == 3:
        return x.reshape(-1, x.shape[-1])
    x = namespace(x).moveaxis(x, 0, -3)
    return x.reshape(*x.shape[:-3], -1, x.shape[-1])


def _steps(rows, T, B):
    """The inverse of ``_rows``: (…, T·B, D) → (T, …, B, D)."""
    x = rows.reshape(*rows.shape[:-2], T, B, rows.shape[-1])
    return x if x.ndim == 3 else namespace(x).moveaxis(x, -3, 0)


def _product(x, W):
    """x (T, …, B, D) times W (…, D, R): (T, …, B, R)."""
    return matmul(x, W) if upright(x) else _steps(_rows(x, W.ndim - 2) @ W, len(x), x.shape[-2])


def _plus(a, b):
    """a + b, in ``a`` itself where it is a NumPy array that the sum fits into and lies as ``empty`` would; else anew."""
    if is_torch(a) or np.broadcast_shapes(a.shape, b.shape) != a.shape:
        return a + b
    return np.add(a, b, out=a if a.ndim == 3 or upright(a) else empty(a, a.shape[-1]))


def affine(x, W, b):
    """x Wᵀ + b for all steps: x (T, …, B, D), W (…, R, D), b (…, R) → (T, …, B, R)."""
    a = _product(align(x, max(x.ndim, W.ndim + 1, b.ndim + 2)), W.swapaxes(-1, -2))
    return _plus(a, zero_step(a, a.shape[-1]) + row(b) if upright(a) else row(b))


def affine_input(da, W):
    """Gradient of ``affine`` for x: da (T, …, B, R), W (…, R, D) → (T, …, B, D)."""
    return _product(da, W)


def affine_weight(da, x):
    """Gradient of ``affine`` for W: the sum over steps and examples of da ⊗ x, (…, R, D)."""
    return affine_weights(da, x)[0]


def affine_weights(da, *seen):
    """``affine_weight`` for several x that met the same da."""
    if not upright(da):
        columns = _rows(da).swapaxes(-1, -2)
        return [columns @ _rows(x, da.ndim - 3) for x in seen]
    gradients = [zeros(da, *da.shape[1:-2], da.shape[-1], x.shape[-1]) for x in seen]
    for dW, x in zip(gradients, seen):
        for da_t, x_t in zip(da, x):
            dW += da_t.swapaxes(-1, -2) @ x_t
    return gradients


def total(da):
    """Sum over steps and examples: (T, …, B, R) → (…, R)."""
    return da.sum((0, -2)) if da.ndim == 3 or is_torch(da) else da.sum(0).sum(-2)


def sum_to(gradient, shape):
    """Undo broadcasting: sum ``gradient`` over the axes along which an array of ``shape`` was repeated."""
    if tuple(gradient.shape) == tuple(shape):
        return gradient
    extra = gradient.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        extra + k for k, size in enumerate(shape) if size == 1 and gradient.shape[extra + k] > 1
    )
    return gradient.sum(axes).reshape(shape) if axes else gradient


def sum_steps_to(gradient, shape):
    """``sum_to`` for sequences, whose first axis is time: missing axes follow it."""
    ones = (1,) * (gradient.ndim - len(shape))
    return sum_to(gradient, (shape[0], *ones, *shape[1:])).reshape(shape)


def align(sequence, axes):
    """A sequence (T, …, B, R) seen with ``axes`` axes: the missing ensemble axes, of length 1, follow T."""
    return sequence.reshape(sequence.shape[0], *(1,) * (axes - sequence.ndim), *sequence.shape[1:])


def repeat_steps(a, shape):
    """A sequence (T, …, B, R) repeated to ``shape``; ``a`` itself where it has it already."""
    if tuple(a.shape) == tuple(shape):
        return a
    repeated = namespace(a).broadcast_to(align(a, len(shape)), shape)
    filled = empty(repeated, shape[-1])
    filled[...] = repeated
    return filled


def repeat_input(x, W, b):
    """x (T, …, B, D) seen with the ensemble axes that W (…, R, D) and b (…, R) bring along."""
    lead = np.broadcast_shapes(tuple(x.shape[1:-1]), (*W.shape[:-2], 1), (*b.shape[:-1], 1))
    return namespace(x).broadcast_to(align(x, len(lead) + 2), (len(x), *lead, x.shape[-1]))


def repeat_state(a, lead):
    """A state (…, B, H) seen with the leading axes ``lead``, (…, B) of the run."""
    return a if tuple(a.shape[:-1]) == tuple(lead) else namespace(a).broadcast_to(a, (*lead, a.shape[-1]))


class Squash:
    """σ on some blocks of a stacked pre-activation and tanh on the others, by one tanh, in place.

    σ(a) = ½ tanh(½ a) + ½, so with ``half`` = ½ in the rows of σ and 1 in those of tanh,
    every row is half · tanh(half · a) + (1 − half). ``scale`` multiplies by the inner half,
    once a run, what is added up to a; the call does the rest at each step.
    """

    def __init__(self, like, size, gates):
        one_member = like[(slice(1),) * (like.ndim - 2)]  # all others are served alike
        half = zero_step(one_member, size * len(gates))
        for k, gate in enumerate(gates):
            half[..., k * size : (k + 1) * size] = 0.5 if gate == "σ" else 1.0
        self.half, self.shift, self.tanh = half, 1 - half, namespace(like).tanh

    def scale(self, a):
        weights = a.ndim <= self.half.ndim  # else a sequence
        a *= self.half[(0,) * (self.half.ndim - 1)] if weights else self.half
        return a

    def __call__(self, a):
        self.tanh(a, out=a)
        a *= self.half
        a += self.shift


def uniform_bound(size):
    """1/√size as a Python number (a NumPy scalar would turn float32 arrays into float64)."""
    return 1.0 / math.sqrt(size)
