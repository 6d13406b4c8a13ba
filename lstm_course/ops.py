"""The few array operations the cells use, on NumPy arrays and torch tensors alike.

This is the only file under the cells that knows there are two libraries. In-place operators
and ``out=`` are spelled alike in both, so most of the code below it needs nothing from here.

Shapes: ``T`` steps, ``…`` any number of ensemble axes, ``B`` examples, ``D`` inputs, ``H`` units,
``G`` blocks of ``H`` rows (one for each gate). An array without ensemble axes is shared by all members.
"""

import math
import sys

import numpy as np


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
    """See the last axis ``count·H`` as two, ``(count, H)`` (a view)."""
    return a.reshape(*a.shape[:-1], count, a.shape[-1] // count)


def concatenate(arrays, axis):
    """Join arrays along ``axis`` (−1 or −2); the axes before it are broadcast."""
    xp, tail = namespace(arrays[0]), -axis
    lead = np.broadcast_shapes(*(tuple(a.shape[:axis]) for a in arrays))
    return xp.concatenate([xp.broadcast_to(a, (*lead, *a.shape[-tail:])) for a in arrays], axis)


def empty(like, width):
    """An uninitialised sequence (T, …, B, width) beside ``like`` (T, …, B, R): its library, type and device.

    Each step is contiguous in memory: (B, width), or in ensembles (…, width, B), so that there, too, what a gate
    writes at a step is one run of H·B numbers and not B runs of H.
    """
    *lead, B, _ = like.shape
    shape = (*lead, B, width) if len(lead) == 1 else (*lead, width, B)
    sequence = like.new_empty(shape) if is_torch(like) else np.empty(shape, like.dtype)
    return sequence if len(lead) == 1 else sequence.swapaxes(-1, -2)


def before(initial, sequence):
    """What each step saw: ``initial`` (…, B, H), then ``sequence`` (T, …, B, H) without its last."""
    seen = empty(sequence, sequence.shape[-1])
    seen[0], seen[1:] = initial, sequence[:-1]
    return seen


def zeros(like, *shape):
    """Zeros, of the library, type and device of ``like``."""
    return like.new_zeros(shape) if is_torch(like) else np.zeros(shape, like.dtype)


def zeros_like(a):
    """Zeros of the shape, type and order in memory of ``a``."""
    return namespace(a).zeros_like(a)


def convert(a, like):
    """A NumPy array as one of the library, type and device of ``like``."""
    return like.new_tensor(a) if is_torch(like) else np.asarray(a, like.dtype)


def copy(a):
    """A contiguous copy."""
    return a.clone() if is_torch(a) else np.array(a)


def in_runs(gate):
    """A gate (T, …, B, H), cut out of its block, where loops over it are long: a copy, or in ensembles itself."""
    if gate.ndim > 3:
        return gate
    return gate.contiguous() if is_torch(gate) else np.ascontiguousarray(gate)


def has_nan(a):
    """Whether any number is NaN: if, and only if, the sum of the squares is."""
    return bool(a.isnan().any()) if is_torch(a) else bool(np.isnan(np.vdot(a, a)))


def transposed(W):
    """Wᵀ as a contiguous copy (…, D, G·H): the layout in which products run fastest."""
    if is_torch(W):
        return W.swapaxes(-1, -2).clone(memory_format=namespace(W).contiguous_format)
    return np.array(W.swapaxes(-1, -2), order="C")


def matmul(a, U, out=None):
    """a @ U, into ``out`` if given: the product of every step, so for two matrices NumPy's quicker ``dot``.

    In ensembles it is Uᵀ aᵀ that is computed: its result lies in memory as a step of ``empty``.
    """
    if a.ndim == U.ndim == 2:
        return a.dot(U, out) if type(a) is np.ndarray else namespace(a).matmul(a, U, out=out)
    out = None if out is None else out.swapaxes(-1, -2)
    return namespace(a).matmul(U.swapaxes(-1, -2), a.swapaxes(-1, -2), out=out).swapaxes(-1, -2)


def row(b):
    """A vector (…, H) as one row (…, 1, H), so that it is added to each of B examples."""
    return b[..., None, :]


def _plus(a, b):
    """a + b, in ``a`` itself where it is a NumPy array that the sum fits into."""
    if is_torch(a) or np.broadcast_shapes(a.shape, b.shape) != a.shape:
        return a + b
    a += b
    return a


def affine(x, W, b):
    """x Wᵀ + b for all steps: x (T, …, B, D), W (…, R, D), b (…, R) → (T, …, B, R)."""
    a = _product(align(x, max(x.ndim, W.ndim + 1, b.ndim + 2)), W.swapaxes(-1, -2))
    return _plus(a, row(b) if a.ndim == 3 else zeros_like(a[0]) + row(b))


def affine_input(da, W):
    """Gradient of ``affine`` for x: da (T, …, B, R), W (…, R, D) → (T, …, B, D)."""
    return _product(da, W)


def affine_weight(da, x):
    """Gradient of ``affine`` for W: the sum over steps and examples of da ⊗ x, (…, R, D)."""
    if da.ndim == 3:
        return da.reshape(-1, da.shape[-1]).swapaxes(-1, -2) @ x.reshape(-1, x.shape[-1])
    dW = zeros(da, *da.shape[1:-2], da.shape[-1], x.shape[-1])
    for da_t, x_t in zip(da, x):
        dW += da_t.swapaxes(-1, -2) @ x_t
    return dW


def _product(x, W):
    """x (T, …, B, D) times W (…, D, R): one product for all steps, or in ensembles one for each step and member."""
    if x.ndim == 3:
        return (x.reshape(-1, x.shape[-1]) @ W).reshape(*x.shape[:-1], W.shape[-1])
    return matmul(x, W)


def total(da):
    """Sum over steps and examples: (T, …, B, R) → (…, R)."""
    return da.sum(0).sum(-2)


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
    return a if tuple(a.shape) == tuple(shape) else copy(namespace(a).broadcast_to(align(a, len(shape)), shape))


class Squash:
    """σ on some blocks of a stacked pre-activation and tanh on the others, by one tanh, in place.

    σ(a) = ½ tanh(½ a) + ½, so with ``half`` = ½ in the rows of σ and 1 in those of tanh,
    every row is half · tanh(half · a) + (1 − half). ``scale`` multiplies by the inner half,
    once a run, what is added up to a; the call does the rest at each step.
    """

    def __init__(self, like, size, gates):
        half = zeros_like(empty(like, size * len(gates))[0])  # as large as a step: NumPy is quickest on equal shapes
        for k, gate in enumerate(gates):
            half[..., k * size : (k + 1) * size] = 0.5 if gate == "σ" else 1.0
        self.half, self.shift, self.tanh = half, 1 - half, namespace(like).tanh

    def scale(self, a):
        a *= self.half if a.ndim > self.half.ndim else self.half.reshape(-1, self.half.shape[-1])[0]
        return a

    def __call__(self, a):
        self.tanh(a, out=a)
        a *= self.half
        a += self.shift


def uniform_bound(size):
    """1/√size as a Python number (a NumPy scalar would turn float32 arrays into float64)."""
    return 1.0 / math.sqrt(size)
