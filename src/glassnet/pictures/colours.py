"""The colours of the pictures. None carries a meaning alone: words, widths or dashes say it too."""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = [
    "AXIS",
    "BACKWARD",
    "CATEGORIES",
    "DISC",
    "DOWNHILL",
    "FORWARD",
    "GROUND",
    "HELD_OUT",
    "INK",
    "NOTHING",
    "OUTLINE",
    "PAPER",
    "RIGHT",
    "TEXT",
    "TRAINING",
    "WINNER",
    "WRONG",
    "by_share",
    "by_sign",
    "grey",
    "ink_on",
    "mixed",
    "valley",
]

# The grey from which black and white are equally far: 4.6 and 4.5 to 1 in the contrast of WCAG 2.
GROUND = "#767676"
NOTHING = "#8c8c8c"  # a neuron that answers 0
TEXT = "#ffffff"
OUTLINE = "#5e5e5e"  # between the pixels of a picture
DISC = "#666666"  # inside a neuron
WINNER = "#ffd54a"

# Loss curves; the pair of Okabe and Ito (2008) that is told apart with every kind of colour blindness.
PAPER = "#fbfbf9"
INK = "#222222"
AXIS = "#c9c9c4"
TRAINING = "#0072b2"
HELD_OUT = "#d55e00"
DOWNHILL = "#009e73"  # the arrow of a step
RIGHT, WRONG = "#00507d", HELD_OUT  # answers; the blue is dark enough for white letters on most of its shades
FORWARD, BACKWARD = "#00507d", "#9a4300"  # numbers above and below a wire
NEGATIVE, POSITIVE = TRAINING, HELD_OUT  # of a share for or against something, through PAPER

# Areas by category, in turn; Okabe and Ito (2008). A pattern says the same as the colour.
CATEGORIES = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")

# From low to high, darker to lighter in even steps with every kind of colour blindness: cividis, by
# Nuñez, Anderton and Renslow (2018), in quarters.
_VALLEY = ("#00224e", "#414d6b", "#7d7c78", "#bcaf6f", "#fee838")


def grey(brightness: float) -> str:
    """Return the colour of a pixel: -1 is black, +1 is white, what lies outside is cut off.

    Examples
    --------
    >>> grey(-1), grey(0.5), grey(1)
    ('#000000', '#bfbfbf', '#ffffff')
    """
    level = round((min(max(brightness, -1.0), 1.0) + 1) / 2 * 255)
    return f"#{level:02x}{level:02x}{level:02x}"


def by_sign(value: float) -> str:
    """Return white for a positive value, black for a negative one, as the slides draw weights."""
    if value == 0 or math.isnan(value):
        return NOTHING
    return "#ffffff" if value > 0 else "#000000"


def by_share(share: float) -> str:
    """Return the colour of a share from -1, blue, through 0, paper, to +1, vermilion.

    Examples
    --------
    >>> by_share(-1), by_share(0), by_share(1)
    ('#0072b2', '#fbfbf9', '#d55e00')
    """
    return mixed(PAPER, NEGATIVE if share < 0 else POSITIVE, abs(share))


def valley(height: float) -> str:
    """Return the colour of a height from 0, dark, to 1, light.

    Examples
    --------
    >>> valley(0), valley(0.5), valley(1)
    ('#00224e', '#7d7c78', '#fee838')
    """
    last = len(_VALLEY) - 1
    k = min(int(height * last), last - 1)
    return mixed(_VALLEY[k], _VALLEY[k + 1], height * last - k)


@lru_cache(maxsize=1024)  # pictures of many cells have few colours
def mixed(one: str, other: str, share: float) -> str:
    """Return a colour between two; a share of 0 is the one, of 1 the other, what lies outside is cut off.

    Examples
    --------
    >>> mixed("#000000", "#ff8000", 0.5)
    '#804000'
    """
    share = min(max(share, 0.0), 1.0)
    levels = (round(a + share * (b - a)) for a, b in zip(_channels(one), _channels(other), strict=True))
    return "#" + "".join(f"{level:02x}" for level in levels)


def ink_on(ground: str) -> str:
    """Return black or white for letters on a ground, whichever is told apart better: at least 4.5 to 1.

    References
    ----------
    .. [1] W3C, "Web content accessibility guidelines 2.2", relative luminance and contrast ratio.

    Examples
    --------
    >>> ink_on("#fee838"), ink_on("#00224e")
    ('#000000', '#ffffff')
    """
    light = _luminance(ground) + 0.05
    return "#000000" if light / 0.05 > 1.05 / light else "#ffffff"


def _luminance(colour: str) -> float:
    shares = (level / 255 for level in _channels(colour))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
