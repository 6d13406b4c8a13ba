"""Minibatches for the members of an ensemble: each member draws its own, in its own order."""

import numpy as np
import torch


def minibatches(data, batch, rngs, device):
    """A function of the members' numbers to (inputs, targets, mask or None), and the axis on which the members
    stand in each.
    """
    if callable(data):
        def draw(members):
            drawn = [parts(data(rngs[k]), device) for k in members]
            axis = drawn[0][1].ndim - 1
            return [None if part[0] is None else torch.stack(part, dim=axis) for part in zip(*drawn)], axis
        return draw

    data = parts(data, device)
    axis, n = data[1].ndim - 1, data[1].shape[-1]
    orders = [epochs(n, min(batch, n), rng) for rng in rngs]

    def take(members):
        index = torch.as_tensor(np.stack([next(orders[k]) for k in members]), device=device)
        return [None if part is None else part[(slice(None),) * axis + (index,)] for part in data], axis
    return take


def epochs(n, batch, rng):
    """Minibatches of indices for ever: each epoch a new order, the incomplete last one left out."""
    while True:
        order = rng.permutation(n)
        yield from (order[k:k + batch] for k in range(0, n - batch + 1, batch))


def parts(data, device):
    """(inputs, targets, mask or None) as tensors."""
    if not isinstance(data, (tuple, list)) or len(data) not in (2, 3):
        raise TypeError("data must be (inputs, targets), (inputs, targets, mask), or a function rng → such a tuple")
    inputs, targets = (tensor(part, device) for part in data[:2])
    mask = tensor(data[2], device) if len(data) == 3 else None
    axis = targets.ndim - 1
    if axis not in (0, 1) or inputs.ndim <= axis or inputs.shape[axis] != targets.shape[-1] or len(targets) > len(inputs):
        raise ValueError(f"data: expected targets (n,) with inputs (n, …), or targets (S, n) with inputs (T, n, …) and S ≤ T, "
                         f"got targets {tuple(targets.shape)} and inputs {tuple(inputs.shape)}")
    if mask is not None and mask.shape != targets.shape:
        raise ValueError(f"data: the mask must have the targets' shape {tuple(targets.shape)}, but it has {tuple(mask.shape)}")
    return inputs, targets, mask


def tensor(array, device):
    """The array on ``device``, floating-point numbers as float32."""
    array = torch.as_tensor(array)
    return array.to(device, torch.float32 if array.is_floating_point() else None)
