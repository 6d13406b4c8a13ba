"""The Clockwork RNN over time: which module runs when, and who reads whom at one step."""

from .diagram import Diagram, Edge, Label, Node

LEFT, PITCH, LOW, HIGH = 1.35, 0.58, 0.90, 0.72  # the grid: first column, columns apart, first row, rows apart
WIDER = 0.36  # room for the bus before the step whose reading is drawn


def clockwork(periods=(1, 2, 4, 8), steps=9, shown=4):
    """Modules over time, as a Diagram: a disc runs, a ring sleeps and keeps its state.

    Node `h_m_t` is module m at step t, `periods[m]` its period (increasing, each dividing the next). Before step
    `shown` (1 or later) a one-way bus collects the states, the slowest first: a module reads what has joined so far.
    """
    if any(slow <= fast or slow % fast for fast, slow in zip(periods, periods[1:])):
        raise ValueError(f"periods: {tuple(periods)}, expected increasing numbers, each dividing the next")
    if not 1 <= shown < steps:
        raise ValueError(f"shown: {shown}, expected a step from 1 to {steps - 1}")
    at = lambda m, t: (LEFT + PITCH * t + WIDER * (t >= shown), LOW + HIGH * m)  # noqa: E731
    runs = lambda m, t: t % periods[m] == 0  # noqa: E731
    last = len(periods) - 1
    nodes = [Node("module", "panel", (at(0, shown)[0], LOW + HIGH * last / 2), size=(0.46, HIGH * last + 0.5))]
    edges = []
    for m in range(len(periods)):
        for t in range(steps):
            kind, role = ("unit", "h") if runs(m, t) else ("pointwise", "c")
            nodes.append(Node(f"h_{m}_{t}", kind, at(m, t), role=role, size=(0.26, 0.26)))
            if t and t != shown:
                wide = 1.6 if runs(m, t) else 2.6
                edges.append(Edge(f"h_{m}_{t - 1}", f"h_{m}_{t}", role, arrow=runs(m, t), width=wide))
    bus, wires = reading([runs(m, shown) for m in range(len(periods))], at, shown)
    names = [f"every {p} steps" if p > 1 else "every step" for p in periods]
    labels = [Label(name, (0.05, at(m, 0)[1]), align="left", font=10) for m, name in enumerate(names)]
    labels += [Label(str(t), (at(0, t)[0], 0.50), font=11) for t in range(steps)] + [Label("$t$", (0.95, 0.50))]
    for k, (kind, role, x, word) in enumerate((("unit", "h", LEFT, "runs"), ("pointwise", "c", 2.51, "sleeps, keeps its state"))):
        nodes.append(Node(f"key_{k}", kind, (x, 0.16), role=role, size=(0.18, 0.18)))
        labels.append(Label(word, (x + 0.18, 0.16), align="left", font=11))
    size = (at(0, steps - 1)[0] + 0.3, at(last, 0)[1] + 0.35)
    return Diagram("clockwork", size, (*nodes, *bus), (*edges, *wires), tuple(labels))


def reading(awake, at, shown):
    """Nodes and edges between the steps shown − 1 and shown; awake: (M,) whether each module runs."""
    x = (at(0, shown - 1)[0] + at(0, shown)[0]) / 2
    last, nodes, wires = len(awake) - 1, [], []
    for m in reversed(range(len(awake))):
        y, before, now, join = at(m, 0)[1], f"h_{m}_{shown - 1}", f"h_{m}_{shown}", f"bus_{m}"
        if m == last:
            nodes.append(Node(join, "copy", (x, y), role="h"))
            wires += [
                Edge(before, join, "h" if awake[m] else "c", arrow=False, width=1.6 if awake[m] else 2.6),
                Edge(join, now, "h" if awake[m] else "c", arrow=awake[m], width=1.6 if awake[m] else 2.6),
            ]
        elif awake[m]:
            nodes.append(Node(join, "merge", (x, y), size=(0.08, 0.30)))
            wires += [Edge(before, join, "h"), Edge(join, now, "h")]
        else:
            nodes += [Node(f"tap_{m}", "copy", (x - 0.2, y), role="c"), Node(join, "merge", (x, y - 0.33), size=(0.08, 0.20))]
            wires += [
                Edge(before, f"tap_{m}", "c", arrow=False, width=2.6),
                Edge(f"tap_{m}", now, "c", arrow=False, width=2.6),
                Edge(f"tap_{m}", join, "h", via=((None, y - 0.33),)),
            ]
        if m < last:
            wires.append(Edge(f"bus_{m + 1}", join))
    return nodes, wires
