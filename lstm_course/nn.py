"""The cells as torch layers, drop-in for ``torch.nn.RNN``, ``LSTM`` and ``GRU``.

Signature, shapes, return values, parameter names and error types are those of the torch namesakes; what differs:
``proj_size`` must be 0, second derivatives raise, TorchScript is not supported. A variant's further parameters have
keys of their own, listed at its class. Under ``torch.func.vmap`` the mapped axis becomes an ensemble axis; what
one member's output then is lies in memory as the engine likes it, so give it a new shape by ``reshape``, not ``view``.
"""

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from . import cells, checks
from .autograd import at_end, reversed_in_time, run

EXTRA_KEYS = {"p": "weight_p", "W_d": "weight_d", "b_d": "bias_d", "w_c": "weight_c", "w_l": "weight_c_below"}


class Recurrent(torch.nn.Module):
    """Stacked layers and directions of one cell; the base of the public classes, which name the cell.

    Input (T, B, D), or (B, T, D) with ``batch_first``, or (T, D), or a PackedSequence; output and last states as
    torch's namesake returns them.
    """

    cell = None

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        proj_size=0,
        device=None,
        dtype=None,
        **options,
    ):
        super().__init__()
        checks.layer_options(input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size, self.options = bidirectional, 0, options
        self.cells = [self.make_cell(layer) for layer in range(num_layers)]
        for layer, cell in enumerate(self.cells):
            for suffix in self._suffixes(layer):
                for name, shape in self._shapes(cell).items():
                    parameter = torch.nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
                    self.register_parameter(name + suffix, parameter)
        self.reset_parameters()

    def make_cell(self, layer):
        width = self.hidden_size * (2 if self.bidirectional else 1)
        return self.cell(self.input_size if layer == 0 else width, self.hidden_size, **self.options)

    def _suffixes(self, layer):
        return [f"_l{layer}", f"_l{layer}_reverse"][: 2 if self.bidirectional else 1]

    def _shapes(self, cell):
        """Parameter names and shapes in torch's order, the variant's own last."""
        shapes = cell.shapes()._asdict()
        W, U, b = shapes["W"], shapes["U"], shapes["b"]
        named = {"weight_ih": W, "weight_hh": U}
        if self.bias:
            named |= {"bias_ih": b, "bias_hh": b}
        extra = {EXTRA_KEYS[field]: shape for field, shape in shapes.items() if field in EXTRA_KEYS}
        return named | {name: shape for name, shape in extra.items() if self.bias or not name.startswith("bias")}

    def reset_parameters(self):
        """Draw every number from U(−1/√H, 1/√H), as torch does."""
        bound = self.hidden_size**-0.5
        for weight in self.parameters():
            torch.nn.init.uniform_(weight, -bound, bound)

    def params(self, layer=0, reverse=False):
        """One layer and direction as the cell's ``Params`` (differentiable): b is the sum of torch's two biases."""
        cell, suffix = self.cells[layer], self._suffixes(layer)[int(reverse)]
        W, U = getattr(self, "weight_ih" + suffix), getattr(self, "weight_hh" + suffix)
        keys = {field: EXTRA_KEYS[field] + suffix for field in cell.Params._fields if field in EXTRA_KEYS}
        extra = {field: getattr(self, key) for field, key in keys.items() if hasattr(self, key)}
        if not self.bias:
            shapes = cell.shapes()._asdict()
            zero = {field: W.new_zeros(shapes[field]) for field in shapes if field.startswith("b")}
            return cell.Params(W=W, U=U, **(zero | extra))
        b_ih, b_hh = getattr(self, "bias_ih" + suffix), getattr(self, "bias_hh" + suffix)
        if "b_hn" in cell.Params._fields:
            n = 2 * self.hidden_size
            return cell.Params(W, U, torch.cat([b_ih[:n] + b_hh[:n], b_ih[n:]]), b_hh[n:])
        return cell.Params(W=W, U=U, b=b_ih + b_hh, **extra)

    @torch.no_grad()
    def set_params(self, params, layer=0, reverse=False):
        """Load a cell's ``Params`` (arrays or tensors): b goes to ``bias_ih``, ``bias_hh`` becomes 0 (or b_hn)."""
        suffix = self._suffixes(layer)[int(reverse)]
        values = {field: torch.as_tensor(value) for field, value in params._asdict().items()}
        named = {"weight_ih": values["W"], "weight_hh": values["U"]}
        named |= {EXTRA_KEYS[field]: value for field, value in values.items() if field in EXTRA_KEYS}
        if self.bias:
            named |= {"bias_ih": values["b"], "bias_hh": torch.zeros_like(values["b"])}
            if "b_hn" in values:
                named["bias_hh"][2 * self.hidden_size :] = values["b_hn"]
        elif any(bool(value.any()) for field, value in values.items() if field.startswith("b")):
            raise ValueError("params holds a bias other than zero, but the layer was made with bias=False")
        for name, value in named.items():
            if hasattr(self, name + suffix):
                getattr(self, name + suffix).copy_(value)

    @torch.compiler.disable  # the loop is NumPy's; a compiled model runs its other parts around it
    def forward(self, input, hx=None, start=0):
        """Output (T, B, directions·H) and the last state(s) (layers·directions, B, H), in the layout of ``input``."""
        packed, lengths, unbatched = isinstance(input, PackedSequence), None, False
        x = input
        if packed:
            x, lengths = pad_packed_sequence(PackedSequence(input.data, input.batch_sizes))
        elif input.dim() not in (2, 3):
            raise ValueError(f"{type(self).__name__}: Expected input to be 2D or 3D, got {input.dim()}D instead")
        elif input.dim() == 2:
            x, unbatched = input.unsqueeze(1), True
        elif self.batch_first:
            x = input.transpose(0, 1)
        state = self._initial_state(x, hx, input.sorted_indices if packed else None, unbatched)
        output, last = self._layers(self._checked(x), state, lengths, start)
        if packed:
            data = pack_padded_sequence(output, lengths).data
            output = PackedSequence(data, input.batch_sizes, input.sorted_indices, input.unsorted_indices)
            if input.unsorted_indices is not None:
                last = [s.index_select(1, input.unsorted_indices) for s in last]
        elif unbatched:
            output, last = output.squeeze(1), [s.squeeze(1) for s in last]
        elif self.batch_first:
            output = output.transpose(0, 1)
        return output, tuple(last) if len(last) > 1 else last[0]

    def _checked(self, x):
        """The input in the weights' type, which autocast may have changed."""
        dtype = self.weight_ih_l0.dtype
        if x.dtype != dtype and torch.is_autocast_enabled(x.device.type):
            x = x.to(dtype)
        checks.layer_input(x, dtype, self.input_size)
        return x

    def _initial_state(self, x, hx, order, unbatched):
        """One (layers·directions, B, H) tensor for each field of the cell's State."""
        fields, rows = self.cell.State._fields, self.num_layers * (2 if self.bidirectional else 1)
        expected = (rows, x.size(1), self.hidden_size)
        if hx is None:
            return [torch.zeros(expected, dtype=self.weight_ih_l0.dtype, device=x.device)] * len(fields)
        states = hx if isinstance(hx, (tuple, list)) else (hx,)
        if len(states) != len(fields):
            raise RuntimeError(f"hx must be ({', '.join(fields)}), got {len(states)} tensor(s)")
        states = [s.unsqueeze(1) if unbatched and s.dim() == 2 else s for s in states]
        checks.layer_state(fields, states, expected)
        states = [s if order is None else s.index_select(1, order) for s in states]
        return [s.to(self.weight_ih_l0.dtype) if torch.is_autocast_enabled(x.device.type) else s for s in states]

    def _layers(self, x, state, lengths, start):
        """All layers over a padded (T, B, D) sequence; the output and the last states."""
        directions = 2 if self.bidirectional else 1
        last, below = [], [None] * directions
        for layer, cell in enumerate(self.cells):
            outputs = []
            for reverse in range(directions):
                row = layer * directions + reverse
                first = cell.State(*(s[row] for s in state))
                seen = reversed_in_time(x, lengths) if reverse else x
                c_below = below[reverse] if cell.needs_c_below else None
                h, c, end = run(cell, self.params(layer, bool(reverse)), seen, first, c_below, start)
                if lengths is not None:
                    end = [at_end(s, lengths) for s in ((h,) if c is None else (h, c))]
                outputs.append(reversed_in_time(h, lengths) if reverse else h)
                below[reverse] = c
                last.append(end)
            x = outputs[0] if directions == 1 else torch.cat(outputs, -1)
            if self.dropout and layer < self.num_layers - 1:
                x = torch.nn.functional.dropout(x, self.dropout, self.training)
        return x, [torch.cat(rows) if len(rows) > 1 else rows[0] for rows in zip(*last)]

    def extra_repr(self):
        shown = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        changed = [f"{k}={getattr(self, k)}" for k, default in shown.items() if getattr(self, k) != default]
        options = [f"{k}={v!r}" for k, v in self.options.items()]
        return ", ".join([str(self.input_size), str(self.hidden_size), *changed, *options])


class RNN(Recurrent):
    """Drop-in for ``torch.nn.RNN``."""

    cell = cells.RNN

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, *args, **kwargs):
        if args:  # torch.nn.RNN has no proj_size: after bias come batch_first, dropout, bidirectional, device, dtype
            names = ("batch_first", "dropout", "bidirectional", "device", "dtype")
            kwargs |= dict(zip(names, args, strict=False))
        super().__init__(input_size, hidden_size, num_layers, bias, nonlinearity=nonlinearity, **kwargs)
        self.nonlinearity = nonlinearity


