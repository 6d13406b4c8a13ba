"""One file per model: its equations, one step, and the step's derivative by hand.

``diff`` any two of them to see what a variant changes.
"""

from .cell import stack
from .clockwork import ClockworkRNN
from .coupled import CoupledLSTM
from .depth_gated import DepthGatedLSTM
from .gru import GRU
from .lstm import LSTM
from .lstm1997 import LSTM1997
from .min_gru import MinGRU
from .min_lstm import MinLSTM
from .peephole import PeepholeLSTM
from .rnn import RNN
from .slstm import SLSTM

__all__ = [
    "RNN",
    "LSTM1997",
    "LSTM",
    "PeepholeLSTM",
    "CoupledLSTM",
    "GRU",
    "DepthGatedLSTM",
    "ClockworkRNN",
    "SLSTM",
    "MinLSTM",
    "MinGRU",
    "stack",
]
