"""The picture of a finding: everything is inside, and odd numbers are still pictures."""

import math

import numpy as np
import pytest

from glassnet import data
from glassnet.doctor import Finding, examine
from glassnet.doctor.proof import Bars, Curves, Examples
from glassnet.errors import SettingError
from glassnet.pictures import diagnosis, finding
from rooms.pictures.reading import SVG, corners, parsed, size, texts

LONG = "a name that is much too long for the room that there is for it, and for the next line as well"
PROOFS = {
    "curves": Curves(
        "loss", "epoch", (("a", ((0.0, 1.0), (1.0, 0.01))), ("b", ((0.5, 3.0),))), (1.0, "lowest")
    ),
    "holes": Curves("loss", "epoch", (("a", ((0.0, math.nan), (1.0, math.inf), (2.0, 1e300))),)),
    "a point": Curves("loss", "x", (("a", ((3.0, 2.0),)),)),
    "both signs": Curves("slope", "z", (("a", ((-6.0, -1.0), (6.0, 1.0))),)),
    "nothing": Curves("loss", "epoch", ()),
    "bars": Bars("shares", (("one", 0.3), (LONG, 1.0)), (0.5, "too many")),
    "decades": Bars("sizes", (("one", 1e-9), ("two", 1e9), ("three", 0.0)), (1.0, "usual"), logarithmic=True),
    "odd": Bars("sizes", (("one", math.nan), ("two", math.inf), ("three", -1.0)), logarithmic=True),
    "zeros": Bars("sizes", (("one", 0.0),)),
    "examples": Examples(
        "digits", (2, 3), (("3: seven", (0.0, 1.0, -1.0, 0.5, 0.2, 9.0)), (LONG, (0.0,) * 6))
    ),
}


@pytest.fixture(params=PROOFS.values(), ids=list(PROOFS))
def picture(request):
    return finding(Finding("overfitting", "mild", "It is so.", {}, "epoch 1", (), request.param))


def test_everything_is_inside(picture):
    width, height = size(picture)
    points = corners(picture)
    assert points
    assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in points), points
    assert "nan" not in str(picture).lower()


def test_a_bar_is_as_long_as_its_share():
    picture = finding(Finding("overfitting", "mild", "So.", {}, "x", (), PROOFS["bars"]))
    bars = [
        float(rect.get("width")) for rect in parsed(picture).iter(f"{SVG}rect") if rect.get("height") == "16"
    ]
    assert bars[-2] / bars[-1] == pytest.approx(0.3, abs=0.01)
    assert "too many: 0.5" in texts(picture)


def test_leaking_pictures_are_shown():
    digits = data.digits().take(np.arange(60))
    found = examine(None, digits, held_out=digits.take(np.arange(10)))
    (leak,) = [each for each in found.findings if each.name == "leaking examples"]
    assert leak.to_json()["proof"]["kind"] == "examples"
    assert leak.proof.shape == (8, 8)
    assert f"0: {digits.categories[digits.labels[0]]}" in texts(finding(leak))
    assert "held-out examples that are also learned from" in diagnosis(found).html


def test_a_finding_without_proof_is_refused():
    with pytest.raises(SettingError, match="nothing that can be drawn"):
        finding(Finding("overfitting", "mild", "So.", {}, "x", ()))
