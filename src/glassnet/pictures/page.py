"""The few words of HTML that a page is written in, and the finished `Page`: one file, no script."""

from __future__ import annotations

import html
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from glassnet.files import write_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from glassnet.pictures.svg import Picture

__all__ = [
    "Page",
    "Section",
    "facts",
    "figure",
    "key_numbers",
    "new_page",
    "paragraph",
    "saying",
    "subheading",
    "table",
]


@dataclass(frozen=True)
class Page:
    """A finished page.

    Attributes
    ----------
    html : str
        The whole document, as `save` writes it.
    """

    html: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to an ``.html`` file, whole or not at all.

        Raises
        ------
        PathError
            The file cannot be written.
        """
        return write_whole(path, self.html)

    def __str__(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<Page, {len(self.html):,} characters of HTML>"


class Section(NamedTuple):
    """A part of a page that has a heading, and a link to it in the contents; `parts` are HTML."""

    heading: str
    parts: Sequence[str]


def new_page(title: str, lead: str, sections: Iterable[Section], foot: str) -> Page:
    """Put a page together.

    Parameters
    ----------
    title, lead, foot : str
        Anybody's text, as all text that is handed in here: it is escaped.
    sections : iterable of Section
    """
    numbered = list(enumerate(sections, start=1))
    links = "".join(f'<li><a href="#part-{k}">{_text(each.heading)}</a></li>' for k, each in numbered)
    body = "\n".join(
        f'<section aria-labelledby="part-{k}">\n<h2 id="part-{k}">{_text(each.heading)}</h2>\n'
        + "\n".join(each.parts)
        + "\n</section>"
        for k, each in numbered
    )
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return Page(f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{_text(title)}</h1>
{paragraph(lead)}
<nav aria-label="Contents"><ol>{links}</ol></nav>
</header>
<main>
{body}
</main>
<footer>{_text(foot)}</footer>
</body>
</html>
""")


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{_text(text)}</p>"


def saying(text: str) -> str:
    """Return a paragraph that stands out."""
    return f'<p class="says">{_text(text)}</p>'


def subheading(text: str) -> str:
    """Return the heading of a part of a section."""
    return f"<h3>{_text(text)}</h3>"


def key_numbers(numbers: Mapping[str, str]) -> str:
    """Return a few numbers in large letters, each with what it is."""
    cards = (f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in numbers.items())
    return f'<dl class="key">{"".join(cards)}</dl>'


def facts(known: Mapping[str, str]) -> str:
    """Return what is what, one fact a line.

    Examples
    --------
    >>> facts({"loss": "<0.1"})
    '<dl class="facts"><dt>loss</dt><dd>&lt;0.1</dd></dl>'
    """
    lines = (f"<dt>{_text(name)}</dt><dd>{_text(fact)}</dd>" for name, fact in known.items())
    return f'<dl class="facts">{"".join(lines)}</dl>'


def figure(picture: Picture, caption: str) -> str:
    """Return a picture with a caption; where the page is narrower, it can be scrolled sideways.

    The picture brings its text alternative with it, as its own title and description.
    """
    name = html.escape(caption)
    return (
        f'<figure><div class="wide" role="region" tabindex="0" aria-label="{name}">\n{picture.svg}</div>'
        f"<figcaption>{_text(caption)}</figcaption></figure>"
    )


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, n_left: int = 1) -> str:
    """Return a table whose first column names its rows.

    Parameters
    ----------
    caption : str
        What the table is.
    headings : sequence of str
    rows : iterable of sequence of str
    n_left : int
        So many columns are words, flush left; the others are numbers, flush right.
    """
    kinds = ["" if k < n_left else ' class="number"' for k in range(len(headings))]
    head = "".join(
        f'<th scope="col"{kind}>{_text(each)}</th>' for kind, each in zip(kinds, headings, strict=True)
    )
    lines = []
    for first, *cells in rows:
        rest = "".join(f"<td{kind}>{_text(c)}</td>" for kind, c in zip(kinds[1:], cells, strict=True))
        lines.append(f'<tr><th scope="row">{_text(first)}</th>{rest}</tr>')
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{html.escape(caption)}">'
        f"<table><caption>{_text(caption)}</caption><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _text(text: str) -> str:
    return html.escape(text, quote=False)
