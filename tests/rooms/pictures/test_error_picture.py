"""The picture of an error table: the numbers of the table, and marks and bars in their places."""

import math

import numpy as np
import pytest

from glassnet import Network
from glassnet.explain.error import ErrorTable, OutputError
from glassnet.explain.error import error as explain
from glassnet.pictures.error_geometry import lay_out_errors
from glassnet.pictures.error_picture import error as draw
from glassnet.pictures.text import typeset
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def of_the_slides(loss: str = "absolute") -> ErrorTable:
    network = Network(
        [4, 4], "identity", loss=loss, categories=["solid", "vertical", "diagonal", "horizontal"]
    )
    network.weights(1)[:] = np.eye(4)
    return explain(network.run([0.5, 0.75, -0.25, -0.75]), [0, 0, 0, 1])


def of_softmax(n: int = 10, activation: str = "softmax") -> ErrorTable:
    network = Network([64, n], activation, categories=[f"digit {k}" for k in range(n)], seed=3)
    return explain(network.run(np.linspace(-1, 1, 64)), np.eye(n)[3:4])


def made_of(*losses: float, name: str = "output", slope: float = 1.0) -> ErrorTable:
    rows = (OutputError(f"{name} {k}", 0.0, loss, loss, slope, slope) for k, loss in enumerate(losses))
    return ErrorTable(0, "absolute", tuple(rows), sum(losses))


ALL = {
    "slides": of_the_slides,
    "squared": lambda: of_the_slides("squared"),
    "softmax": of_softmax,
    "many": lambda: of_softmax(100, "tanh"),
    "one": lambda: made_of(2.0),
    "zero": lambda: made_of(0.0, 0.0, slope=0.0),
    "tiny": lambda: made_of(5e-324, 1e-310),
    "huge": lambda: made_of(1e250, 3e250, slope=-1e200),
    "infinite": lambda: made_of(1.0, math.inf, slope=-math.inf),
    "not a number": lambda: made_of(1.0, math.nan, slope=math.nan),
    "long names": lambda: made_of(*range(30), name="W" * 99),
}


@pytest.fixture(params=ALL, ids=list(ALL))
def table(request):
    return ALL[request.param]()


def test_everything_is_inside(table):
    assert outside(draw(table)) == []


def test_the_same_table_gives_the_same_bytes(table):
    assert draw(table) == draw(table)


def test_it_has_a_text_alternative(table):
    root = parsed(draw(table))
    total = typeset(table.printed(shown=12).total)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == f"Example 0, {table.loss} loss: {total}"
    assert f"The total loss is {total}." in described(draw(table))


def test_the_numbers_are_those_of_the_table(table):
    said = texts(draw(table))
    printed = table.printed(shown=12)
    assert typeset(printed.total) in said
    for line in printed.lines:
        for number in (line.target, line.answer, line.loss, line.slope):
            assert typeset(number) in [*said, ""]


def test_the_table_of_the_slides():
    said = texts(draw(of_the_slides()))
    assert {"solid", "vertical", "diagonal", "horizontal", "total", "3.250"} <= set(said)
    assert {"0.500", "0.750", "0.250", "1.750", "1.000", "−1.000"} <= set(said)
    assert "Horizontal: truth 1.000, answer −0.750, loss 1.750, slope −1.000." in described(
        draw(of_the_slides())
    )


def bars(picture, colour: str) -> list[tuple[float, float]]:
    found = elements(picture, "rect")
    return [(float(r.get("x")), float(r.get("width"))) for r in found if r.get("fill") == colour]


def test_bars_are_as_long_as_losses_and_slopes():
    table = of_the_slides("squared")
    geometry = lay_out_errors(table.printed())
    losses, slopes = bars(draw(table), "#d55e00"), bars(draw(table), "#0072b2")
    longest = max(length for _, length in losses)
    expected = [output.loss / 3.0625 * longest for output in table.outputs]
    assert [length for _, length in losses] == pytest.approx(expected, abs=0.02)
    zero = geometry.slopes.middle[0]
    for output, (left, length) in zip(table.outputs, slopes, strict=True):
        assert (left if output.slope > 0 else left + length) == pytest.approx(zero, abs=0.02)
        assert length == pytest.approx(abs(output.slope) / 3.5 * geometry.slopes.width / 2, abs=0.02)


def test_truth_and_answer_stand_at_their_values():
    table = of_the_slides()
    geometry = lay_out_errors(table.printed())
    answers = elements(draw(table), "circle")[1:]  # the first is in the legend
    assert [float(a.get("cx")) for a in answers] == pytest.approx(
        [geometry.x(output.output) for output in table.outputs], abs=0.01
    )
    truths = elements(draw(table), "polyline")[1:]
    tops = [float(t.get("points").split(",")[0]) for t in truths]
    assert tops == pytest.approx([geometry.x(output.target) for output in table.outputs], abs=0.01)


def test_of_many_outputs_the_worst_are_shown_in_order():
    table = of_softmax(100, "tanh")
    said = texts(draw(table))
    shown = [text for text in said if text.startswith("digit ")]
    worst = sorted(table.outputs, key=lambda output: -output.loss)[:12]
    assert set(shown) == {output.category for output in worst}
    assert shown == sorted(shown, key=lambda name: int(name.split()[1]))
    assert "88 more" in said


def test_hostile_names_stay_text():
    row = OutputError("<script>alert(1)</script>\x00", 0.0, 1.0, 1.0, 1.0, 1.0)
    picture = draw(ErrorTable(0, "absolute", (row,), 1.0))
    assert elements(picture, "script") == []
    assert any(text.startswith("<script>alert(1)") for text in texts(picture))
    assert "\ufffd" in described(picture)
