import numpy as np

from glassnet.cli.results import show_confusion


def printed(capsys, confusion, categories):
    show_confusion(np.array(confusion), categories)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_the_confusion_table_has_no_column_of_ties_where_there_are_none(capsys):
    assert printed(capsys, [[12, 0, 0], [3, 9, 0]], ["cat", "dog"]) == [
        "rows: the right category; columns: the answer",
        "      cat  dog",
        " cat   12    .",
        " dog    3    9",
    ]


def test_ties_have_a_column(capsys):
    assert printed(capsys, [[12, 0, 0], [3, 9, 2]], ["cat", "dog"])[1:] == [
        "      cat  dog  no category",
        " cat   12    .            .",
        " dog    3    9            2",
    ]


def test_of_many_categories_the_worst_confusions_are_listed(capsys):
    categories = [f"kind {k}" for k in range(25)]
    confusion = np.hstack([np.diag(np.full(25, 8)), np.zeros((25, 1), dtype=int)])
    confusion[3, 4], confusion[7, 25], confusion[2, 1] = 2, 1, 1
    assert printed(capsys, confusion, categories) == [
        "the worst confusions:",
        " examples  of  true category  answer",
        "        2  10  kind 3         kind 4",
        "        1   9  kind 2         kind 1",
        "        1   9  kind 7         no category",
    ]


def test_names_too_long_for_the_screen_are_listed_the_same_way(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = printed(capsys, [[1, 2, 0], [0, 3, 0]], ["a rather long name", "another rather long name"])
    assert lines[0] == "the worst confusions:"
    assert max(map(len, lines)) <= 40


def test_names_are_no_markup(capsys):
    assert "[red]" in printed(capsys, [[1, 0, 0], [0, 1, 0]], ["[red]", "[/red]"])[1]
