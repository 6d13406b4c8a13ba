"""A small grammar of diagrams: nodes and edges are data, `draw` turns them into a figure.

Everything is measured in inches from the lower left corner of the canvas. A diagram is a NamedTuple that a
test can read: where its nodes stand, what they are called, which edges join them (`route` gives their points).

    wire = a vector        box = a learned layer      circle = a pointwise operation
    bar = concatenation    dot = a copy               disc with a coloured rim = a state or an input

An edge runs from border to border. It goes straight, or through the points of `via`, where `None` keeps the
coordinate of the point before: `via=((None, 2.0),)` goes up to 2.0 first. Where two edges cross, the one that
is listed later jumps over the other. With `focus`, the named part keeps its colours and the rest turns grey;
an edge is lit when both its ends are.
"""

import re
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from . import style

SIZES = {
    "layer": (0.48, 0.42),
    "pointwise": (0.30, 0.30),
    "pill": (0.58, 0.30),
    "state": (0.54, 0.54),
    "unit": (0.26, 0.26),
    "copy": (0.09, 0.09),
    "merge": (0.08, 0.36),
    "module": (0.60, 1.00),
    "word": (0.80, 0.30),
    "panel": (1.00, 1.00),
}
ROUND = {"pointwise", "state", "unit", "copy"}
CORNER, HOP, HEAD = 0.10, 0.06, 0.11  # radii of corners and bridges, length of an arrow head


class Node(NamedTuple):
    """A thing at a place. `kind` is a key of SIZES, `at` its centre, `size` its (width, height) if not the kind's."""

    name: str
    kind: str
    at: tuple
    text: str = ""
    role: str = "ink"
    size: tuple = None
    font: float = style.TEXT + 3

    @property
    def box(self):
        """(left, bottom, right, top)."""
        (x, y), (w, h) = self.at, self.size or SIZES[self.kind]
        return x - w / 2, y - h / 2, x + w / 2, y + h / 2


class Edge(NamedTuple):
    """A wire from node to node; `leave` and `enter` shift its ends away from the centres."""

    source: str
    target: str
    role: str = "ink"
    via: tuple = ()
    arrow: bool = True
    leave: tuple = (0, 0)
    enter: tuple = (0, 0)
    width: float = 1.6
    dashed: bool = False


class Label(NamedTuple):
    """Free text; lit when its `owner` node is (always, without an owner)."""

    text: str
    at: tuple
    role: str = "ink"
    owner: str = ""
    align: str = "center"
    font: float = style.TEXT + 2


class Part(NamedTuple):
    """What a focus lights: names of nodes, and the formulas that belong to them, one string a line."""

    nodes: tuple
    formulas: tuple = ()


