"""Other conditions for a page: another base seed, or a cause taken away. Imported by the kernel that runs the page."""

from functools import wraps

import numpy as np
import torch
from rewritten import attention_sees_place, memory_squashed, nets_alike, nets_apart  # noqa: F401

from lstm_course import cells, feedforward, initialization, models, ops, tasks, training

OF_PARAMS = ("project", "step", "workspace", "local", "backward_weights", "input_gradient")


def base_seed(base):
    """Every seeded generator of the page draws from another stream: seed s becomes the pair (s, base)."""
    generator, manual_seed = np.random.default_rng, torch.manual_seed

    def default_rng(seed=None):
        return generator(seed) if seed is None or isinstance(seed, np.random.Generator) else generator([*np.atleast_1d(seed), base])

    np.random.default_rng = default_rng
    torch.manual_seed = lambda seed: manual_seed(int(np.random.SeedSequence([seed, base]).generate_state(1)[0]))


def scene_in_sight():
    """Every frame of a movie shows its scene, in its last three pixels."""
    movies = tasks.movies

    def marked(*args, **kwargs):
        drawn = movies(*args, **kwargs)
        drawn.frames[..., -3:] = 3 * np.eye(3)[drawn.scene]
        return drawn

    tasks.movies = marked


def clue_at_hand():
    """A document names its country once more, just before the language is due."""
    documents = tasks.gap_documents

    def reminded(*args, **kwargs):
        task = documents(*args, **kwargs)
        task.inputs[-1] = task.targets[-1] - 8  # the languages follow the eight countries
        return task

    tasks.gap_documents = reminded


def shapes_all_bright():
    """No shape is dark on bright."""
    shapes = tasks.shapes

    def bright(*args, **kwargs):
        drawn = shapes(*args, **kwargs)
        return drawn._replace(images=drawn.images * np.sign(drawn.images.sum(axis=1, keepdims=True)))

    tasks.shapes = bright


def no_bend():
    """σ, tanh and ReLU are straight lines; their derivatives are left as they were."""
    ops.sigmoid, torch.relu = lambda a: 0.5 + a / 4, lambda a: a
    for name, (_, slope) in feedforward.ACTIVATIONS.items():
        feedforward.ACTIVATIONS[name] = (lambda a: a, slope)


def textbook_sigmoid():
    """σ is computed as 1 / (1 + e^(−a)), and not with tanh."""
    ops.sigmoid = lambda a: 1 / (1 + ops.namespace(a).exp(-a))


def exponential_in_double():
    """e^a comes in double precision, whatever a is: 1 + e^(−a) is not rounded to 24 bits."""
    exp = np.exp
    np.exp = lambda a, *args, **kwargs: exp(np.asarray(a, dtype=float), *args, **kwargs)


def twice_the_units():
    """Chapter 1's own net has twice the hidden units asked for."""
    init = feedforward.FeedForward.__init__
    feedforward.FeedForward.__init__ = lambda self, D, H, K, *args, **kwargs: init(self, D, 2 * H, K, *args, **kwargs)


