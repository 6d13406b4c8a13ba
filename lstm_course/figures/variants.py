"""The variants of chapter 5, one specification each; the part "new" is what the LSTM does not have."""

from .clocks import clockwork
from .diagram import Diagram, Edge, Label, Node, Part, moved
from .specs import BUS, FILL, GATES, OUTPUT, TOP, gate, lstm


def changed(base, name, *, nodes=(), edges=(), labels=(), without=(), cut=(), parts=None, formulas=()):
    """A Diagram with nodes, edges (source, target) and labels taken out and put in."""
    replaced = {label.owner for label in labels} | set(without)
    kept = [e for e in base.edges if not {e.source, e.target} & set(without) and (e.source, e.target) not in cut]
    return base._replace(
        name=name,
        nodes=(*(n for n in base.nodes if n.name not in without), *nodes),
        edges=(*kept, *edges),
        labels=(*(label for label in base.labels if label.owner not in replaced), *labels),
        parts=parts or {},
        formulas=formulas,
    )


def peephole():
    """Gates that look at the cell: i and f at c_{t-1}, o at c_t."""
    low, f, i, o = 2.09, 1.30, 1.98, 3.28
    formulas = (
        gate("i", peephole=r"p_i\;\odot\;{c:c_{t-1}}"),
        gate("f", peephole=r"p_f\;\odot\;{c:c_{t-1}}"),
        gate("o", peephole=r"p_o\;\odot\;{c:c_t}"),
    )
    new = ("c_prev", "tap_c", "tap_f", "tap_o", "add", "i", "f", "o")
    drawn = changed(
        lstm(),
        "peephole",
        cut={("c_prev", "keep"), ("add", "copy_c")},
        nodes=(
            Node("tap_c", "copy", (1.02, TOP), role="c"),
            Node("tap_f", "copy", (f, low), role="c"),
            Node("tap_o", "copy", (o, TOP), role="c"),
        ),
        edges=(
            Edge("c_prev", "tap_c", "c", arrow=False, width=2.6),
            Edge("tap_c", "keep", "c", width=2.6),
            Edge("add", "tap_o", "c", arrow=False, width=2.6),
            Edge("tap_o", "copy_c", "c", arrow=False, width=2.6),
            Edge("tap_c", "tap_f", "c", via=((None, low),), arrow=False),
            Edge("tap_f", "f", "c", enter=(f - 1.46, 0)),
            Edge("tap_f", "i", "c", via=((i, None),), enter=(i - 2.12, 0)),
            Edge("tap_o", "o", "c", enter=(o - 3.42, 0)),
        ),
        labels=(
            Label("$f_t$", (1.63, 2.42), "f", "f"),
            Label("$i_t$", (2.27, 2.02), "i", "i"),
            Label("$p_f$", (1.16, 1.98), "c", "tap_f"),
            Label("$p_i$", (1.80, 1.98), "c", "tap_f"),
            Label("$p_o$", (3.46, 2.20), "c", "tap_o"),
        ),
        parts={"new": Part(new, formulas)},
        formulas=formulas,
    )
    return moved(drawn, 0, 0.32)


def coupled():
    """One gate for two jobs: i = 1 − f."""
    update = r"{c:c_t}\;=\;{f:f_t}\;\odot\;{c:c_{t-1}}\;+\;(1\;-\;{f:f_t})\;\odot\;{g:g_t}"
    new = ("c_prev", "f", "copy_gate", "one_minus", "keep", "write", "g", "add", "copy_c", "c")
    return changed(
        lstm(),
        "coupled",
        without=("i", "copy_i"),
        cut={("f", "keep")},
        nodes=(
            Node("copy_gate", "copy", (1.46, FILL), role="f"),
            Node("one_minus", "pill", (2.00, FILL), "$1-$", size=(0.46, 0.30)),
        ),
        edges=(
            Edge("copy_f", "copy_g", arrow=False),
            Edge("f", "copy_gate", "f", arrow=False),
            Edge("copy_gate", "keep", "f"),
            Edge("copy_gate", "one_minus", "f"),
            Edge("one_minus", "write", "f"),
        ),
        labels=(
            Label("$f_t$", (1.30, 2.06), "f", "f"),
            Label("$1-f_t$", (2.24, 2.50), "f", "one_minus"),
        ),
        parts={"new": Part(new, (update,))},
        formulas=(update, OUTPUT),
    )


