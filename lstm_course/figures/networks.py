"""The pictures of chapters 1 to 3: a network in matrix notation, the recurrent network rolled and unrolled, the gap."""

from . import style
from .diagram import Diagram, Edge, Label, Node, Part, draw, moved

LINE = 1.62  # height of the main wire of the matrix figures
HIDDEN = r"{h:h}\;=\;\varphi(W\,{x:x}\;+\;b)"
READOUT = r"y\;=\;V\,{h:h}\;+\;b_y"


def matrix_spec():
    """x → W → φ → h → V → y with the shapes of code, one example per row, as a Diagram."""
    nodes = (
        Node("x", "state", (0.34, LINE), "$x$", "x"),
        Node("W", "layer", (1.50, LINE), "$W$"),
        Node("add_b", "pointwise", (2.14, LINE), "$+$"),
        Node("b", "word", (2.14, LINE + 0.66), "$b$", size=(0.24, 0.28)),
        Node("phi", "pointwise", (2.68, LINE), r"$\varphi$"),
        Node("h", "state", (3.66, LINE), "$h$", "h"),
        Node("V", "layer", (4.80, LINE), "$V$"),
        Node("add_by", "pointwise", (5.44, LINE), "$+$"),
        Node("b_y", "word", (5.44, LINE + 0.66), "$b_y$", size=(0.30, 0.30)),
        Node("y", "state", (6.44, LINE), "$y$"),
    )
    edges = (
        Edge("x", "W", "x"),
        Edge("W", "add_b"),
        Edge("b", "add_b"),
        Edge("add_b", "phi"),
        Edge("phi", "h", "h"),
        Edge("h", "V", "h"),
        Edge("V", "add_by"),
        Edge("b_y", "add_by"),
        Edge("add_by", "y"),
    )
    labels = (
        Label("(B, D)", (0.92, LINE + 0.20), "x", font=11),
        Label("(H, D)", (1.50, LINE + 0.36), font=11),
        Label("(B, H)", (3.12, LINE + 0.20), "h", font=11),
        Label("(B, H)", (4.24, LINE + 0.20), "h", font=11),
        Label("(K, H)", (4.80, LINE + 0.36), font=11),
        Label("(B, K)", (5.88, LINE + 0.20), font=11),
    )
    return Diagram("network", (6.80, 2.50), nodes, edges, labels, formulas=(HIDDEN, READOUT), formula_at=(3.40, 0.80))


def matrix_network():
    """F1.1: the feed-forward network in matrix notation, shapes on the arrows. Returns the Figure."""
    return draw(matrix_spec())


def matrix_rnn_spec():
    """F1.1 with the hidden state fed back through U, as a Diagram."""
    up = 0.62
    plain = moved(matrix_spec(), 0, up)
    names = {"x": "$x_t$", "h": "$h_t$", "y": "$y_t$"}
    nodes = [node._replace(text=names.get(node.name, node.text)) for node in plain.nodes]
    nodes += [
        Node("copy_h", "copy", (4.16, LINE + up), role="h"),
        Node("h_prev", "state", (3.20, 1.26), "$h_{t-1}$", "h"),
        Node("U", "layer", (2.14, 1.26), "$U$", "h"),
    ]
    edges = [edge for edge in plain.edges if edge.source != "h"] + [
        Edge("h", "copy_h", "h", arrow=False),
        Edge("copy_h", "V", "h"),
        Edge("copy_h", "h_prev", "h", via=((None, 1.26),), dashed=True),
        Edge("h_prev", "U", "h"),
        Edge("U", "add_b", "h"),
    ]
    labels = list(plain.labels)
    del labels[3]  # the copy stands there
    labels += [
        Label("(H, H)", (1.58, 1.26), "h", font=11),
        Label("one step later", (4.32, 1.50), "h", align="left", font=11),
    ]
    formulas = (
        r"{h:h_t}\;=\;\varphi(W\,{x:x_t}\;+\;U\,{h:h_{t-1}}\;+\;b)",
        r"y_t\;=\;V\,{h:h_t}\;+\;b_y",
    )
    return Diagram("rnn network", plain.size, tuple(nodes), tuple(edges), tuple(labels), {}, formulas, (3.40, 0.52))


def matrix_rnn():
    """F2.2: the recurrent network in the style of F1.1. Returns the Figure."""
    return draw(matrix_rnn_spec())


