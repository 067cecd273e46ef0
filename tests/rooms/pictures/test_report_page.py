"""The words of HTML that a page is written in."""

import pytest

from glassnet import Network, explain, pictures
from glassnet.data import four_pixel
from glassnet.errors import PathError
from glassnet.pictures import page


def test_all_text_is_escaped():
    nasty = '<script>alert("&")</script>'
    sections = [
        page.Section(
            nasty,
            [
                page.paragraph(nasty),
                page.saying(nasty),
                page.subheading(nasty),
                page.facts({nasty: nasty}),
                page.key_numbers({nasty: nasty}),
                page.table(nasty, [nasty, nasty], [(nasty, nasty)]),
                page.figure(pictures.network(Network([2, 2]).run([0.0, 0.0])), nasty),
            ],
        )
    ]
    written = str(page.new_page(nasty, nasty, sections, nasty))
    assert "<script" not in written
    assert 'aria-label="&lt;script&gt;alert(&quot;' in written


def test_the_first_column_of_a_table_names_its_rows():
    written = page.table("ages", ["name", "age"], [("Ann", "3")])
    assert '<th scope="col">name</th><th scope="col" class="number">age</th>' in written
    assert '<tr><th scope="row">Ann</th><td class="number">3</td></tr>' in written


def test_a_report_is_saved_whole_or_not_at_all(tmp_path):
    report = pictures.report(explain.survey(Network.drawn_four_pixel(), four_pixel()))
    assert report.save(tmp_path / "page.html").read_text(encoding="utf-8") == str(report)
    assert repr(report).startswith("<Page, ")
    with pytest.raises(PathError):
        report.save(tmp_path / "nowhere" / "page.html")


def test_a_report_says_what_is_known_about_the_model():
    survey = explain.survey(Network.drawn_four_pixel(), four_pixel())
    report = pictures.report(survey, judged_by="all there is", about={"drawn by": "hand"})
    assert "Judged by all there is." in report.html
    assert "<dt>drawn by</dt><dd>hand</dd>" in report.html