class LSTM1997(Recurrent):
    """The LSTM without a forget gate; ``weight_ih`` and ``weight_hh`` have the rows i, g, o."""

    cell = cells.LSTM1997


class LSTM(Recurrent):
    """Drop-in for ``torch.nn.LSTM``."""

    cell = cells.LSTM


class PeepholeLSTM(Recurrent):
    """The LSTM with peepholes: further key ``weight_p_l{k}`` (3, H), rows i, f, o."""

    cell = cells.PeepholeLSTM


class CoupledLSTM(Recurrent):
    """The LSTM with i = 1 − f; ``weight_ih`` and ``weight_hh`` have the rows f, g, o."""

    cell = cells.CoupledLSTM


class GRU(Recurrent):
    """Drop-in for ``torch.nn.GRU``; ``reset="before"`` gives the other form of the candidate."""

    cell = cells.GRU

    def __init__(self, *args, reset="after", **kwargs):
        super().__init__(*args, reset=reset, **kwargs)


class DepthGatedLSTM(Recurrent):
    """Stacked LSTMs with depth gates between their cells; the bottom layer is a plain LSTM.

    Further keys from layer 1 on: ``weight_d_l{k}`` (H, D), ``weight_c_l{k}``, ``weight_c_below_l{k}`` and ``bias_d_l{k}``
    (H,). Each direction reads the cell states of its own direction, without dropout.
    """

    cell = cells.DepthGatedLSTM

    def make_cell(self, layer):
        width = self.hidden_size * (2 if self.bidirectional else 1)
        return cells.LSTM(self.input_size, self.hidden_size) if layer == 0 else self.cell(width, self.hidden_size)


class ClockworkRNN(Recurrent):
    """The Clockwork RNN; ``periods`` as in the cell. A stream goes on with ``forward(x, hx, start=t)``."""

    cell = cells.ClockworkRNN

    def __init__(self, *args, periods=(1, 2, 4, 8), **kwargs):
        super().__init__(*args, periods=tuple(periods), **kwargs)

    @torch.no_grad()
    def reset_parameters(self):
        super().reset_parameters()
        mask = torch.from_numpy(self.cells[0].mask())
        for name, weight in self.named_parameters():
            if name.startswith("weight_hh"):
                weight.mul_(mask.to(weight))
