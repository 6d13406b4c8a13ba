"""A diagram as inline SVG: the same nodes and edges as `diagram.draw`, for pictures that move.

Lengths are CSS pixels, 96 an inch, from the upper left corner. Colours are CSS variables (`--f`, `--f-fill`,
`--f-text`, …, see `palette`), so that the page's theme decides; nodes, edges and labels carry what they belong to
in `data-node`, `data-ends` and `data-owner`.
"""

import html
import re

from matplotlib.path import Path

from . import style
from .diagram import HEAD, ROUND, bridges, route, wire

PIXELS = 96
SIGNS = {r"\sigma": "σ", r"\tanh": "tanh", r"\odot": "⊙", r"\varphi": "φ", r"\ell": "ℓ", "-": "\u2212"}
COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


def palette(dark=False):
    """The CSS variables of every role as one declaration block; `dark` gives what `style.on_dark` makes of them."""
    seen = style.on_dark if dark else (lambda shade: shade)
    shades = {"--paper": style.PAPER, "--panel": style.PANEL, "--faint": style.FAINT, "--grid": style.GRID}
    for role in style.COLOURS:
        shades |= {f"--{role}": style.colour(role), f"--{role}-fill": style.tint(role), f"--{role}-text": style.text_colour(role)}
    return "".join(f"{name}:{seen(shade)};" for name, shade in shades.items())


def mathematics(text):
    """Typeset `"$c_{t-1}$"` as tspans: letters in italics, subscripts lowered; signs and words upright."""
    for sign, letter in SIGNS.items():
        text = text.replace(sign, letter)
    text = re.sub(r"_(\w)", r"_{\1}", text.strip("$"))
    out, lowered = [], False
    for base, below in re.findall(r"([^_]+)|_\{([^{}]*)\}", text):
        piece = re.sub(r"\b([a-zA-Z])\b", r'<tspan font-style="italic">\1</tspan>', html.escape(base or below))
        shift = ' dy="0.28em" font-size="72%"' if below else ' dy="-0.2em"' if lowered else ""
        out.append(f"<tspan{shift}>{piece}</tspan>")
        lowered = bool(below)
    return "".join(out)


def written(at, text, size, role, **more):
    """A text centred at a point given in pixels; `size` in points."""
    extra = "".join(f' {name.replace("_", "-")}="{html.escape(str(value))}"' for name, value in more.items())
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="middle" dominant-baseline="central"'
    return f'<text {place} font-size="{size * 4 / 3:.1f}" style="fill:var(--{role}-text)"{extra}>{text}</text>'


def svg(diagram, shown, texts, title):
    """The diagram as an <svg> string.

    shown: {node name: (x, y) in inches} of the numbers, <text data-value=…> elements that a script fills; texts:
    {node name: text} is what they say without a script. title: what a screen reader says. The formulas are left out.
    """
    width, height = (PIXELS * side for side in diagram.size)
    place = lambda at: (PIXELS * at[0], height - PIXELS * at[1])  # noqa: E731
    parts = [_node(node, place) for node in diagram.nodes if node.kind == "panel"]
    for edge, hops in zip(diagram.edges, bridges(diagram)):
        parts.append(_edge(edge, route(diagram, edge), hops, place))
    parts += [_node(node, place) for node in diagram.nodes if node.kind != "panel"]
    parts += [written(place(x.at), mathematics(x.text), x.font, x.role, data_owner=x.owner) for x in diagram.labels]
    for name, at in shown.items():
        look = {"data_value": name, "class": "number"}
        parts.append(written(place(at), html.escape(texts[name]), style.TEXT, diagram.node(name).role, **look))
    view = f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px"'
    return f'<svg {view} role="img" aria-label="{html.escape(title)}">{"".join(parts)}</svg>'


def _node(node, place):
    (left, top), (right, bottom) = place((node.box[0], node.box[3])), place((node.box[2], node.box[1]))
    fill = "--paper" if node.kind in ("pointwise", "pill") else f"--{node.role}-fill"
    look = f'style="stroke:var(--{node.role});fill:var({fill})"'
    if node.kind in ("copy", "merge"):
        look = f'style="stroke:none;fill:var(--{node.role})"'
    if node.kind == "panel":
        look = 'style="stroke:none;fill:var(--panel)"'
    if node.kind in ROUND:
        x, y = place(node.at)
        drawn = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{(right - left) / 2:.1f}" {look}/>'
    else:
        corner = {"pill": (bottom - top) / 2, "panel": 10, "merge": 1}.get(node.kind, 5)
        size = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="{corner:.0f}"'
        drawn = f"<rect {size} {look}/>"
    if node.text:
        role = "ink" if node.kind in ("layer", "pointwise", "pill", "module") else node.role
        drawn += written(place(node.at), mathematics(node.text), node.font, role)
    return f'<g data-node="{node.name}">{drawn}</g>'


def _edge(edge, points, hops, place):
    head = ""
    if edge.arrow:
        tip = points[-1]
        along = (tip - points[-2]) / ((tip - points[-2]) ** 2).sum() ** 0.5
        base, side = tip - HEAD * along, 0.42 * HEAD * along[::-1] * (-1, 1)
        corners = " ".join("{:.1f},{:.1f}".format(*place(corner)) for corner in (tip, base + side, base - side))
        head = f'<polygon points="{corners}" style="fill:var(--{edge.role})"/>'
        points = [*points[:-1], base + 0.2 * HEAD * along]
    d = ""
    for points, code in wire(points, hops).iter_segments(simplify=False):
        d += COMMANDS[code] + " ".join("{:.1f},{:.1f}".format(*place(point)) for point in points.reshape(-1, 2))
    look = f'style="stroke:var(--{edge.role});stroke-width:{edge.width * 4 / 3:.1f}"'
    line = f'<path fill="none" d="{d}" {look}/>'
    return f'<g data-ends="{edge.source} {edge.target}">{line}{head}</g>'
