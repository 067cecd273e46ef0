"""What is true of every split, and of tables and data sets that go out and come back."""

import csv
import io

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from glassnet.data import Dataset, load_table
from glassnet.data.column import is_missing, looks_like_number

SETTINGS = settings(derandomize=True, deadline=None, max_examples=100)

SHARES = st.floats(0.01, 0.99)
SEEDS = st.integers(0, 2**64)


def with_counts(counts):
    """A data set with so many examples of each category, in mixed order; its inputs number the examples."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    names = [f"category {i}" for i in range(len(counts))]
    return Dataset.from_arrays(np.arange(len(labels), dtype=float)[:, np.newaxis], labels, categories=names)


@SETTINGS
@given(st.lists(st.integers(0, 30), min_size=2, max_size=8), SHARES, SEEDS)
def test_split_is_a_stratified_partition(counts, share, seed):
    assume(max(counts) >= 2)
    data = with_counts(counts)
    training, held_out = data.split(share, seed)
    rows = np.concatenate([training.inputs, held_out.inputs]).ravel()
    assert sorted(rows) == list(range(data.n_examples))
    for side in (training, held_out):
        assert (np.diff(side.inputs.ravel()) > 0).all()
        assert (side.labels == data.labels[side.inputs.ravel().astype(int)]).all()
    held = np.bincount(held_out.labels, minlength=len(counts))
    for count, n_held in zip(counts, held.tolist(), strict=True):
        if count >= 2:
            assert 1 <= n_held <= count - 1
            assert abs(n_held - share * count) < 1 or n_held in (1, count - 1)
        else:
            assert n_held == 0


@SETTINGS
@given(st.integers(10, 50), st.integers(2, 6), SHARES)
def test_the_whole_share_is_met_where_categories_are_large(n, n_categories, share):
    assume(1 <= share * n <= n - 1)
    data = with_counts([n] * n_categories)
    assert data.split(share)[1].n_examples == round(share * data.n_examples)


@SETTINGS
@given(st.integers(2, 60), SHARES, SEEDS)
def test_numbers_are_split_too(n, share, seed):
    inputs = np.arange(n, dtype=float)[:, np.newaxis]
    training, held_out = Dataset.from_arrays(inputs, inputs.ravel()).split(share, seed)
    assert sorted([*training.inputs.ravel(), *held_out.inputs.ravel()]) == list(range(n))
    assert held_out.n_examples == min(max(round(share * n), 1), n - 1)


TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1, max_size=5)
    .map(str.strip)
    .filter(lambda text: text and not is_missing(text) and not looks_like_number(text))
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@SETTINGS
@given(st.lists(st.tuples(TEXTS, NUMBERS, TEXTS), min_size=2, max_size=20), st.sampled_from(",;\t"))
def test_a_table_written_and_read_has_the_same_values(rows, separator):
    assume(len({row[2] for row in rows}) >= 2)
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([("text", "number", "target"), *rows])
    file.seek(0)
    data = load_table(file)
    texts, numbers = data.encoder.columns
    values = np.array([row[1] for row in rows])
    read_back = [texts.values[i] for i in np.argmax(data.inputs[:, :-1], axis=1)]
    assert read_back == [row[0] for row in rows]
    assert [data.categories[i] for i in data.labels] == [row[2] for row in rows]
    assert (numbers.low, numbers.high) == (values.min(), values.max())
    assert np.abs(data.inputs).max() <= 1
    if numbers.low < numbers.high:
        span = max(abs(numbers.low), abs(numbers.high))
        np.testing.assert_allclose(numbers.decode(data.inputs[:, -1]) / span, values / span, atol=1e-15)