def unrolled_spec():
    """One network with a loop = many copies with the same weights, as a Diagram."""
    y, box = 1.42, (0.66, 0.62)
    columns = {"1": 2.86, "2": 3.92, "3": 4.98, "T": 6.46}
    nodes = [
        Node("rnn", "module", (0.78, y), "RNN", "h", box, 12),
        Node("x", "state", (0.78, 0.40), "$x_t$", "x"),
        Node("h", "state", (0.78, 2.44), "$h_t$", "h"),
        Node("equals", "word", (1.48, y), "$=$", size=(0.34, 0.44), font=20),
        Node("h_0", "state", (2.02, y), "$h_0$", "h"),
        Node("dots", "word", (5.74, y), r"$\cdots$", size=(0.40, 0.36), font=18),
    ]
    edges = [
        Edge("x", "rnn", "x"),
        Edge("rnn", "h", "h"),
        Edge("rnn", "rnn", "h", via=((0.16, None), (None, y - 0.14)), leave=(0, 0.14), enter=(0, -0.14)),
        Edge("h_0", "rnn_1", "h"),
        Edge("rnn_1", "rnn_2", "h"),
        Edge("rnn_2", "rnn_3", "h"),
        Edge("rnn_3", "dots", "h"),
        Edge("dots", "rnn_T", "h"),
    ]
    for t, x in columns.items():
        nodes += [
            Node(f"rnn_{t}", "module", (x, y), "RNN", "h", box, 12),
            Node(f"x_{t}", "state", (x, 0.40), f"$x_{t}$", "x"),
            Node(f"h_{t}", "state", (x, 2.44), f"$h_{t}$", "h"),
        ]
        edges += [Edge(f"x_{t}", f"rnn_{t}", "x"), Edge(f"rnn_{t}", f"h_{t}", "h")]
    note = Label("the same W, U and b in every copy", (4.66, 2.98), "h", font=11)
    return Diagram("unrolled", (6.90, 3.12), tuple(nodes), tuple(edges), (note,))


def rolled_unrolled():
    """F2.1: the recurrent network rolled up and unrolled. Returns the Figure."""
    return draw(unrolled_spec())


SHORT = ("the", "clouds", "are", "in", "the")
LONG = ("I", "grew", "up", "in", "France", "…", "I", "speak", "fluent")


def gap_spec(rows=((SHORT, 1, "sky", "3 steps"), (LONG, 4, "French", "any number of steps"))):
    """Sentences over unrolled networks, as a Diagram: each row (words, index of the clue, next word, distance)."""
    nodes, edges, labels, lit = [], [], [], []
    pitch, high = 0.68, 1.62
    for k, (words, clue, answer, distance) in enumerate(rows):
        y = 0.72 + high * (len(rows) - 1 - k)
        for t, word in enumerate(words):
            x, cell, below = 0.42 + pitch * t, f"cell_{k}_{t}", f"word_{k}_{t}"
            gone = word == "…"
            nodes += [
                Node(cell, "word" if gone else "layer", (x, y), r"$\cdots$" if gone else "", "h", (0.30, 0.30)),
                Node(below, "word", (x, y - 0.54), "" if gone else word, "h" if t == clue else "x", (0.66, 0.26), 12),
            ]
            edges += [] if gone else [Edge(below, cell, "h" if t == clue else style.FAINT)]
            edges += [Edge(f"cell_{k}_{t - 1}", cell, "h")] if t else []
            lit += [below, cell] if t >= clue else [below]
        lit.append(f"answer_{k}")
        nodes.append(Node(f"answer_{k}", "word", (x, y + 0.56), answer, "h", (0.7, 0.26), 12))
        edges.append(Edge(cell, f"answer_{k}", "h"))
        labels.append(Label(distance, (0.42 + pitch * (clue + len(words) - 1) / 2, y + 0.34), "h", font=11))
    width = 0.42 + pitch * (max(len(row[0]) for row in rows) - 1) + 0.42
    size = (width, high * (len(rows) - 1) + 1.50)
    return Diagram("gap", size, tuple(nodes), tuple(edges), tuple(labels), {"path": Part(tuple(lit))})


def gap(**rows):
    """F3.1: a short and a long gap on the unrolled network; `rows=` as in `gap_spec`. Returns the Figure."""
    return draw(gap_spec(**rows), "path")


def diagrams():
    """Every diagram of this file."""
    return [matrix_spec(), matrix_rnn_spec(), unrolled_spec(), gap_spec()]