class Diagram(NamedTuple):
    """A picture as data. `parts` maps a focus to its Part; `formulas` are shown without a focus.

    In a formula, `{f:f_t}` sets f_t in the colour of role f; the first line stands at `formula_at` (its centre).
    """

    name: str
    size: tuple
    nodes: tuple
    edges: tuple
    labels: tuple = ()
    parts: dict = {}
    formulas: tuple = ()
    formula_at: tuple = (0, 0)

    def node(self, name):
        """The node called `name`."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise ValueError(f"diagram {self.name!r} has no node {name!r}; it has {[n.name for n in self.nodes]}")


def moved(diagram, dx=0.0, dy=0.0):
    """The same diagram with everything shifted and the canvas grown by (dx, dy)."""
    shift = lambda at: tuple(None if old is None else old + by for old, by in zip(at, (dx, dy)))  # noqa: E731
    return diagram._replace(
        size=shift(diagram.size),
        nodes=tuple(node._replace(at=shift(node.at)) for node in diagram.nodes),
        edges=tuple(edge._replace(via=tuple(map(shift, edge.via))) for edge in diagram.edges),
        labels=tuple(label._replace(at=shift(label.at)) for label in diagram.labels),
        formula_at=shift(diagram.formula_at),
    )


def clip(node, inside, outside):
    """Where the straight line from a point inside `node` to a point outside meets its border."""
    p, q = np.asarray(inside, float), np.asarray(outside, float)
    step = q - p
    if node.kind in ROUND:
        centre, radius = np.asarray(node.at, float), (node.box[2] - node.box[0]) / 2
        a, b, c = step @ step, 2 * step @ (p - centre), (p - centre) @ (p - centre) - radius**2
        return p + step * (-b + np.sqrt(b * b - 4 * a * c)) / (2 * a)
    left, bottom, right, top = node.box
    limits = [((right if d > 0 else left) if k == 0 else (top if d > 0 else bottom)) for k, d in enumerate(step)]
    return p + step * min((limits[k] - p[k]) / step[k] for k in range(2) if step[k])


def route(diagram, edge):
    """The points of an edge, (n, 2): from the border of its source to the border of its target."""
    source, target = diagram.node(edge.source), diagram.node(edge.target)
    points = [np.add(source.at, edge.leave)]
    for x, y in edge.via:
        points.append(np.array([points[-1][0] if x is None else x, points[-1][1] if y is None else y]))
    points.append(np.add(target.at, edge.enter))
    points[0], points[-1] = clip(source, points[0], points[1]), clip(target, points[-1], points[-2])
    return np.array(points, float)


def crossing(a, b, c, d):
    """Where the inner parts of the segments ab and cd cross at a right angle, or None."""
    u, v, w = b - a, d - c, c - a
    det = u[0] * v[1] - u[1] * v[0]
    if abs(det) < 1e-9 or abs(u[0] * u[1]) > 1e-9 or abs(v[0] * v[1]) > 1e-9:
        return None
    s, t = (w[0] * v[1] - w[1] * v[0]) / det, (w[0] * u[1] - w[1] * u[0]) / det
    return a + s * u if 1e-6 < s < 1 - 1e-6 and 1e-6 < t < 1 - 1e-6 else None


def bridges(diagram):
    """For each edge, the points at which it jumps over an edge listed before it."""
    routes = [route(diagram, edge) for edge in diagram.edges]
    found = []
    for k, mine in enumerate(routes):
        hits = [
            crossing(a, b, c, d)
            for other in routes[:k]
            for a, b in zip(mine[:-1], mine[1:])
            for c, d in zip(other[:-1], other[1:])
        ]
        found.append([p for p in hits if p is not None])
    return found


def wire(points, hops):
    """A path through `points` with rounded corners, and a half-circle bridge at each of `hops`."""
    vertices, codes = [points[0]], [Path.MOVETO]

    def add(code, *new):
        vertices.extend(new)
        codes.extend([code] * len(new))

    for k, (a, b) in enumerate(zip(points[:-1], points[1:])):
        length = np.linalg.norm(b - a)
        along = (b - a) / length
        bulge = np.array([-along[1], along[0]]) * (1.33 if along[0] > 1e-9 or along[1] < -1e-9 else -1.33)
        on_segment = [s for p in hops if 0 < (s := (p - a) @ along) < length and np.allclose(a + s * along, p)]
        for s in sorted(on_segment):
            near, far = a + (s - HOP) * along, a + (s + HOP) * along
            add(Path.LINETO, near)
            add(Path.CURVE4, near + HOP * bulge, far + HOP * bulge, far)
        if k == len(points) - 2:
            add(Path.LINETO, b)
        else:
            onward = points[k + 2] - b
            r = min(CORNER, length / 2, np.linalg.norm(onward) / 2)
            add(Path.LINETO, b - r * along)
            add(Path.CURVE3, b, b + r * onward / np.linalg.norm(onward))
    return Path(vertices, codes)


def pieces(formula):
    """Cut a formula at its coloured symbols: `"{c:c_t} = …"` → [("c_t", "c"), (" = …", "ink")]."""
    found, end = [], 0
    for hit in re.finditer(r"\{(\w+):((?:[^{}]|\{[^{}]*\})*)\}", formula):
        found += [(formula[end : hit.start()], "ink"), (hit.group(2), hit.group(1))]
        end = hit.end()
    return [(text, role) for text, role in found + [(formula[end:], "ink")] if text.strip()]


def width_of(text, points):
    """The advance width of a piece of text in inches, independent of the renderer."""
    return MathTextParser("path").parse(text, dpi=72, prop=FontProperties(size=points))[0] / 72


def draw(diagram, focus=None):
    """Draw a diagram and return its matplotlib Figure.

    `focus` is a key of `diagram.parts`: that part is lit, the rest is grey. Text artists carry as gid what they
    belong to ("node:f", "label:0", "formula:0"), wires "edge:3", arrow heads "head:3".
    """
    if focus is not None and focus not in diagram.parts:
        raise ValueError(f"focus: {focus!r} is no part of the {diagram.name} diagram; it has {sorted(diagram.parts)}")
    lit = set(diagram.parts[focus].nodes) if focus else {node.name for node in diagram.nodes}
    formulas = diagram.parts[focus].formulas if focus else diagram.formulas
    with style.context():
        figure = plt.figure(figsize=diagram.size, layout="none")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, diagram.size[0]), ylim=(0, diagram.size[1]), aspect="equal")
        axes.set_axis_off()
        for node in diagram.nodes:
            _draw_node(axes, node, node.name in lit or node.kind == "panel")
        for k, (edge, hops) in enumerate(zip(diagram.edges, bridges(diagram))):
            _draw_edge(axes, k, edge, route(diagram, edge), hops, {edge.source, edge.target} <= lit)
        for k, label in enumerate(diagram.labels):
            shade = style.text_colour(label.role) if not label.owner or label.owner in lit else style.FAINT
            place = {"ha": label.align, "va": "center", "gid": f"label:{k}", "zorder": 5}
            axes.text(*label.at, label.text, color=shade, size=label.font, **place)
        for k, formula in enumerate(formulas):
            _draw_formula(axes, k, formula, diagram.formula_at)
    return figure


def _draw_node(axes, node, lit):
    left, bottom, right, top = node.box
    rim = style.colour(node.role) if lit else style.FAINT
    fill = style.PANEL if not lit else style.PAPER if node.kind in ("pointwise", "pill") else style.tint(node.role)
    look = {"linewidth": 1.6, "edgecolor": rim, "facecolor": fill, "zorder": 4, "gid": f"box:{node.name}"}
    if node.kind == "panel":
        look |= {"linewidth": 0, "facecolor": style.PANEL, "zorder": 0}
    elif node.kind in ("copy", "merge"):
        look |= {"linewidth": 0, "facecolor": rim}
    elif node.kind == "word":
        look |= {"linewidth": 0, "facecolor": "none"}
    elif node.kind == "unit":
        look |= {"facecolor": rim}
    if node.kind in ROUND:
        axes.add_patch(Circle(node.at, (right - left) / 2, **look))
    else:
        corner = {"pill": (top - bottom) / 2, "panel": 0.14, "merge": 0.02}.get(node.kind, 0.07)
        shape = f"round,pad=0,rounding_size={corner}"
        axes.add_patch(FancyBboxPatch((left, bottom), right - left, top - bottom, boxstyle=shape, **look))
    if node.text:
        inked = node.kind in ("layer", "pointwise", "pill", "module")
        shade = style.FAINT if not lit else style.INK if inked else style.text_colour(node.role)
        place = {"ha": "center", "va": "center", "gid": f"node:{node.name}", "zorder": 5}
        axes.text(*node.at, node.text, color=shade, size=node.font, **place)


def _draw_edge(axes, k, edge, points, hops, lit):
    shade = style.colour(edge.role) if lit else style.FAINT
    order = 3 if lit else 2
    if edge.arrow:
        tip, along = points[-1], (points[-1] - points[-2]) / np.linalg.norm(points[-1] - points[-2])
        base, side = tip - HEAD * along, 0.42 * HEAD * np.array([-along[1], along[0]])
        axes.add_patch(Polygon([tip, base + side, base - side], color=shade, linewidth=0, zorder=order, gid=f"head:{k}"))
        points = [*points[:-1], base + 0.2 * HEAD * along]
    path = wire(points, hops)
    look = {"capstyle": "butt", "linestyle": (0, (3, 2)) if edge.dashed else "-", "zorder": order, "gid": f"edge:{k}"}
    axes.add_patch(PathPatch(path, fill=False, edgecolor=shade, linewidth=edge.width, **look))


def _draw_formula(axes, line, formula, at):
    size = style.TEXT + 3
    parts = [(f"${text}$", role) for text, role in pieces(formula)]
    widths = [width_of(text, size) for text, _ in parts]
    x, y = at[0] - sum(widths) / 2, at[1] - 0.33 * line
    for (text, role), width in zip(parts, widths):
        axes.text(x, y, text, color=style.text_colour(role), size=size, va="baseline", gid=f"formula:{line}", zorder=5)
        x += width
