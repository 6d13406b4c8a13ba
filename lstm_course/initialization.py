"""Where the weights start.

Each function takes a cell's ``Params`` in NumPy and returns new ones, with one thing changed; put them into a torch layer by
``layer.set_params``. ``rng`` is a ``numpy.random.Generator``.
"""

import numpy as np


def spectral_radius(U):
    """ρ(U), the largest modulus of an eigenvalue: how fast a long product of U grows in the end. U (H, H)."""
    return float(np.abs(np.linalg.eigvals(U)).max())


def spectral_norm(U):
    """σ_max(U), the largest singular value: how much one product with U can lengthen a vector. U (…, R, H)."""
    return float(np.linalg.norm(U, 2))


def scaled_to_radius(params, radius):
    """U multiplied by a number so that its spectral radius is ``radius``. For cells whose U is square."""
    return params._replace(U=params.U * (radius / spectral_radius(_square(params.U))))


def scaled_to_norm(params, norm):
    """U multiplied by a number so that its largest singular value is ``norm``. For cells whose U is square."""
    return params._replace(U=params.U * (norm / spectral_norm(_square(params.U))))


def orthogonal(params, rng, gain=1.0):
    """Each H × H block of U a random orthogonal matrix times ``gain`` (Saxe et al. 2014).

    Drawn as the Q of a Gaussian matrix, the signs fixed so that every orthogonal matrix is equally likely.
    """
    H = params.U.shape[-1]
    blocks = []
    for _ in range(params.U.shape[-2] // H):
        Q, R = np.linalg.qr(rng.normal(size=(H, H)))
        blocks.append(gain * Q * np.sign(np.diag(R)))
    return params._replace(U=np.concatenate(blocks))


def identity(params, rng, input_std=0.001):
    """IRNN (Le, Jaitly & Hinton 2015): U = I, b = 0, small Gaussian input weights; made for ReLU units."""
    W = rng.normal(0.0, input_std, params.W.shape)
    return params._replace(W=W, U=np.eye(len(_square(params.U))), b=np.zeros_like(params.b))


def forget_bias(cell, params, value):
    """The bias of the forget gate set to ``value`` in every unit (Gers et al. 2000; Jozefowicz et al. 2015).

    For the GRU, whose update gate z keeps the old state, it is the bias of z that is set.
    """
    return _with_bias(cell, params, keep=np.full(cell.hidden_size, float(value)))


def chrono(cell, params, longest, rng):
    """Forget biases log u with u ~ U(1, longest − 1), input biases their negatives (Tallec & Ollivier 2018, section 3).

    ``longest`` is the number of steps over which the task may have to remember: it is told, not learned.
    """
    if longest <= 2:
        raise ValueError(f"longest must be more than 2 steps, got {longest!r}")
    keep = np.log(rng.uniform(1.0, longest - 1.0, cell.hidden_size))
    return _with_bias(cell, params, keep, write=-keep)


def half_life(forget_bias):
    """Steps after which the direct path σ(b_f)^k has halved, for gates held at their bias."""
    return float(np.log(0.5) / -np.logaddexp(0.0, -np.asarray(forget_bias, dtype=float)))


def _with_bias(cell, params, keep, write=None):
    if "f" not in cell.gates and cell.gates != ("r", "z", "n"):
        raise ValueError(f"cell must have a forget gate, or be a GRU; {type(cell).__name__} has {cell.gates}")
    gate = "f" if "f" in cell.gates else "z"
    b = np.array(params.b)
    b[..., cell.rows(gate)] = keep
    if write is not None and "i" in cell.gates:
        b[..., cell.rows("i")] = write
    return params._replace(b=b)


def _square(U):
    if U.ndim != 2 or U.shape[0] != U.shape[1]:
        raise ValueError(f"params.U has shape {U.shape}, expected (H, H): a cell without gates")
    return U
