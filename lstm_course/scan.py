"""A linear recurrence for all steps at once: the parallel scan that minLSTM and minGRU are made for.

    h_t = k_t ⊙ h_{t-1} + w_t

Two steps after one another are again such a step: (k, w) then (k', w') is (k' k, k' w + w'). That makes the steps
*associative*, so they can be combined in pairs, then pairs of pairs: log₂ T rounds instead of T steps
(Hillis & Steele 1986; Feng et al. 2024, section 2.2). A cell whose gates see h_{t-1} has no such form.
"""

from . import ops


def scan(keep, write, initial):
    """All h_t (T, …, B, H) from ``keep`` and ``write`` (T, …, B, H) and the first state (…, B, H).

    Each round lets every step swallow the block of ``span`` steps before it, and doubles ``span``.
    """
    if keep.shape != write.shape:
        raise ValueError(f"write has shape {tuple(write.shape)}, expected {tuple(keep.shape)}, that of keep")
    xp, span = ops.namespace(keep), 1
    write = xp.concatenate([(write[0] + keep[0] * initial)[None], write[1:]])
    while span < len(keep):
        later, earlier = slice(span, None), slice(None, -span)
        write = xp.concatenate([write[:span], keep[later] * write[earlier] + write[later]])
        keep = xp.concatenate([keep[:span], keep[later] * keep[earlier]])
        span *= 2
    return write


def unroll_by_scan(cell, params, x, state=None):
    """h (T, …, B, H) of a cell with a ``linear`` form (MinLSTM, MinGRU), equal to ``unroll(…).h`` but for rounding."""
    if not hasattr(cell, "linear"):
        raise TypeError(f"cell must have a linear form (MinLSTM, MinGRU), got {type(cell).__name__}: its gates see h")
    keep, write = cell.linear(params, x)
    return scan(keep, write, ops.zeros(write, *write.shape[1:]) if state is None else state[0])
