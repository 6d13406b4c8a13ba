"""What all cells share: names, shapes and storage. No mathematics.

A cell is a recipe without state. ``recurrence`` asks of it:

``project(params, x)``
    the part of the pre-activations that needs no h, for all steps at once: (T, …, B, G·H)
``project_awake(params, x, start)``
    what the time loop needs of it: all, unless the cell looks at the clock
``step(params, a, state, t, c_below)``
    one step, plainly: the equations, and the definition of the model. Differentiable by autograd
``step_(work, a, before, now, t, c_below)``
    the same equations in place (the trailing underscore is torch's sign for that): ``a`` becomes the
    gates, ``now`` is filled. ``work`` is what ``workspace`` prepared once for the run
``local(params, run)``
    the derivative's local factors, for all steps at once: they need nothing from the future
``carry(U, local, d, t)``
    one step of the linear recursion backwards, in place: on entry ``d`` holds the gradient of h_t (and
    c_t), on return that of h_{t−1} (and c_{t−1}); the factors in ``local`` are scaled to gradients.
    ``U`` is what ``backward_weights`` made of the parameters once for the run
``weight_gradients(run, local)``, ``input_gradient(params, run, local)``
    what is left when the recursion is done: one product each, over all steps
"""

import numpy as np

from .. import ops


class Cell:
    """Sizes, fresh parameters and states, and the arrays a run fills.

    Parameters
    ----------
    input_size : int
        D, the width of one input.
    hidden_size : int
        H, the number of units.
    """

    gates = ()  # the fields of the Trace that overwrite the block of pre-activations, in order
    needs_c_below = False

    def __init__(self, input_size, hidden_size):
        for name, value in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"{name} must be a positive integer, got {value!r}")
        self.input_size, self.hidden_size = input_size, hidden_size

    @property
    def columns(self):
        """The width of the block of pre-activations, G·H."""
        return len(self.gates) * self.hidden_size

    def __repr__(self):
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size})"

    def shapes(self):
        """The shape of each parameter, as a ``Params`` of tuples."""
        return self.Params(*self.block_shapes())

    def block_shapes(self):
        """The shapes of W, U and b: H rows for each gate."""
        return (self.columns, self.input_size), (self.columns, self.hidden_size), (self.columns,)

    def count(self):
        """How many numbers there are to learn."""
        return sum(int(np.prod(shape)) for shape in self.shapes())

    def init(self, rng):
        """Fresh ``Params``: every number drawn from U(−1/√H, 1/√H), as torch.nn does; float64.

        ``rng`` is a ``numpy.random.Generator``.
        """
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng must be a numpy.random.Generator, got {type(rng).__name__}")
        bound = ops.uniform_bound(self.hidden_size)
        return self.Params(*(rng.uniform(-bound, bound, shape) for shape in self.shapes()))

    def zero_state(self, *batch, like=None):
        """The state before the first input: zeros (*batch, H), ``batch`` being the ensemble axes and B."""
        like = np.empty(0) if like is None else like
        return self.State(*(ops.zeros(like, *batch, self.hidden_size) for _ in self.State._fields))

    def rows(self, gate):
        """The rows of W, U and b that belong to a gate, as a slice."""
        if gate not in self.gates:
            raise ValueError(f"gate must be one of {self.gates}, got {gate!r}")
        k = self.gates.index(gate)
        return slice(k * self.hidden_size, (k + 1) * self.hidden_size)

    def project_awake(self, params, x, start):
        """``project`` for the time loop, which overwrites it; with a clock, what sleeps is left uninitialised."""
        return self.project(params, x)

    def backward_weights(self, params):
        """The recurrent weights as ``carry`` wants them; it needs no other parameters."""
        return params.U

    def allocate(self, a):
        """The arrays a run fills: the block ``a`` itself, then one (T, …, B, H) of ``ops.empty`` for each further field."""
        fields = len(self.Trace._fields) - len(self.gates)
        return a, *(ops.empty(a, self.hidden_size) for _ in range(fields))

    def view(self, arrays):
        """The arrays of ``allocate`` as a ``Trace``."""
        return self.Trace(*ops.split(arrays[0], len(self.gates)), *arrays[1:])


def stack(members):
    """One ``Params`` whose arrays carry the given ones along a leading ensemble axis."""
    members = list(members)
    return type(members[0])(*(ops.namespace(arrays[0]).stack(arrays) for arrays in zip(*members)))
