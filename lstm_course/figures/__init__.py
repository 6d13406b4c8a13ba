"""The book's pictures, drawn from data.

`style` is the one look; `diagram` the grammar of nodes and edges; `networks`, `specs`, `variants` and `clocks` hold one
specification a picture, which `modules` draws; `curves`, `fields`, `forest` and `examples` turn arrays into figures. Every function
returns a matplotlib Figure: `save(figure, "name.svg")` (or .pdf) writes it for print. `motion` makes the two that
move and `explorer` those that answer, through `svg` and from what `data/` stores.

Nothing here imports torch, a task or training; what was trained comes from `data/`, as arrays.
"""

from . import (
    clocks, curves, diagram, examples, explorer, explorer_gradients, explorer_sentence, fields, forest, modules, motion, networks,
    specs, style, svg, variants,
)  # fmt: skip
from .canvas import save

__all__ = [
    "clocks", "curves", "diagram", "examples", "explorer", "explorer_gradients", "explorer_sentence", "fields", "forest", "modules",
    "motion", "networks", "save", "specs", "style", "svg", "variants",
]  # fmt: skip
