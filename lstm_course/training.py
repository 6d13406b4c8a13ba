"""One training loop for all models of the course.

``fit`` trains one model for each seed, all at once: the members' weights are stacked along a leading axis and
``torch.func.vmap`` runs them together, so eight seeds cost far less than eight runs. Members share nothing but
the clock. Weights, data order, clipping, learning rate and stopping belong to each, and member k of eight ends
where it would have ended alone (to rounding).
"""

import copy
from typing import NamedTuple

import numpy as np
import torch
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional as F
from tqdm import tqdm

from .minibatches import minibatches, tensor


class Ensemble:
    """Trained models that differ in their weights alone. ``ensemble(inputs)`` is all their outputs, (K, …);
    ``ensemble[k]`` is one as a Module.
    """

    def __init__(self, base, parameters):
        self.base, self.parameters = base, parameters  # parameters: name → (K, …)

    def __len__(self):
        return len(next(iter(self.parameters.values())))

    def __getitem__(self, k):
        if not -len(self) <= k < len(self):
            raise IndexError(f"member {k} of an ensemble of {len(self)}")
        model = copy.deepcopy(self.base)
        model.load_state_dict({name: p[k] for name, p in self.parameters.items()})
        return model

    @torch.no_grad()
    def __call__(self, inputs):
        inputs = tensor(inputs, next(iter(self.parameters.values())).device)
        return vmap(lambda parameters: functional_call(self.base, parameters, (inputs,)))(self.parameters)


class History(NamedTuple):
    """What ``fit`` returns. K members, in the order of ``seeds``.

    models     the trained Ensemble
    loss       (steps, K) each member's loss on its minibatch before each step; NaN once it has stopped
    solved     (K,) bool, whether the member reached ``target`` on the validation data
    steps      (K,) int, how many steps it was trained
    checks     (C,) int, steps after which the validation data were scored
    score      (C, K) mean score on them, the accuracy if nothing else was asked for; NaN once the member has stopped
    gradient   (steps, K) the norm of each member's whole gradient, before clipping; NaN once it has stopped
    """

    models: Ensemble
    loss: np.ndarray
    solved: np.ndarray
    steps: np.ndarray
    checks: np.ndarray
    score: np.ndarray
    gradient: np.ndarray


def cross_entropy(outputs, targets):
    """−log softmax(outputs)[target] in nats: outputs (…, classes), targets (…) int → (…)."""
    return F.cross_entropy(outputs.flatten(0, -2), targets.flatten(), reduction="none").view(targets.shape)


def squared_error(outputs, targets):
    """(output − target)²: outputs (…, 1), targets (…) → (…)."""
    return (outputs[..., 0] - targets) ** 2


def largest(outputs, targets):
    """Whether the target's logit is the largest: outputs (…, classes), targets (…) int → (…) bool."""
    return outputs.argmax(dim=-1) == targets


def within(tolerance):
    """A score for numbers: whether the output is off by less than ``tolerance``, outputs (…, 1), targets (…) → (…) bool."""
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, but it is {tolerance}")
    return lambda outputs, targets: (outputs[..., 0] - targets).abs() < tolerance


def one_cycle(progress):
    """A schedule: the learning rate's factor rises from 0 to 1 over the first 30 % of the steps, then falls to
    0, each as half a cosine.
    """
    x = progress / 0.3 if progress < 0.3 else (1 - progress) / 0.7
    return (1 - np.cos(np.pi * x)) / 2


