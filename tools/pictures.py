"""Lighter pictures: a figure drawn by matplotlib has thousands of shades, and 256 are enough for the eye.

The flat colours of a figure stay exactly as they are; the shades at the edges of letters and lines move to a
neighbour. Transparency and resolution are kept, text chunks (which name a version) are dropped. The same picture
gives the same bytes.
"""

import io

import numpy as np
from PIL import Image

PALETTES = (256, 160, 96)  # shades, tried in turn until the file is light enough
LIGHT = 30_000  # bytes
FAR = 4.0  # root mean square error, out of 255: a picture that would lose more keeps its shades


def composed(rgba, ground):
    """RGBA bytes (…, 4) laid over a grey `ground`, (…, 3) floats."""
    share = rgba[..., 3:] / 255.0
    return rgba[..., :3] * share + ground * (1 - share)


def places(rgba):
    """Shades (N, 4) as points (N, 6) whose distances count on white and on black alike."""
    return np.concatenate([composed(rgba, 255.0), composed(rgba, 0.0)], axis=1)


def shades_of(pixels):
    """The distinct shades (N, 4) of RGBA bytes (rows, columns, 4), which shade each pixel has, and how many have it."""
    packed = np.ascontiguousarray(pixels).view(np.uint32).ravel()
    found, index, counts = np.unique(packed, return_inverse=True, return_counts=True)
    return found.view(np.uint8).reshape(-1, 4), index, counts


def palette(picture, shades, counts, size):
    """`size` shades or fewer, (P, 4): the most frequent ones, and what an octree makes of the rest."""
    frequent = shades[np.argsort(-counts, kind="stable")[: size // 3]]
    tree = picture.quantize(size - len(frequent), method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    rest = shades_of(np.asarray(tree.convert("RGBA")))[0]
    return np.unique(np.concatenate([frequent, rest]), axis=0)


def nearest(shades, counts, chosen):
    """For each shade (N, 4) the place in `chosen` of the one most like it, and the error over the picture."""
    here, there = places(shades), places(chosen)
    best = np.array([((there - point) ** 2).sum(1).argmin() for point in here])
    return best, np.sqrt(np.average(((here - there[best]) ** 2).mean(1), weights=counts))


def file_of(index, chosen, dpi):
    """A PNG with the palette `chosen` (P, 4); index: (rows, columns) into it."""
    picture, file = Image.fromarray(index.astype(np.uint8), "P"), io.BytesIO()
    picture.putpalette(chosen[:, :3].tobytes())
    picture.save(file, "PNG", optimize=True, transparency=chosen[:, 3].tobytes(), **({"dpi": dpi} if dpi else {}))
    return file.getvalue()


def page_width(png):
    """The width of a PNG file on the page as CSS writes it, 96 pixels an inch: letters are as large in all figures."""
    picture = Image.open(io.BytesIO(png))
    return f"{picture.width * 96 / picture.info['dpi'][0]:.0f}px"


def slim(png):
    """The PNG file `png` (bytes) with a palette: 256 shades, fewer where it would weigh over 30 kB.

    A picture that has a palette, would lose by one, or weigh more, comes back as it was.
    """
    picture = Image.open(io.BytesIO(png))
    if picture.mode == "P":
        return png
    dpi, picture = picture.info.get("dpi"), picture.convert("RGBA")
    shades, index, counts = shades_of(np.asarray(picture))
    best = png
    for size in PALETTES:
        chosen, moved = shades, np.arange(len(shades))
        if len(shades) > size:
            chosen = palette(picture, shades, counts, size)
            moved, error = nearest(shades, counts, chosen)
            if error > FAR:
                break
        best = min(best, file_of(moved[index].reshape(picture.size[::-1]), chosen, dpi), key=len)
        if len(best) <= LIGHT:
            break
    return best