def gru():
    """The gated recurrent unit, the reset gate after the matrix product; parts gates, candidate, update."""
    line, mid, row, sum_, bus, low = 3.30, 2.80, 2.30, 1.85, 1.52, 0.88
    x = {"in": 0.32, "merge": 1.00, "r": 1.46, "u": 2.14, "z": 2.90, "n": 3.86, "up": 4.42, "out": 5.12}
    nodes = (
        Node("module", "panel", (2.73, 2.08), size=(3.86, 2.86)),
        Node("h_prev", "state", (x["in"], line), "$h_{t-1}$", "h"),
        Node("x", "state", (x["merge"], 0.30), "$x_t$", "x"),
        Node("copy_x", "copy", (x["merge"], low), role="x"),
        Node("tap", "copy", (x["merge"], line), role="h"),
        Node("tap_u", "copy", (x["u"], line), role="h"),
        Node("merge", "merge", (x["merge"], bus)),
        Node("copy_r", "copy", (x["r"], bus)),
        Node("r", "layer", (x["r"], row), r"$\sigma$", "r"),
        Node("z", "layer", (x["z"], row), r"$\sigma$", "z"),
        Node("u", "layer", (x["u"], mid), "$U_n$", "h"),
        Node("reset", "pointwise", (x["u"], row), r"$\odot$"),
        Node("W_n", "layer", (x["n"], 1.30), "$W_n$", "x"),
        Node("sum", "pointwise", (x["n"], sum_), "$+$"),
        Node("n", "pill", (x["n"], row), r"$\tanh$", "n"),
        Node("copy_z", "copy", (x["z"], mid), role="z"),
        Node("one_minus", "pill", (3.36, mid), "$1-$", size=(0.42, 0.30)),
        Node("write", "pointwise", (x["n"], mid), r"$\odot$"),
        Node("keep", "pointwise", (x["z"], line), r"$\odot$"),
        Node("add", "pointwise", (x["n"], line), "$+$"),
        Node("copy_h", "copy", (x["up"], line), role="h"),
        Node("h", "state", (x["out"], line), "$h_t$", "h"),
        Node("h_up", "state", (x["up"], 4.02), "$h_t$", "h"),
    )
    wide = {"role": "h", "width": 2.6}
    edges = (
        Edge("h_prev", "tap", arrow=False, **wide),
        Edge("tap", "tap_u", arrow=False, **wide),
        Edge("tap_u", "keep", **wide),
        Edge("keep", "add", **wide),
        Edge("add", "copy_h", arrow=False, **wide),
        Edge("copy_h", "h", **wide),
        Edge("copy_h", "h_up", "h"),
        Edge("tap", "merge", "h"),
        Edge("x", "copy_x", "x", arrow=False),
        Edge("copy_x", "merge", "x"),
        Edge("merge", "copy_r", arrow=False),
        Edge("copy_r", "r"),
        Edge("copy_r", "z", via=((x["z"], None),)),
        Edge("r", "reset", "r"),
        Edge("tap_u", "u", "h"),
        Edge("u", "reset", "h"),
        Edge("reset", "sum", via=((None, sum_),)),
        Edge("copy_x", "W_n", "x", via=((x["n"], None),)),
        Edge("W_n", "sum", "x"),
        Edge("sum", "n"),
        Edge("n", "write", "n"),
        Edge("z", "copy_z", "z", arrow=False),
        Edge("copy_z", "keep", "z"),
        Edge("copy_z", "one_minus", "z"),
        Edge("one_minus", "write", "z"),
        Edge("write", "add"),
    )
    labels = (
        Label("$r_t$", (1.845, 2.47), "r", "r"),
        Label("$u_t$", (2.42, 2.48), "h", "u"),
        Label("$z_t$", (2.74, 2.66), "z", "z"),
        Label("$n_t$", (4.05, 2.56), "n", "n"),
    )
    reset, update = gate("r"), gate("z")
    linear = r"{h:u_t}\;=\;U_n\,{h:h_{t-1}}\;+\;b_{hn}"
    candidate = r"{n:n_t}\;=\;\tanh(W_n\,{x:x_t}\;+\;b_n\;+\;{r:r_t}\;\odot\;{h:u_t})"
    state = r"{h:h_t}\;=\;(1\;-\;{z:z_t})\;\odot\;{n:n_t}\;+\;{z:z_t}\;\odot\;{h:h_{t-1}}"
    taps = ("h_prev", "x", "copy_x", "tap", "merge", "copy_r")
    parts = {
        "gates": Part((*taps, "r", "z"), (reset, update)),
        "candidate": Part(
            ("x", "copy_x", "W_n", "h_prev", "tap", "tap_u", "u", "r", "reset", "sum", "n"),
            (linear, candidate),
        ),
        "update": Part(
            ("h_prev", "tap", "tap_u", "z", "copy_z", "keep", "one_minus", "n", "write", "add", "copy_h", "h", "h_up"),
            (state,),
        ),
    }
    drawn = Diagram("gru", (5.44, 4.34), nodes, edges, labels, parts, (candidate, state), (3.30, 0.30))
    return moved(drawn, 0, 0.34)


