"""The specifications of the plain RNN's and the LSTM's module; the variants build on the LSTM's.

Nodes that hold a quantity carry its name in the cell's Trace: i, f, g, o, c, tanh_c, h. The ending "prev" marks
the step before. Inside a module the bar joins h_{t-1} and x_t into one vector, so a box computes
φ(W x_t + U h_{t-1} + b) with its own rows of W, U and b.
"""

from .diagram import Diagram, Edge, Label, Node, Part

TOP, BUS, GATES, FILL = 2.80, 1.10, 1.65, 2.22  # heights of the cell line, the bus, the layers, the products


def gate(name, squash=r"\sigma", peephole=""):
    """The formula of one layer of the LSTM; `peephole` is a term that stands before the bias."""
    before = rf"\;+\;{peephole}" if peephole else ""
    return rf"{{{name}:{name}_t}}\;=\;{squash}(W_{name}\,{{x:x_t}}\;+\;U_{name}\,{{h:h_{{t-1}}}}{before}\;+\;b_{name})"


UPDATE = r"{c:c_t}\;=\;{f:f_t}\;\odot\;{c:c_{t-1}}\;+\;{i:i_t}\;\odot\;{g:g_t}"
OUTPUT = r"{h:h_t}\;=\;{o:o_t}\;\odot\;\tanh({c:c_t})"


def lstm():
    """The LSTM's module as a Diagram, with the parts line, forget, input, update, output."""
    x = {"in": 0.32, "merge": 1.02, "f": 1.46, "i": 2.12, "g": 2.76, "o": 3.42, "h": 4.04, "up": 4.46, "out": 5.16}
    nodes = (
        Node("module", "panel", (2.74, 1.94), size=(3.86, 2.20)),
        Node("c_prev", "state", (x["in"], TOP), "$c_{t-1}$", "c"),
        Node("h_prev", "state", (x["in"], BUS), "$h_{t-1}$", "h"),
        Node("x", "state", (x["merge"], 0.38), "$x_t$", "x"),
        Node("merge", "merge", (x["merge"], BUS)),
        *(Node(f"copy_{k}", "copy", (x[k], BUS)) for k in "fig"),
        Node("f", "layer", (x["f"], GATES), r"$\sigma$", "f"),
        Node("i", "layer", (x["i"], GATES), r"$\sigma$", "i"),
        Node("g", "layer", (x["g"], GATES), r"$\tanh$", "g"),
        Node("o", "layer", (x["o"], GATES), r"$\sigma$", "o"),
        Node("keep", "pointwise", (x["f"], TOP), r"$\odot$"),
        Node("write", "pointwise", (x["g"], FILL), r"$\odot$"),
        Node("add", "pointwise", (x["g"], TOP), "$+$"),
        Node("copy_c", "copy", (x["h"], TOP), role="c"),
        Node("tanh_c", "pill", (x["h"], 2.33), r"$\tanh$"),
        Node("show", "pointwise", (x["h"], 1.66), r"$\odot$"),
        Node("copy_h", "copy", (x["up"], BUS), role="h"),
        Node("c", "state", (x["out"], TOP), "$c_t$", "c"),
        Node("h", "state", (x["out"], BUS), "$h_t$", "h"),
        Node("h_up", "state", (x["up"], 3.50), "$h_t$", "h"),
    )
    edges = (
        Edge("c_prev", "keep", "c", width=2.6),
        Edge("keep", "add", "c", width=2.6),
        Edge("add", "copy_c", "c", arrow=False, width=2.6),
        Edge("copy_c", "c", "c", width=2.6),
        Edge("h_prev", "merge", "h"),
        Edge("x", "merge", "x"),
        Edge("merge", "copy_f", arrow=False),
        Edge("copy_f", "copy_i", arrow=False),
        Edge("copy_i", "copy_g", arrow=False),
        Edge("copy_g", "o", via=((x["o"], None),)),
        *(Edge(f"copy_{k}", k) for k in "fig"),
        Edge("f", "keep", "f"),
        Edge("i", "write", "i", via=((None, FILL),)),
        Edge("g", "write", "g"),
        Edge("write", "add"),
        Edge("o", "show", "o"),
        Edge("copy_c", "tanh_c", "c"),
        Edge("tanh_c", "show"),
        Edge("show", "copy_h", "h", via=((None, BUS),), arrow=False),
        Edge("copy_h", "h", "h"),
        Edge("copy_h", "h_up", "h"),
    )
    labels = (
        Label("$f_t$", (x["f"] - 0.16, 2.16), "f", "f"),
        Label("$i_t$", (x["i"] - 0.13, 2.02), "i", "i"),
        Label("$g_t$", (x["g"] + 0.27, 1.98), "g", "g"),
        Label("$o_t$", (3.78, 1.81), "o", "o"),
    )
    taps = ("h_prev", "x", "merge", "copy_f")
    parts = {
        "line": Part(("c_prev", "keep", "add", "copy_c", "c"), (UPDATE,)),
        "forget": Part((*taps, "f", "keep", "c_prev"), (gate("f"),)),
        "input": Part((*taps, "copy_i", "copy_g", "i", "g", "write"), (gate("i"), gate("g", r"\tanh"))),
        "update": Part(("c_prev", "keep", "f", "i", "g", "write", "add", "copy_c", "c"), (UPDATE,)),
        "output": Part(
            (*taps, "copy_i", "copy_g", "o", "add", "copy_c", "tanh_c", "show", "copy_h", "h", "h_up"), (gate("o"), OUTPUT)
        ),
    }
    return Diagram("lstm", (5.48, 3.84), nodes, edges, labels, parts, (UPDATE, OUTPUT), (3.30, 0.52))


def rnn():
    """The plain RNN's module: one tanh layer."""
    y = 1.42
    nodes = (
        Node("module", "panel", (1.90, y), size=(2.34, 0.92)),
        Node("h_prev", "state", (0.32, y), "$h_{t-1}$", "h"),
        Node("x", "state", (0.92, 0.36), "$x_t$", "x"),
        Node("merge", "merge", (0.92, y)),
        Node("layer", "layer", (1.76, y), r"$\tanh$", "h", size=(0.56, 0.42)),
        Node("copy_h", "copy", (2.72, y), role="h"),
        Node("h", "state", (3.58, y), "$h_t$", "h"),
        Node("h_up", "state", (2.72, 2.46), "$h_t$", "h"),
    )
    edges = (
        Edge("h_prev", "merge", "h"),
        Edge("x", "merge", "x"),
        Edge("merge", "layer"),
        Edge("layer", "copy_h", "h", arrow=False),
        Edge("copy_h", "h", "h"),
        Edge("copy_h", "h_up", "h"),
    )
    formula = r"{h:h_t}\;=\;\tanh(W\,{x:x_t}\;+\;U\,{h:h_{t-1}}\;+\;b)"
    return Diagram("rnn", (4.02, 2.80), nodes, edges, formulas=(formula,), formula_at=(2.66, 0.32))
