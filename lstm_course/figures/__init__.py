"""The book's pictures, drawn from data: `style` (one look), `diagram` (the grammar), `networks`, `modules`,
`variants` (nodes and edges, one specification per model), `curves` (arrays in, figures out).

Nothing here imports torch, a task or a trained model.
"""

from . import curves, diagram, modules, networks, style, variants

__all__ = ["curves", "diagram", "modules", "networks", "style", "variants"]
