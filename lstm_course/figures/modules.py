"""The repeating modules: the chains, the notation, the LSTM step by step, the variants."""

from . import variants
from .diagram import Diagram, Edge, Label, Node, draw, moved
from .specs import lstm, rnn

SPECS = {"rnn": rnn, "lstm": lstm, **variants.SPECS}


def spec(name):
    """The Diagram of a module: "rnn", "lstm", "peephole", "coupled", "gru"."""
    if name not in SPECS:
        raise ValueError(f"name: {name!r} is no module; there are {sorted(SPECS)}")
    return SPECS[name]()


def module(name, focus=None):
    """Draw one module. F4.5 to F4.8 are `module("lstm", focus=…)`: "forget", "input", "update", "output".

    A variant lights what is new in it, unless `focus` names another part or is "all". Returns the Figure.
    """
    diagram = spec(name)
    if focus is None and "new" in diagram.parts:
        focus = "new"
    return draw(diagram, None if focus == "all" else focus)


def depth_gated():
    """F5.4: the gate between the cells of two stacked layers. Returns the Figure."""
    return draw(variants.depth_gated(), "new")


def clockwork(**how):
    """F5.5: which module runs at which step; `how` as in `variants.clockwork`. Returns the Figure."""
    return draw(variants.clockwork(**how))


def chain_spec(name, margin=0.76):
    """A module between two closed copies of itself, as a Diagram."""
    middle = moved(spec(name), margin)
    width, panel = middle.size[0] + margin, middle.node("module")
    nodes, edges = list(middle.nodes), list(middle.edges)
    states = [role for role in "ch" if role in {node.name for node in nodes}]
    for side, x, step in (("before", 0.34, "t-1"), ("after", width - 0.34, "t+1")):
        nodes += [
            Node(side, "module", (x, panel.at[1]), name.upper(), "ink", (0.54, panel.size[1]), 11),
            Node(f"x_{side}", "state", (x, middle.node("x").at[1]), f"$x_{{{step}}}$", "x"),
            Node(f"h_{side}", "state", (x, middle.node("h_up").at[1]), f"$h_{{{step}}}$", "h"),
        ]
        edges += [Edge(f"x_{side}", side, "x"), Edge(side, f"h_{side}", "h")]
    for role in states:
        level, wide = (0, middle.node(role).at[1] - panel.at[1]), 2.6 if role == "c" else 1.6
        edges += [
            Edge("before", f"{role}_prev", role, arrow=False, leave=level, width=wide),
            Edge(role, "after", role, enter=level, width=wide),
        ]
    return Diagram(f"{name} chain", (width, middle.size[1]), tuple(nodes), tuple(edges), middle.labels)


def chain(name):
    """F2.4 `chain("rnn")`, F4.1 `chain("lstm")`: three modules in a row, the middle one open. Returns the Figure."""
    return draw(chain_spec(name))


def cell_state_line():
    """F4.3: the line of the cell state, the rest of the module dimmed. Returns the Figure."""
    return draw(lstm(), "line")