def fit(model, data, *, steps, seeds=range(8), batch=32, lr=1e-2, optimiser="adam", clip=None, schedule=None, loss=cross_entropy,
        validation=None, target=None, score=largest, check_every=50, device="cpu"):
    """Train ``model()`` once for each seed: a :class:`History`. Errors name the argument.

    Parameters
    ----------
    model : function that returns a fresh ``torch.nn.Module``; torch's generator is seeded before each call
    data : ``(inputs, targets)`` or ``(inputs, targets, mask)``, of which each step takes ``batch`` examples, in shuffled
        epochs; or a function ``rng → such a tuple`` that draws a fresh minibatch. Targets are (n,) for inputs (n, …), or
        (S, n) for the last S steps of inputs (T, n, …); ``mask``, of the targets' shape, says which of them count
    steps : how many updates each member gets at most
    seeds : one int for each member; it decides the first weights and the order of the data
    lr : learning rate, one number or one for each member
    optimiser : "adam" (Kingma & Ba 2015, β = .9, .999) or "sgd"
    clip : greatest norm of a member's whole gradient, or None
    schedule : function of the progress in [0, 1) to a factor on ``lr``, or None
    loss : function (outputs, targets) → one number for each target
    validation, target, score : a member whose mean score on the data ``validation`` reaches ``target`` stops there and is
        *solved*; looked at after every ``check_every`` steps and after the last. ``score`` is a function (outputs, targets) →
        one number for each target; the default, :func:`largest`, makes the mean an accuracy
    device : where to train, "cpu" or "cuda"
    """
    seeds = _check(model, steps, seeds, batch, optimiser, clip, validation, target, check_every)
    base, parameters = _members(model, seeds, device)
    draw = minibatches(data, batch, [np.random.default_rng([seed, 1]) for seed in seeds], device)
    update = _Adam(parameters) if optimiser == "adam" else _SGD()
    rate = torch.as_tensor(np.broadcast_to(np.asarray(lr, dtype=np.float32), len(seeds)).copy(), device=device)
    final = {name: p.detach().clone() for name, p in parameters.items()}
    alive, trained, checks = np.arange(len(seeds)), np.zeros(len(seeds), dtype=int), []
    losses, norms = (np.full((steps, len(seeds)), np.nan) for _ in range(2))
    scores = np.full((-(-steps // check_every), len(seeds)), np.nan)

    for step in tqdm(range(steps), disable=None, leave=False):
        losses[step, alive], gradients = _gradients(base, loss, parameters, *draw(alive))
        trained[alive] += 1
        norms[step, alive] = member_norms(gradients).cpu().numpy()
        if clip is not None:
            gradients = clip_members(gradients, clip)
        with torch.no_grad():
            update(parameters, gradients, rate[alive] * (1.0 if schedule is None else schedule(step / steps)))
        last = step + 1 == steps
        if target is not None and (last or (step + 1) % check_every == 0):
            scores[len(checks), alive] = accuracy(Ensemble(base, _detached(parameters)), validation, score)
            stops = (scores[len(checks), alive] >= target) | last
            checks.append(step + 1)
        else:
            stops = np.full(len(alive), last)
        if stops.any():
            left = torch.as_tensor(~stops, device=device)
            for name, p in parameters.items():
                final[name][alive[stops]] = p.detach()[~left]
            parameters = {name: p.detach()[left].requires_grad_() for name, p in parameters.items()}
            update.select(left)
            alive = alive[~stops]
        if not len(alive):
            break
    scores, solved = scores[:len(checks)], np.zeros(len(seeds), dtype=bool)
    if target is not None:
        solved = (scores >= target).any(axis=0)
    return History(Ensemble(base, final), losses[:step + 1], solved, trained, np.array(checks, dtype=int), scores, norms[:step + 1])


@torch.no_grad()
def correct(models, data, score=largest):
    """Which answers are right, or what ``score`` says of each: (K, …), … being the targets' shape. ``data`` as for
    ``fit``; its mask is not looked at.
    """
    outputs = models(data[0])
    targets = tensor(data[1], outputs.device)
    return torch.stack([score(member[-len(targets):], targets) for member in outputs]).cpu().numpy()


def accuracy(models, data, score=largest):
    """The share of right answers of each member, (K,), or the mean of another ``score``, where the data's mask is true."""
    right = correct(models, data, score)
    mask = np.ones(right.shape[1:], dtype=bool) if len(data) < 3 else np.asarray(data[2], dtype=bool)
    return right[:, mask].mean(axis=1)


def member_norms(gradients):
    """The norm (K,) of each member's whole gradient, all arrays together. ``gradients``: name → (K, …)."""
    return sum(g.reshape(len(g), -1).square().sum(1) for g in gradients.values()).sqrt()


def clip_members(gradients, most):
    """Scale each member's gradient, all arrays together, down to norm ``most`` if it is longer (Pascanu,
    Mikolov & Bengio 2013).
    """
    factor = (most / (member_norms(gradients) + 1e-6)).clamp(max=1)
    return {name: _each(factor, g) * g for name, g in gradients.items()}


class _SGD:
    def __call__(self, parameters, gradients, rate):
        for name, p in parameters.items():
            p -= _each(rate, p) * gradients[name]

    def select(self, left):
        pass


class _Adam:
    """Kingma & Ba (2015), algorithm 1. Elementwise, hence each member's own."""

    def __init__(self, parameters, betas=(0.9, 0.999), eps=1e-8):
        self.betas, self.eps, self.t = betas, eps, 0
        self.mean, self.square = ({name: torch.zeros_like(p) for name, p in parameters.items()} for _ in range(2))

    def __call__(self, parameters, gradients, rate):
        self.t += 1
        (b1, b2), t = self.betas, self.t
        for name, p in parameters.items():
            m = self.mean[name].lerp_(gradients[name], 1 - b1)
            v = self.square[name].lerp_(gradients[name].square(), 1 - b2)
            p -= _each(rate, p) * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + self.eps)

    def select(self, left):
        self.mean, self.square = ({name: a[left] for name, a in moment.items()} for moment in (self.mean, self.square))


def _gradients(base, loss, parameters, minibatch, axis):
    """Each member's loss (K,) as an array, and its gradient, name → (K, …). The members stand at ``axis`` of
    the minibatch.
    """

    def member_loss(parameters, inputs, targets, mask):
        outputs = functional_call(base, parameters, (inputs,))
        each = loss(outputs[-len(targets):], targets)
        return each.mean() if mask is None else (each * mask).sum() / mask.sum()

    in_dims = (0, *(None if part is None else axis for part in minibatch))
    each = vmap(member_loss, in_dims)(parameters, *minibatch)
    gradients = torch.autograd.grad(each.sum(), list(parameters.values()))
    return each.detach().cpu().numpy(), dict(zip(parameters, gradients))


def _members(model, seeds, device):
    """A model to run and the stacked parameters of one fresh model for each seed. Torch's own generator is left
    as it was.
    """
    models = []
    for seed in seeds:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            models.append(model())
    parameters, buffers = stack_module_state(models)
    if buffers:
        raise ValueError(f"model must have parameters only, but it has the buffers {sorted(buffers)}")
    return models[0], {name: p.detach().to(device).requires_grad_() for name, p in parameters.items()}


def _check(model, steps, seeds, batch, optimiser, clip, validation, target, check_every):
    """The seeds as a list, or an error that names the argument at fault."""
    if not callable(model) or isinstance(model, torch.nn.Module):
        raise TypeError("model must be a function that returns a fresh torch.nn.Module, such as lambda: PerFrame(256, 32, 6)")
    if isinstance(seeds, int):
        raise TypeError(f"seeds must be several ints, one for each member, such as range({seeds}), but it is {seeds}")
    seeds = [int(seed) for seed in seeds]
    for name, value in (("steps", steps), ("batch", batch), ("check_every", check_every), ("the number of seeds", len(seeds))):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, but it is {value}")
    if optimiser not in ("adam", "sgd"):
        raise ValueError(f"optimiser must be 'adam' or 'sgd', but it is {optimiser!r}")
    if clip is not None and clip <= 0:
        raise ValueError(f"clip must be positive or None, but it is {clip}")
    if (validation is None) != (target is None):
        raise ValueError("validation and target go together: give both or neither")
    return seeds


def _detached(parameters):
    return {name: p.detach() for name, p in parameters.items()}


def _each(factor, array):
    """(K,) shaped to multiply (K, …)."""
    return factor.view(-1, *[1] * (array.ndim - 1))
