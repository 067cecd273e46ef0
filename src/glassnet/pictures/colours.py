"""The colours of the pictures. None carries a meaning alone: words, widths or dashes say it too."""

from __future__ import annotations

import math

__all__ = [
    "AXIS",
    "DISC",
    "GROUND",
    "HELD_OUT",
    "INK",
    "NOTHING",
    "OUTLINE",
    "PAPER",
    "TEXT",
    "TRAINING",
    "WINNER",
    "by_sign",
    "grey",
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