def key():
    """The notation of the diagrams as a Diagram: each sign with what goes in and what comes out."""
    nodes, edges, labels = [], [], []

    def item(name, corner, title, *parts):
        x, y = corner
        labels.append(Label(title, (x + 1.0, y + 0.95), font=11))
        for k, kind, (dx, dy), text, size in parts:
            nodes.append(Node(f"{name}_{k}", kind, (x + dx, y + dy), text, "f" if kind == "layer" else "ink", size, 13))

    def join(name, *pairs, **how):
        edges.extend(Edge(f"{name}_{a}", f"{name}_{b}", **how) for a, b in pairs)

    word = (0.24, 0.26)
    item("vector", (0.1, 2.5), "a vector", ("a", "word", (0.45, 0.58), "$a$", word), ("b", "word", (1.55, 0.58), "$a$", word))
    join("vector", "ab")
    item("layer", (2.5, 2.5), "learned layer", ("a", "word", (0.1, 0.58), "$a$", word),
         ("l", "layer", (0.68, 0.58), r"$\sigma$", None), ("b", "word", (1.68, 0.58), r"$\sigma(Wa+b)$", (1.10, 0.26)))
    join("layer", "al", "lb")
    item("op", (0.1, 1.3), "pointwise operation", ("a", "word", (0.25, 0.62), "$a$", word), ("b", "word", (0.25, 0.14), "$b$", word),
         ("p", "pointwise", (0.9, 0.62), r"$\odot$", None), ("c", "word", (1.66, 0.62), r"$a\odot b$", (0.60, 0.26)))
    join("op", "ap", "pc")
    join("op", "bp", via=((0.1 + 0.9, None),))
    item("merge", (2.5, 1.3), "concatenation", ("a", "word", (0.25, 0.62), "$a$", word), ("b", "word", (0.25, 0.14), "$b$", word),
         ("m", "merge", (0.9, 0.62), "", None), ("c", "word", (1.66, 0.62), "$[a, b]$", (0.60, 0.26)))
    join("merge", "am", "mc")
    join("merge", "bm", via=((2.5 + 0.9, None),))
    item("copy", (0.1, 0.1), "copy", ("a", "word", (0.25, 0.62), "$a$", word), ("d", "copy", (0.9, 0.62), "", None),
         ("b", "word", (1.6, 0.62), "$a$", word), ("c", "word", (1.6, 0.14), "$a$", word))
    join("copy", "ad", arrow=False)
    join("copy", "db")
    join("copy", "dc", via=((None, 0.24),))
    item("state", (2.5, 0.1), "state or input", ("a", "state", (0.55, 0.50), "$c_t$", None), ("b", "state", (1.45, 0.50), "$x_t$", None))
    nodes[-2:] = [nodes[-2]._replace(role="c"), nodes[-1]._replace(role="x")]
    return Diagram("notation", (4.90, 3.65), tuple(nodes), tuple(edges), tuple(labels))


def notation_key():
    """F4.2: what a wire, a box, a circle, a bar and a dot mean. Returns the Figure."""
    return draw(key())


def gate_spec():
    """One gate as a Diagram, on three numbers: open, half open, nearly shut."""
    values, shares = (0.80, -0.60, 0.90), (0.99, 0.50, 0.01)
    column = lambda numbers: "\n".join(f"{v:.2f}".replace("-", "\u2212") for v in numbers)  # noqa: E731
    tall = (0.74, 0.90)
    nodes = (
        Node("value", "module", (0.50, 2.40), column(values), "c", tall, 12),
        Node("pass", "pointwise", (2.40, 2.40), r"$\odot$"),
        Node("product", "module", (4.30, 2.40), column(v * s for v, s in zip(values, shares)), "c", tall, 12),
        Node("share", "module", (2.40, 1.10), column(shares), "f", tall, 12),
        Node("f", "layer", (1.42, 1.10), r"$\sigma$", "f"),
        Node("merge", "merge", (0.84, 1.10)),
        Node("h_prev", "state", (0.32, 1.10), "$h_{t-1}$", "h"),
        Node("x", "state", (0.84, 0.38), "$x_t$", "x"),
    )
    edges = (
        Edge("value", "pass", "c", width=2.6),
        Edge("pass", "product", "c", width=2.6),
        Edge("share", "pass", "f"),
        Edge("f", "share", "f"),
        Edge("merge", "f"),
        Edge("h_prev", "merge", "h"),
        Edge("x", "merge", "x"),
    )
    notes = ("open: it passes", "half open: it is halved", "almost shut: little is left")
    labels = [Label(note, (2.90, 1.10 + 0.26 * (1 - k)), align="left", font=11) for k, note in enumerate(notes)]
    labels += [
        Label("$c_{t-1}$", (0.50, 3.02), "c"),
        Label("$f_t$", (2.20, 1.86), "f"),
        Label(r"$f_t \odot c_{t-1}$", (4.30, 3.02), "c"),
    ]
    return Diagram("gate", (5.10, 3.22), nodes, edges, tuple(labels))


def one_gate():
    """F4.4: one gate on three numbers. Returns the Figure."""
    return draw(gate_spec())


def diagrams():
    """Every diagram of this file."""
    return [rnn(), lstm(), chain_spec("rnn"), chain_spec("lstm"), key(), gate_spec()]
