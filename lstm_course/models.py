"""The models the chapters train: an encoder, perhaps a recurrent layer, a read-out.

``layer`` is any recurrent layer of ``lstm_course.nn``: ``Tagger(nn.RNN, …)`` and ``Tagger(nn.LSTM, …)`` differ
in nothing else. ``hidden(x)`` is what the read-out reads, for probes and pictures. ``init`` is a function
``(Params, rng) → Params`` that changes the recurrent layer's first weights, such as
``initialization.orthogonal``; without it they are what torch would draw.
"""

import numpy as np
import torch
from torch.nn import Embedding, Linear, Module
from torch.nn.functional import cross_entropy


class PerFrame(Module):
    """Chapter 1's net, for each frame by itself: h = ReLU(W x + b), y = V h + b_y.

    Inputs (…, input_size) float, outputs (…, classes) logits.
    """

    def __init__(self, input_size, hidden_size, classes):
        super().__init__()
        self.encoder = Linear(input_size, hidden_size)
        self.read_out = Linear(hidden_size, classes)

    def hidden(self, x):
        """(…, input_size) → (…, hidden_size)."""
        return torch.relu(self.encoder(x))

    def forward(self, x):
        return self.read_out(self.hidden(x))


class Tagger(Module):
    """A label for every frame, with a memory: encoder (ReLU), recurrent layer, read-out.

    Inputs (T, B, input_size) float, outputs (T, B, classes) logits.
    """

    def __init__(self, layer, input_size, hidden_size, classes, encoder_size=32, init=None):
        super().__init__()
        self.encoder = Linear(input_size, encoder_size)
        self.recurrent = _initialised(layer(encoder_size, hidden_size), init)
        self.read_out = Linear(hidden_size, classes)

    def hidden(self, x):
        """(T, B, input_size) → h of every step (T, B, hidden_size)."""
        return self.recurrent(torch.relu(self.encoder(x)))[0]

    def forward(self, x):
        return self.read_out(self.hidden(x))


class LanguageModel(Module):
    """The next word after every word: embedding, recurrent layer, read-out.

    Inputs (T, B) int, outputs (T, B, vocabulary) logits; with ``last`` = S only those of the last S steps, (S,
    B, vocabulary), which is cheaper where only the end of a text counts.
    """

    def __init__(self, layer, vocabulary, hidden_size, embedding_size=16, last=None, init=None):
        super().__init__()
        self.embedding = Embedding(vocabulary, embedding_size)
        self.last = last
        self.recurrent = _initialised(layer(embedding_size, hidden_size), init)
        self.read_out = Linear(hidden_size, vocabulary)

    def hidden(self, words):
        """(T, B) → h of every step (T, B, hidden_size)."""
        return self.recurrent(self.embedding(words))[0]

    def forward(self, words):
        h = self.hidden(words)
        return self.read_out(h if self.last is None else h[-self.last:])


class Reader(Module):
    """Numbers in, numbers or logits out, with nothing before the recurrent layer: recurrent layer, read-out.

    Inputs (T, B, input_size) float, or (T, B) int, each then a one-hot vector of ``input_size``; outputs (T, B,
    outputs), with ``last`` = S only those of the last S steps, (S, B, outputs).
    """

    def __init__(self, layer, input_size, hidden_size, outputs, last=None, init=None):
        super().__init__()
        self.input_size, self.last = input_size, last
        self.recurrent = _initialised(layer(input_size, hidden_size), init)
        self.read_out = Linear(hidden_size, outputs)

    def hidden(self, x):
        """(T, B, …) → h of every step (T, B, hidden_size)."""
        if not x.is_floating_point():
            x = torch.eye(self.input_size, dtype=self.read_out.weight.dtype, device=x.device)[x]
        return self.recurrent(x)[0]

    def forward(self, x):
        h = self.hidden(x)
        return self.read_out(h if self.last is None else h[-self.last:])


class OpenLanguageModel(LanguageModel):
    """A language model whose outputs carry h behind the logits, (T, B, vocabulary + H), for a loss that reads both."""

    def forward(self, words):
        h = self.hidden(words)
        return torch.cat([self.read_out(h), h], dim=-1)


def quiet_cross_entropy(vocabulary, strength):
    """A loss for :class:`OpenLanguageModel`: the cross-entropy of its logits plus ``strength`` times the mean absolute value of h.

    The second term asks each unit to be silent unless it has something to say.
    """

    def loss(outputs, targets):
        logits, h = outputs[..., :vocabulary], outputs[..., vocabulary:]
        each = cross_entropy(logits.flatten(0, -2), targets.flatten(), reduction="none").view(targets.shape)
        return each + strength * h.abs().mean(dim=-1)

    return loss


def _initialised(layer, init):
    if init is not None:
        rng = np.random.default_rng(int(torch.randint(2**31, ())))  # from torch's generator, which the seed has set
        drawn = layer.params()
        layer.set_params(init(type(drawn)(*(array.detach().numpy() for array in drawn)), rng))
    return layer
