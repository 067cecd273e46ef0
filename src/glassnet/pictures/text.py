"""Numbers and names as a person reads them in a picture, and how much room they take."""

from __future__ import annotations

import math
import unicodedata

__all__ = ["counted", "readable", "shortened", "text_width"]

_WIDE = frozenset("WF")  # the East Asian widths of characters that are as wide as they are high


def readable(value: float) -> str:
    """Write a number with three digits that count, and a minus sign that is as wide as a digit.

    Examples
    --------
    >>> readable(0.90211), readable(-12.04), readable(0.0), readable(123456.0)
    ('0.902', '−12', '0', '123,456')
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("−∞" if value < 0 else "∞")
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-4:
        mantissa, exponent = f"{size:.2e}".split("e")
        text = f"{_trimmed(mantissa)}e{int(exponent)}"
    elif size >= 100:
        text = f"{size:,.0f}"
    else:
        # No more decimals than three digits take: 0.902, 9.02, 90.2.
        decimals = 2 - math.floor(math.log10(size)) if size else 0
        text = _trimmed(f"{size:.{decimals}f}")
    return f"−{text}".replace("e-", "e−") if value < 0 else text.replace("e-", "e−")


def counted(number: int, what: str) -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "epoch"), counted(1200, "epoch")
    ('1 epoch', '1,200 epochs')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def shortened(text: str, size: float, width: float) -> str:
    """Return a name on one line, cut short with "…" where it is wider than `width`.

    Parameters
    ----------
    text : str
        Anybody's; line breaks and runs of spaces become one space.
    size : float
        Height of the letters [px].
    width : float
        Room for them [px].
    """
    text = " ".join(text.split())
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is, rather too much than too little [px]."""
    return size * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    """The width of a bold letter as a share of its size."""
    if unicodedata.east_asian_width(letter) in _WIDE:
        return 1.0
    return 0.8 if letter.isupper() or letter in "mw%@" else 0.58


def _trimmed(decimals: str) -> str:
    return decimals.rstrip("0").rstrip(".") if "." in decimals else decimals
