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
    """F5.5: which module runs at which step; `how` as in `clocks.clockwork`. Returns the Figure."""
    return draw(variants.clockwork(**how))


def chain_spec(name, margin=0.75):
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
    left, right, nodes, labels = 0.1, 2.5, [], []

    def word(name, text, at, width=0.24):
        nodes.append(Node(name, "word", at, text, size=(width, 0.26), font=13))

    for x, y, title in (
        (left, 3.12, "a vector"), (right, 3.12, "learned layer"), (left, 2.25, "pointwise operation"),
        (right, 2.25, "concatenation"), (left, 1.05, "copy"), (right, 1.05, "state or input"),
    ):  # fmt: skip
        labels.append(Label(title, (x + 1.0, y), font=11))
    word("vector in", "$a$", (left + 0.45, 2.76))
    word("vector out", "$a$", (left + 1.55, 2.76))
    word("layer in", "$a$", (right + 0.10, 2.76))
    nodes.append(Node("layer", "layer", (right + 0.68, 2.76), r"$\sigma$", "f"))
    word("layer out", r"$\sigma(Wa+b)$", (right + 1.68, 2.76), 1.10)
    for name, x, out in (("pointwise", left, r"$a\odot b$"), ("merge", right, "$[a, b]$")):
        word(f"{name} a", "$a$", (x + 0.25, 1.92))
        word(f"{name} b", "$b$", (x + 0.25, 1.44))
        nodes.append(Node(name, name, (x + 0.9, 1.92), r"$\odot$" if name == "pointwise" else ""))
        word(f"{name} out", out, (x + 1.66, 1.92), 0.60)
    word("copy in", "$a$", (left + 0.25, 0.72))
    nodes.append(Node("copy", "copy", (left + 0.9, 0.72)))
    word("copy out", "$a$", (left + 1.6, 0.72))
    word("copy too", "$a$", (left + 1.6, 0.24))
    nodes.append(Node("state", "state", (right + 0.6, 0.56), "$c_t$", "c"))
    nodes.append(Node("input", "state", (right + 1.4, 0.56), "$x_t$", "x"))
    edges = [
        Edge("vector in", "vector out"),
        Edge("layer in", "layer"),
        Edge("layer", "layer out"),
        Edge("pointwise a", "pointwise"),
        Edge("pointwise b", "pointwise", via=((left + 0.9, None),)),
        Edge("pointwise", "pointwise out"),
        Edge("merge a", "merge"),
        Edge("merge b", "merge", via=((right + 0.9, None),)),
        Edge("merge", "merge out"),
        Edge("copy in", "copy", arrow=False),
        Edge("copy", "copy out"),
        Edge("copy", "copy too", via=((None, 0.24),)),
    ]
    return Diagram("notation", (4.90, 3.32), tuple(nodes), tuple(edges), tuple(labels))


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
