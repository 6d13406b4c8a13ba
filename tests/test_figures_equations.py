"""What the diagrams say is what the cells compute: each drawn equation stands in the cell's file."""

import re
import sys

import pytest

from lstm_course import cells
from lstm_course.figures import modules, variants
from lstm_course.figures.diagram import Diagram, Edge, Node, Part, draw, pieces

SPECS = {
    "RNN": modules.spec("rnn"),
    "LSTM": modules.spec("lstm"),
    "PeepholeLSTM": modules.spec("peephole"),
    "CoupledLSTM": modules.spec("coupled"),
    "GRU": modules.spec("gru"),
    "DepthGatedLSTM": variants.depth_gated(),
}
SIGNS = {r"\sigma": "σ", r"\tanh": "tanh", r"\odot": "⊙", r"\varphi": "φ", r"c^{\ell-1}_t": "c_below_t", "-": "−"}


def plain(formula):
    """A drawn formula as it would stand in a cell's file, without spaces."""
    text = "".join(part for part, _ in pieces(formula))
    text = re.sub(r"\\[;,]|\s", "", text)
    for sign, letter in SIGNS.items():
        text = text.replace(sign, letter)
    return re.sub(r"_\{([^{}]*)\}", lambda hit: "_" + hit.group(1), text)


def written(docstring):
    """The numbered equations of a cell's file, in the same form."""
    found = re.findall(r"^    (\w+ = .*?)(?:\s{3,}.*)?\(\d\)$", docstring, flags=re.MULTILINE)
    return {re.sub(r"_\{([^{}]*)\}", r"_\1", re.sub(r"\s", "", line)).replace("-", "−") for line in found}


def drawn(diagram):
    lines = (diagram.formulas, *(part.formulas for part in diagram.parts.values()))
    return {plain(formula) for group in lines for formula in group}


def equations(name):
    return written(sys.modules[getattr(cells, name).__module__].__doc__)


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "CoupledLSTM", "GRU", "DepthGatedLSTM"])
def test_every_drawn_equation_is_the_cell_s(name):
    assert drawn(SPECS[name]) and drawn(SPECS[name]) <= equations(name)


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_every_equation_of_the_cell_is_drawn(name):
    assert drawn(SPECS[name]) == equations(name)


def test_the_rnn_s_two_lines_are_drawn_as_one():
    assert equations("RNN") == {"a_t=Wx_t+Uh_t−1+b", "h_t=φ(a_t),"}
    assert drawn(SPECS["RNN"]) == {"h_t=tanh(Wx_t+Uh_t−1+b)"}


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "GRU", "DepthGatedLSTM"])
def test_a_term_that_is_missing_is_noticed(name):
    short = {line.replace("+b_", "", 1) for line in equations(name)}
    assert not drawn(SPECS[name]) <= short


@pytest.mark.parametrize("name", SPECS)
def test_symbols_have_the_colour_of_their_quantity(name):
    for part in (Part((), SPECS[name].formulas), *SPECS[name].parts.values()):
        for text, role in (piece for formula in part.formulas for piece in pieces(formula)):
            if role != "ink":
                assert text.split("_")[0].split("^")[0] in (role, "u"), text
            else:
                assert not re.search(r"(?<![a-z\\])[cfghioruzdx]_[t{]", text), text


@pytest.mark.parametrize("name", SPECS)
def test_the_wires_into_each_operation_are_its_arguments(name):
    arguments = {
        "RNN": {"merge": {"h_prev", "x"}, "layer": {"merge"}, "h": {"copy_h"}},
        "LSTM": {
            "keep": {"c_prev", "f"}, "write": {"i", "g"}, "add": {"keep", "write"},
            "tanh_c": {"copy_c"}, "show": {"o", "tanh_c"},
        },
        "PeepholeLSTM": {
            "tap_c": {"c_prev"}, "i": {"copy_i", "tap_f"}, "f": {"copy_f", "tap_f"},
            "tap_o": {"add"}, "o": {"copy_g", "tap_o"},
        },
        "CoupledLSTM": {
            "copy_gate": {"f"}, "keep": {"c_prev", "copy_gate"}, "one_minus": {"copy_gate"}, "write": {"one_minus", "g"},
        },
        "GRU": {
            "reset": {"r", "u"}, "sum": {"reset", "W_n"}, "n": {"sum"},
            "write": {"one_minus", "n"}, "keep": {"tap_u", "copy_z"},
        },
        "DepthGatedLSTM": {
            "d": {"copy_x", "tap_c", "tap_below"}, "depth": {"d", "tap_below"}, "add_below": {"add", "depth"},
        },
    }[name]  # fmt: skip
    for node, sources in arguments.items():
        assert {edge.source for edge in SPECS[name].edges if edge.target == node} == sources, node


def test_a_variant_the_book_does_not_use_needs_a_specification_alone():
    """minGRU (Feng et al. 2024): the gate and the candidate see x alone."""
    nodes = (
        Node("h_prev", "state", (0.32, 2.3), "$h_{t-1}$", "h"),
        Node("x", "state", (1.0, 0.4), "$x_t$", "x"),
        Node("copy_x", "copy", (1.0, 0.95), role="x"),
        Node("z", "layer", (1.4, 1.4), r"$\sigma$", "z"),
        Node("copy_z", "copy", (1.4, 1.85), role="z"),
        Node("one_minus", "pill", (1.95, 1.85), "$1-$", size=(0.46, 0.3)),
        Node("n", "layer", (2.6, 1.4), "$W$", "n"),
        Node("write", "pointwise", (2.6, 1.85), r"$\odot$"),
        Node("keep", "pointwise", (1.4, 2.3), r"$\odot$"),
        Node("add", "pointwise", (2.6, 2.3), "$+$"),
        Node("h", "state", (3.4, 2.3), "$h_t$", "h"),
    )
    edges = (
        Edge("h_prev", "keep", "h"), Edge("keep", "add", "h"), Edge("add", "h", "h"),
        Edge("x", "copy_x", "x", arrow=False), Edge("copy_x", "z", "x", via=((1.4, None),)),
        Edge("copy_x", "n", "x", via=((2.6, None),)), Edge("z", "copy_z", "z", arrow=False), Edge("copy_z", "keep", "z"),
        Edge("copy_z", "one_minus", "z"), Edge("one_minus", "write", "z"), Edge("n", "write", "n"), Edge("write", "add"),
    )  # fmt: skip
    formula = r"{h:h_t}\;=\;{z:z_t}\;\odot\;{h:h_{t-1}}\;+\;(1\;-\;{z:z_t})\;\odot\;{n:n_t}"
    figure = draw(Diagram("minGRU", (3.7, 2.6), nodes, edges, formulas=(formula,), formula_at=(2.3, 0.3)))
    assert len([patch for patch in figure.axes[0].patches if (patch.get_gid() or "").startswith("edge:")]) == len(edges)
