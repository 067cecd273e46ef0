"""Numbers and names as a person reads them in a picture, and how much room they take."""

from __future__ import annotations

import math
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["counted", "readable", "sentences", "shortened", "text_width", "typeset", "wrapped"]

_LONGEST = 11  # of a number with all its zeros [characters]

_WIDE = frozenset("WF")  # the East Asian widths of characters that are as wide as they are high


def readable(value: float, digits: int = 3) -> str:
    """Write a number with three digits that count, or more, and a minus sign that is as wide as a digit.

    Examples
    --------
    >>> readable(0.90211), readable(-12.04), readable(0.0), readable(123456.0)
    ('0.902', '−12', '0', '123,456')
    >>> readable(-1.0001234, digits=6)
    '−1.00012'
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("−∞" if value < 0 else "∞")
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-4:
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        text = f"{_trimmed(mantissa)}e{int(exponent)}"
    elif size >= 10 ** (digits - 1):
        text = f"{size:,.0f}"
    else:
        # No more decimals than the digits take: 0.902, 9.02, 90.2.
        decimals = digits - 1 - math.floor(math.log10(size)) if size else 0
        text = _trimmed(f"{size:,.{decimals}f}")
    return f"−{text}".replace("e-", "e−") if value < 0 else text.replace("e-", "e−")


def typeset(printed: str) -> str:
    """Write a number that was printed elsewhere, with its own digits, as the pictures write numbers.

    Whatever is no number stays as it is. A number of 1 or more with very many digits is rounded.

    Examples
    --------
    >>> typeset("-0.500"), typeset("0.0000000001234"), typeset("inf"), typeset("missing")
    ('−0.500', '1.234e−10', '∞', 'missing')
    """
    try:
        value = float(printed)
    except ValueError:
        return printed
    if not math.isfinite(value):
        return readable(value)
    text = printed
    if len(text) > _LONGEST:
        # With all its digits, so that numbers that add up go on doing so.
        text = f"{Decimal(printed):e}" if abs(value) < 1 else f"{value:.3e}"
        text = text.replace("e+", "e") if value else "0"
    return text.replace("-", "−")


def sentences(parts: Iterable[str]) -> str:
    """Make a text of some sentences that want their capital letters and full stops.

    Examples
    --------
    >>> sentences(["one path", "it is the strongest"])
    'One path. It is the strongest.'
    """
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts)


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


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return a text in lines that are no wider than `width`; a longer word is cut short.

    Parameters
    ----------
    text : str
    size : float
        Height of the letters [px].
    width : float
        Room for a line [px].

    Examples
    --------
    >>> wrapped("each line has room for two words", 10, 70)
    ['each line', 'has room', 'for two', 'words']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, size, width))
    return lines


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