def depth_gated():
    """The cell of the layer below flows into this layer's cell through the gate d."""
    up, shift, band, tap = 1.72, 0.62, 2.02, 1.56
    base = moved(lstm(), 0, up)
    right = {"o", "tanh_c", "show", "copy_c", "copy_h", "h_up", "c", "h"}
    lines = {e: tuple((3.42 + shift if x == 3.42 else x, y) for x, y in e.via) for e in base.edges}
    base = base._replace(
        size=(base.size[0] + shift, base.size[1]),
        nodes=tuple(n._replace(at=(n.at[0] + shift, n.at[1])) if n.name in right else n for n in base.nodes),
        edges=tuple(e._replace(via=lines[e]) for e in base.edges),
        labels=tuple(p._replace(at=(p.at[0] + shift, p.at[1])) if p.owner == "o" else p for p in base.labels),
    )
    panel = base.node("module")
    h_below = Node("x", "state", (1.02, 1.10), r"$h^{\ell-1}_t$", "h")
    depth = r"{d:d_t}\;=\;\sigma(W_d\,{x:x_t}\;+\;w_c\;\odot\;{c:c_{t-1}}\;+\;w_l\;\odot\;{c:c^{\ell-1}_t}\;+\;b_d)"
    cell = r"{c:c_t}\;=\;{f:f_t}\;\odot\;{c:c_{t-1}}\;+\;{i:i_t}\;\odot\;{g:g_t}\;+\;{d:d_t}\;\odot\;{c:c^{\ell-1}_t}"
    new = ("c_prev", "tap_c", "x", "copy_x", "c_below", "tap_below", "d", "depth", "add_below", "copy_c", "c")
    drawn = changed(
        base,
        "depth-gated",
        without=("x", "module"),
        cut={("add", "copy_c"), ("c_prev", "keep")},
        nodes=(
            panel._replace(at=(panel.at[0] + shift / 2, panel.at[1]), size=(panel.size[0] + shift, panel.size[1])),
            h_below,
            Node("copy_x", "copy", (1.02, band), role="h"),
            Node("tap_c", "copy", (0.70, TOP + up), role="c"),
            Node("c_below", "state", (3.36, 1.10), r"$c^{\ell-1}_t$", "c"),
            Node("tap_below", "copy", (3.36, tap), role="c"),
            Node("d", "layer", (2.36, band), r"$\sigma$", "d"),
            Node("depth", "pointwise", (3.36, band), r"$\odot$"),
            Node("add_below", "pointwise", (3.36, TOP + up), "$+$"),
        ),
        edges=(
            Edge("c_prev", "tap_c", "c", arrow=False, width=2.6),
            Edge("tap_c", "keep", "c", width=2.6),
            Edge("add", "add_below", "c", width=2.6),
            Edge("add_below", "copy_c", "c", arrow=False, width=2.6),
            Edge("x", "copy_x", "h", arrow=False),
            Edge("copy_x", "merge", "h"),
            Edge("copy_x", "d", "h"),
            Edge("c_below", "tap_below", "c", arrow=False, width=2.6),
            Edge("tap_below", "depth", "c", width=2.6),
            Edge("tap_below", "d", "c", via=((2.36, None),)),
            Edge("tap_c", "d", "c", via=((None, 2.44), (2.36, None))),
            Edge("d", "depth", "d"),
            Edge("depth", "add_below", "c", width=2.6),
        ),
        labels=(
            Label("$x_t$", (1.52, band + 0.15), "h", "copy_x"),
            Label("$d_t$", (2.86, band + 0.17), "d", "d"),
            Label("$w_c$", (2.54, 2.34), "c", "tap_c"),
            Label("$w_l$", (2.54, 1.67), "c", "tap_below"),
            Label("layer $\\ell$", (0.36, 4.98), font=11),
            Label("layer $\\ell-1$", (0.46, 1.56), font=11),
        ),
        parts={"new": Part(new, (depth, cell))},
        formulas=(depth, cell),
    )
    return drawn._replace(formula_at=(drawn.size[0] / 2, 0.48))


SPECS = {"peephole": peephole, "coupled": coupled, "gru": gru}


def diagrams():
    """Every diagram of this file."""
    return [peephole(), coupled(), gru(), depth_gated(), clockwork()]