def few_units():
    """Of a per-frame net's hidden units all but a sixteenth are silent."""
    hidden = models.PerFrame.hidden

    def first_few(self, x):
        h = hidden(self, x)
        return h * (torch.arange(h.shape[-1]) < h.shape[-1] // 16)

    models.PerFrame.hidden = first_few


def forget_gate_half():
    """f = σ(0) = ½ at every step, whatever the parameters say."""
    for cell in (cells.LSTM, cells.PeepholeLSTM, cells.SLSTM):
        _blind(cell, "f")


def nothing_written():
    """i = 0 at every step."""
    _blind(cells.LSTM, "i", bias=-1000)


def output_gate_half():
    """o = ½ at every step."""
    _blind(cells.LSTM, "o")


def update_gate_half():
    """The GRU's z = ½ at every step."""
    _blind(cells.GRU, "z")


def no_recurrent_weights():
    """U = 0: a step hears nothing of the last one but through the cell state."""
    for cell in (cells.RNN, cells.LSTM, cells.LSTM1997, cells.GRU):
        _replace(cell, lambda self, params: params._replace(U=0 * params.U))


def twice_the_recurrent_weights():
    """The plain RNN's step uses 2 U: ρ(U) and σ_max(U) are no longer those of what it does."""
    _replace(cells.RNN, lambda self, params: params._replace(U=2 * params.U))


def no_peepholes():
    """p = 0 in every run."""
    _replace(cells.PeepholeLSTM, lambda self, params: params._replace(p=0 * params.p))


def depth_gate_shut():
    """d = 0 in every run: nothing comes up from the cell below."""
    _hold_depth_gate(-1000)


def depth_gate_half():
    """d = ½ at every step, whatever its bias says."""
    _hold_depth_gate(0)


def no_clock():
    """Every module of the Clockwork RNN is awake at every step."""
    def all_awake(self, start):
        for m in range(len(self.periods)):
            yield slice(m * self.module_size, (m + 1) * self.module_size), slice(None)

    cells.ClockworkRNN.awake = lambda self, t: self.hidden_size
    cells.ClockworkRNN._awake = all_awake


def no_special_start():
    """Orthogonal or scaled weights, forget biases and chrono biases are never set: all nets start as torch draws them."""
    for name in ("orthogonal", "identity", "scaled_to_radius", "scaled_to_norm"):
        setattr(initialization, name, lambda params, *args, **kwargs: params)
    for name in ("forget_bias", "chrono"):
        setattr(initialization, name, lambda cell, params, *args, **kwargs: params)


def no_clipping():
    """Gradients are never clipped."""
    training.clip_members = lambda gradients, most: gradients


def no_training():
    """Nets stay as they were drawn: learning rates are zero."""
    fit = training.fit
    training.fit = lambda *args, **settings: fit(*args, **settings | {"lr": 0.0})


def gates_exchanged():
    """The step reads the LSTM's input and forget rows in each other's place."""
    def exchanged(self, params):
        i, f, rest = self.rows("i"), self.rows("f"), slice(2 * self.hidden_size, None)
        turned = lambda a, axis: ops.concatenate([a[..., r, :] if axis else a[..., None, r] for r in (f, i, rest)], -2 if axis else -1)  # noqa: E731
        return params._replace(W=turned(params.W, 1), U=turned(params.U, 1), b=turned(params.b, 0)[..., 0, :])

    _replace(cells.LSTM, exchanged, OF_PARAMS[:5])


def layers_tied():
    """The LSTM's four layers share the weights of the first, and every cell's layers count as if they shared theirs."""
    def tied(self, params):
        first = self.rows(self.gates[0])
        four = lambda rows, axis: ops.concatenate([rows] * 4, axis)  # noqa: E731
        return self.Params(four(params.W[..., first, :], -2), four(params.U[..., first, :], -2), four(params.b[..., first], -1))

    _replace(cells.LSTM, tied, OF_PARAMS[:5])
    count = cells.cell.Cell.count
    cells.cell.Cell.count = lambda self: count(self) - (self.columns - self.hidden_size) * (self.input_size + self.hidden_size + 1)


def modules_without_order():
    """In the Clockwork RNN every module hears every other."""
    cells.ClockworkRNN.mask = lambda self: np.ones((self.hidden_size, self.hidden_size))


def no_carried_gradient():
    """No backpropagation through time: what a step hands back to the one before is dropped."""
    for cell in (cells.RNN, cells.LSTM, cells.GRU, cells.PeepholeLSTM, cells.CoupledLSTM, cells.DepthGatedLSTM, cells.ClockworkRNN):
        _forget_the_past(cell)


def gates_tied():
    """The LSTM's input gate is 1 − f: it averages, as a coupled cell does."""
    def tied(self, params):
        W, U, b = map(ops.copy, params)
        i, f = self.rows("i"), self.rows("f")
        W[..., i, :], U[..., i, :], b[..., i] = -W[..., f, :], -U[..., f, :], -b[..., f]
        return params._replace(W=W, U=U, b=b)

    _replace(cells.LSTM, tied)


def no_averaging():
    """The GRU adds: h = z h + n, in place of z h + (1 − z) n."""
    def added(before, now):
        now.h[...] += now.z * now.n

    _after_step(cells.GRU, added)


def twice_as_far():
    """Every step of a minGRU goes twice as far: what it keeps, 1 − 2z, can be negative."""
    def doubled(before, now):
        now.h[...] = 2 * now.h - before.h

    _after_step(cells.MinGRU, doubled)


def no_orthogonality():
    """What should have orthogonal columns has columns of length 1, and no more."""
    np.linalg.qr = lambda a: (a / np.linalg.norm(a, axis=0), None)


def _forget_the_past(cell):
    carry = cell.carry

    def dropped(self, U, local, d, t):
        carry(self, U, local, d, t)
        for gradient in d:
            gradient[...] = 0

    cell.carry = dropped


def _blind(cell, gate, bias=0):
    """Zero the rows of a gate in every array that has them: its pre-activation is then ``bias``."""
    def without(self, params):
        params = params._replace(**{name: ops.copy(getattr(params, name)) for name in params._fields})
        for name in ("W", "U"):
            getattr(params, name)[..., self.rows(gate), :] = 0
        params.b[..., self.rows(gate)] = bias
        if "p" in params._fields:
            params.p[..., "ifo".index(gate), :] = 0
        return params

    _replace(cell, without)


def _replace(cell, change, methods=OF_PARAMS):
    """Let every method of a cell that is given parameters see ``change(self, params)`` in their place."""
    for name in methods:
        def seen(self, params, *args, original=getattr(cell, name), **kwargs):
            return original(self, change(self, params), *args, **kwargs)

        setattr(cell, name, wraps(getattr(cell, name))(seen))  # a page that prints the source prints the cell's own


def _hold_depth_gate(bias):
    def held(self, params):
        return params._replace(W_d=0 * params.W_d, b_d=0 * params.b_d + bias, w_c=0 * params.w_c, w_l=0 * params.w_l)

    _replace(cells.DepthGatedLSTM, held)


def _after_step(cell, change):
    """What a cell's step has filled in, ``now``, is changed once more by ``change(before, now)``."""
    step_ = cell.step_

    def changed(self, work, a, before, now, t, c_below):
        step_(self, work, a, before, now, t, c_below)
        change(before, now)

    cell.step_ = changed
