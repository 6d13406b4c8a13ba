"""What the layers' tests share."""

import pytest
import torch

from lstm_course import nn

LAYERS = ["RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "CoupledLSTM", "GRU", "DepthGatedLSTM", "ClockworkRNN"]
every_layer = pytest.mark.parametrize("name", LAYERS)
double = {"dtype": torch.float64}


def make(name, *args, **options):
    return getattr(nn, name)(*args, **options)


def as_tuple(state):
    return state if isinstance(state, tuple) else (state,)
