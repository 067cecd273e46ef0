"""Reads a picture back: its elements, its texts, and how far they reach."""

import re
import xml.etree.ElementTree as ET

from glassnet.pictures import Picture
from glassnet.pictures.text import text_width

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: Picture) -> ET.Element:
    return ET.fromstring(str(picture))


def elements(picture: Picture, tag: str) -> list[ET.Element]:
    return list(parsed(picture).iter(SVG + tag))


def texts(picture: Picture) -> list[str]:
    return [element.text for element in elements(picture, "text")]


def wires(picture: Picture) -> dict[str, tuple[str, float]]:
    """From what a wire says of itself to its colour and width; only wires are lines."""
    lines = elements(picture, "line")
    found = {
        line.find(f"{SVG}title").text: (line.get("stroke"), float(line.get("stroke-width"))) for line in lines
    }
    assert len(found) == len(lines)
    return found


def size(picture: Picture) -> tuple[float, float]:
    left, top, width, height = map(float, parsed(picture).get("viewBox").split())
    assert (left, top) == (0, 0)
    return width, height


def described(picture: Picture) -> str:
    return parsed(picture).find(f"{SVG}desc").text


def outside(picture: Picture) -> list[tuple[float, float]]:
    """Points that lie beyond an edge of the picture."""
    width, height = size(picture)
    return [(x, y) for x, y in corners(picture) if not (0 <= x <= width and 0 <= y <= height)]


def corners(picture: Picture) -> list[tuple[float, float]]:
    """Points that lie as far out as anything that is drawn."""
    found: list[tuple[float, float]] = []
    _reach(parsed(picture), (0.0, 0.0, 1.0), {"font-size": "16", "text-anchor": "start"}, found)
    return found


def _reach(element, frame, style, found):
    left, top, scale = frame
    style = style | {key: element.get(key) for key in style if element.get(key)}
    transform = element.get("transform", "")
    if move := re.fullmatch(r"translate\(([\d.-]+) ([\d.-]+)\) scale\(([\d.]+)\)", transform):
        dx, dy, factor = map(float, move.groups())
        left, top, scale = left + scale * dx, top + scale * dy, scale * factor
    else:
        assert transform == "" or transform.startswith("rotate(-90 ")

    def number(name):
        return float(element.get(name, 0))

    points = []
    kind = element.tag.removeprefix(SVG)
    if kind == "circle":
        reach = number("r") + number("stroke-width") / 2
        points = [(number("cx") + x * reach, number("cy") + y * reach) for x in (-1, 1) for y in (-1, 1)]
    elif kind == "rect":
        points = [(number("x"), number("y")), (number("x") + number("width"), number("y") + number("height"))]
    elif kind == "line":
        points = [(number("x1"), number("y1")), (number("x2"), number("y2"))]
    elif kind == "polyline":
        points = [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]
    elif kind == "path":
        points = _path(element.get("d"))
    elif kind == "text" and not transform:
        width = text_width(element.text, float(style["font-size"]))
        start = number("x") - {"start": 0, "middle": width / 2, "end": width}[style["text-anchor"]]
        points = [(start, number("y")), (start + width, number("y") - float(style["font-size"]))]
    found += [(left + scale * x, top + scale * y) for x, y in points]
    for child in element:
        _reach(child, (left, top, scale), style, found)


def _path(commands: str) -> list[tuple[float, float]]:
    points = []
    x = y = 0.0
    for command, numbers in re.findall(r"([Mhv])([^Mhv]*)", commands):
        values = [float(text) for text in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "h":
            x += values[0]
        else:
            y += values[0]
        points.append((x, y))
    return points
