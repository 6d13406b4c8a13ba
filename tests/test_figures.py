"""The diagrams, read as data and as drawn: nothing touches, nothing is cut, every wire ends on a border."""

import itertools

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.transforms import Bbox

from lstm_course import cells
from lstm_course.figures import diagram, modules, networks, save, style, variants
from lstm_course.figures.diagram import Diagram, Edge, Label, Node, draw, route

DIAGRAMS = {d.name: d for d in (*networks.diagrams(), *modules.diagrams(), *variants.diagrams())}
VIEWS = [(name, focus) for name, d in DIAGRAMS.items() for focus in (None, *d.parts)]
CELLS = {
    "rnn": "RNN",
    "lstm": "LSTM",
    "peephole": "PeepholeLSTM",
    "coupled": "CoupledLSTM",
    "gru": "GRU",
    "depth-gated": "DepthGatedLSTM",
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def text_boxes(figure):
    """{what: Bbox in inches} of every text; the pieces of one formula count as one."""
    renderer, boxes = figure.canvas.get_renderer(), {}
    for text in figure.axes[0].texts:
        box = text.get_window_extent(renderer)
        box = Bbox(box.get_points() / figure.dpi)
        gid = text.get_gid()
        boxes[gid] = Bbox.union([boxes[gid], box]) if gid in boxes else box
    return boxes


def overlaps(boxes):
    """Pairs of texts whose boxes overlap."""
    return [
        (one, two)
        for (one, a), (two, b) in itertools.combinations(boxes.items(), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.005 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.005
    ]


def cut(boxes, d):
    """Texts and nodes that leave the canvas."""
    boxes = boxes | {f"box:{n.name}": Bbox.from_extents(*n.box) for n in d.nodes}
    return [k for k, b in boxes.items() if b.x0 < 0 or b.y0 < 0 or b.x1 > d.size[0] or b.y1 > d.size[1]]


def off_border(node, point):
    """How far, in inches, a point lies from the border of a node."""
    (x, y), (left, bottom, right, top) = point, node.box
    if node.kind in diagram.ROUND:
        return abs(np.hypot(x - node.at[0], y - node.at[1]) - (right - left) / 2)
    outside = np.hypot(max(left - x, 0, x - right), max(bottom - y, 0, y - top))
    return outside or min(x - left, right - x, y - bottom, top - y)


def loose_ends(d):
    """Edges that do not start and end on their nodes' borders, or run backwards through their own node."""
    found = []
    for edge in d.edges:
        points = route(d, edge)
        ends = off_border(d.node(edge.source), points[0]), off_border(d.node(edge.target), points[-1])
        short = min(np.linalg.norm(np.diff(points, axis=0), axis=1)) < 0.03
        if max(ends) > 1e-6 or short:
            found.append((edge.source, edge.target, ends))
    return found


def struck(d, boxes):
    """Labels and nodes that a wire runs through: (source, target, what)."""
    solid = {f"box:{n.name}": Bbox.from_extents(*n.box) for n in d.nodes if n.kind != "panel"}
    things = solid | {k: b for k, b in boxes.items() if not k.startswith("node:")}
    low, high = np.array([b.min + 0.01 for b in things.values()]), np.array([b.max - 0.01 for b in things.values()])
    found = []
    for edge in d.edges:
        points = route(d, edge)
        along = np.concatenate([np.linspace(a, b, 60) for a, b in zip(points[:-1], points[1:])])[:, None]
        hit = ((along > low) & (along < high)).all(axis=2).any(axis=0)
        own = f"box:{edge.source}", f"box:{edge.target}"
        found += [(edge.source, edge.target, what) for what, inside in zip(things, hit) if inside and what not in own]
    return found


def on_node(d, boxes):
    """Free labels and formulas that cover a node."""
    solid = [Bbox.from_extents(*n.box) for n in d.nodes if n.kind != "panel"]
    nodes = dict(enumerate(solid))
    return [pair for pair in overlaps({k: b for k, b in boxes.items() if not k.startswith("node:")} | nodes)]


def spilling(d, boxes):
    """Nodes whose text is wider or higher than they are."""
    found = []
    for n in d.nodes:
        (left, bottom, right, top), text = n.box, boxes.get(f"node:{n.name}")
        if text and (text.width > right - left or text.height > top - bottom + 0.02):
            found.append(n.name)
    return found


@pytest.mark.parametrize(("name", "focus"), VIEWS)
def test_nothing_touches_nothing_is_cut_and_type_is_readable(name, focus):
    d = DIAGRAMS[name]
    figure = draw(d, focus)
    boxes = text_boxes(figure)
    assert overlaps(boxes) == []
    assert cut(boxes, d) == []
    assert struck(d, boxes) == []
    assert on_node(d, boxes) == []
    assert spilling(d, boxes) == []
    assert d.size[0] <= style.PAGE_WIDTH
    assert min(text.get_size() for text in figure.axes[0].texts) >= 8  # points at page width


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_wire_runs_from_border_to_border(name):
    assert loose_ends(DIAGRAMS[name]) == []


def tight_crossings(d):
    """Bridges that stand on a corner, on an arrow's head or at an end of their edge."""
    found = []
    for edge, hops in zip(d.edges, diagram.bridges(d)):
        start, *corners, end = route(d, edge)
        room = [(start, diagram.HOP), (end, diagram.HOP + diagram.HEAD), *((c, diagram.HOP + diagram.CORNER) for c in corners)]
        found += [(edge.source, edge.target) for hop in hops if any(np.linalg.norm(p - hop) <= r for p, r in room)]
    return found


def unnamed_fields(d, cell):
    """Fields of the cell's Trace that no node of the diagram is called after."""
    return set(cell.Trace._fields) - {node.name for node in d.nodes}


def missed_tips(d, figure):
    """Arrows whose drawn head is not there or does not touch the node it points at."""
    heads = {patch.get_gid(): patch.get_xy()[0] for patch in figure.axes[0].patches if patch.get_gid().startswith("head:")}
    arrows = {f"head:{k}": d.node(edge.target) for k, edge in enumerate(d.edges) if edge.arrow}
    off = {gid for gid in arrows.keys() & heads.keys() if off_border(arrows[gid], heads[gid]) > 1e-6}
    return off | (arrows.keys() ^ heads.keys())


@pytest.mark.parametrize("name", DIAGRAMS)
def test_crossings_lie_on_straight_wire_and_arrow_tips_touch_their_node(name):
    assert tight_crossings(DIAGRAMS[name]) == []
    assert missed_tips(DIAGRAMS[name], draw(DIAGRAMS[name])) == set()


@pytest.mark.parametrize("name", CELLS)
def test_node_names_are_the_fields_of_the_trace(name):
    assert unnamed_fields(DIAGRAMS[name], getattr(cells, CELLS[name])) == set()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_parts_name_nodes_and_no_name_is_given_twice(name):
    names = [node.name for node in DIAGRAMS[name].nodes]
    assert len(names) == len(set(names))
    for part in DIAGRAMS[name].parts.values():
        assert set(part.nodes) <= set(names)


def test_focus_lights_its_part_and_greys_the_rest():
    figure = draw(DIAGRAMS["lstm"], "forget")
    rims = {p.get_gid(): p.get_edgecolor() for p in figure.axes[0].patches}
    grey = matplotlib.colors.to_rgba(style.FAINT)
    assert rims["box:f"] == matplotlib.colors.to_rgba(style.COLOURS["f"])
    assert rims["box:o"] == rims["box:g"] == grey


def test_a_focus_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="focus.*'forgot'.*forget"):
        draw(DIAGRAMS["lstm"], "forgot")
    with pytest.raises(ValueError, match="no node 'nowhere'"):
        DIAGRAMS["lstm"].node("nowhere")


def test_drawing_leaves_the_reader_s_settings_alone():
    before = dict(matplotlib.rcParams)
    draw(DIAGRAMS["lstm"])
    assert dict(matplotlib.rcParams) == before


# The checkers can fail: each is shown a diagram with its fault.
A, B = Node("a", "layer", (0.5, 0.5), "a"), Node("b", "layer", (2.5, 0.5), "b")


def broken(*nodes, edges=(), labels=(), size=(3, 1)):
    d = Diagram("broken", size, nodes, tuple(edges), tuple(labels))
    return d, text_boxes(draw(d))


def test_the_checkers_see_labels_that_touch_and_leave():
    places = {"here": (1.5, 0.5), "there": (1.6, 0.55), "outside": (2.9, 0.9), "on": (2.5, 0.7)}
    d, boxes = broken(A, B, labels=[Label(text, at) for text, at in places.items()])
    assert ("label:0", "label:1") in overlaps(boxes)
    assert "label:2" in cut(boxes, d)
    assert ("label:3", 1) in on_node(d, boxes)


def test_the_checkers_see_struck_labels_and_nodes():
    between = Node("between", "layer", (1.5, 0.5))
    d, boxes = broken(A, B, between, edges=[Edge("a", "b")], labels=[Label("struck", (1.0, 0.5))])
    assert {what for *_, what in struck(d, boxes)} == {"box:between", "label:0"}


def test_the_checkers_see_ends_in_the_air_and_text_that_spills():
    assert off_border(A, (0.9, 0.5)) == pytest.approx(0.16)
    assert off_border(Node("s", "state", (0, 0)), (0.2, 0)) == pytest.approx(0.07)
    crowded = B._replace(at=(1.0, 0.5))
    d, _ = broken(A, crowded, edges=[Edge("a", "b")])
    assert loose_ends(d)
    d, boxes = broken(A._replace(text="far too long"))
    assert spilling(d, boxes) == ["a"]


def test_the_checkers_see_tight_crossings_missed_tips_and_fields_without_a_node():
    up, down = Node("up", "copy", (1.04, 0.9)), Node("down", "copy", (0.84, 0.1))
    bent = Edge("down", "up", via=((None, 0.3), (1.04, None)))
    d, _ = broken(A, B, up, down, edges=[Edge("a", "b"), bent])
    assert tight_crossings(d) == []
    d, _ = broken(A, B, up, down, edges=[Edge("a", "b"), bent._replace(via=((None, 0.42), (1.04, None)))])
    assert tight_crossings(d) == [("down", "up")]
    d = Diagram("broken", (3, 1), (A, B), (Edge("a", "b"),))
    assert missed_tips(d, draw(d)) == set()
    assert missed_tips(d, draw(d._replace(nodes=(A, B._replace(at=(2.4, 0.5)))))) == {"head:0"}
    assert missed_tips(d, draw(d._replace(edges=(Edge("a", "b", arrow=False),)))) == {"head:0"}
    gateless = tuple(node for node in DIAGRAMS["lstm"].nodes if node.name != "o")
    assert unnamed_fields(DIAGRAMS["lstm"]._replace(nodes=gateless), cells.LSTM) == {"o"}


def test_a_bridge_is_found_where_wires_cross():
    up, down = Node("up", "copy", (1.5, 0.9)), Node("down", "copy", (1.5, 0.1))
    d, _ = broken(A, B, up, down, edges=[Edge("a", "b"), Edge("down", "up")])
    assert diagram.bridges(d)[0] == []
    np.testing.assert_allclose(diagram.bridges(d)[1], [(1.5, 0.5)])


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_figure_is_saved_for_print_with_its_licence_and_without_a_ground(kind, tmp_path):
    path, again = tmp_path / f"gate.{kind}", tmp_path / f"again.{kind}"
    save(draw(DIAGRAMS["gate"]), path)
    save(draw(DIAGRAMS["gate"]), again)
    assert path.stat().st_size > 5000 and path.read_bytes() == again.read_bytes()
    assert b"CC BY 4.0" in path.read_bytes()
    if kind == "png":
        assert plt.imread(path)[0, 0, 3] == 0  # the corner is transparent


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"path: '.*gate.doc'.*\.svg"):
        save(draw(DIAGRAMS["gate"]), tmp_path / "gate.doc")


def test_the_chapters_calls_return_figures():
    calls = [
        networks.matrix_network, networks.rolled_unrolled, networks.matrix_rnn, networks.gap, modules.notation_key,
        modules.cell_state_line, modules.one_gate, modules.depth_gated, modules.clockwork,
        lambda: modules.chain("rnn"), lambda: modules.chain("lstm"), lambda: modules.module("gru"),
    ]  # fmt: skip
    drawn = [call() for call in calls]
    assert [figure.number for figure in drawn] == plt.get_fignums()


def test_a_variant_lights_what_is_new():
    def grey(figure):
        faint = matplotlib.colors.to_rgba(style.FAINT)
        return {patch.get_gid() for patch in figure.axes[0].patches if patch.get_edgecolor() == faint}

    assert "box:g" in grey(modules.module("peephole"))
    assert not {"box:i", "box:f", "box:o", "box:c_prev"} & grey(modules.module("peephole"))
    assert grey(modules.module("peephole", focus="all")) == set()
