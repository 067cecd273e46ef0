"""Dataset: what it holds, subsets, splitting, and data that stay on the disk."""

import tracemalloc

import numpy as np
import pytest

from glassnet.data import Camera, Dataset, digits, four_pixel
from glassnet.data import stored as stored_module


@pytest.fixture
def mapped_pictures(tmp_path):
    """100 pictures of 4 x 5 pixels in a file, and the same in memory."""
    pictures = np.random.default_rng(0).integers(0, 256, (100, 4, 5)).astype(np.uint8)
    path = tmp_path / "pictures.npy"
    np.save(path, pictures)
    return np.load(path, mmap_mode="r"), pictures


LABELS = np.arange(100) % 4


def test_text_labels_become_one_of_n_rows():
    data = Dataset.from_arrays([[0.0], [1.0], [2.0]], ["b", "a", "b"])
    assert data.categories == ("a", "b")
    assert data.targets.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert data.labels.tolist() == [1, 0, 1]
    assert (data.n_examples, data.n_inputs, data.n_outputs) == (3, 1, 2)


def test_whole_numbers_are_sorted_by_number():
    data = Dataset.from_arrays(np.zeros((4, 1)), [10, 9, -1, 10])
    assert data.categories == ("-1", "9", "10")
    assert data.labels.tolist() == [2, 1, 0, 2]


def test_whole_numbers_count_given_categories():
    data = Dataset.from_arrays(np.zeros((2, 1)), [2, 0], categories=["x", "y", "z"])
    assert data.targets.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_text_labels_follow_given_categories():
    data = Dataset.from_arrays(np.zeros((2, 1)), ["a", "b"], categories=["b", "a", "c"])
    assert data.labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["no", "yes"], dtype=object),
        np.array([b"no", b"yes"]),
        [False, True],
        np.array(["no", "yes"]),
    ],
)
def test_labels_of_every_type(labels):
    data = Dataset.from_arrays(np.zeros((2, 1)), labels)
    assert data.labels.tolist() == [0, 1]
    assert data.categories in (("no", "yes"), ("False", "True"))


def test_floats_are_numbers_to_be_met():
    one = Dataset.from_arrays(np.zeros((2, 3)), [0.5, 1.5])
    assert one.targets.tolist() == [[0.5], [1.5]]
    assert one.categories is None
    two = Dataset.from_arrays(np.zeros((2, 3)), [[0.5, 1], [2, 3]])
    assert two.n_outputs == 2


def test_one_of_n_rows_with_categories_stay():
    data = Dataset.from_arrays(np.zeros((2, 1)), [[0, 1], [1, 0]], categories=["a", "b"])
    assert data.labels.tolist() == [1, 0]


def test_pictures_get_their_camera_and_become_brightness():
    data = Dataset.from_arrays(np.array([[[0, 255]], [[51, 204]]], dtype=np.uint8), [0, 1])
    assert data.encoder == Camera(1, 2)
    assert data.picture_shape == (1, 2)
    assert data.inputs.dtype == np.float32
    np.testing.assert_array_equal(data.inputs, np.float32([[-1, 1], [-0.6, 0.6]]))
    assert not data.streams


def test_stored_pictures_follow_the_cameras_negative():
    pictures = np.array([[[0, 255]], [[51, 204]]], dtype=np.uint8)
    data = Dataset.from_arrays(pictures, [0, 1], encoder=Camera(1, 2, negative=True))
    np.testing.assert_array_equal(data.inputs, np.float32([[1, -1], [0.6, -0.6]]))


def test_whole_numbers_without_a_camera_are_numbers():
    data = Dataset.from_arrays(np.array([[0, 255], [1, 2]], dtype=np.uint8), [0, 1])
    assert data.inputs.tolist() == [[0, 255], [1, 2]]
    assert data.picture_shape is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_keep_their_type_and_memory(dtype):
    inputs = np.zeros((2, 2), dtype=dtype)
    assert np.shares_memory(Dataset.from_arrays(inputs, [0, 1]).inputs, inputs)


def test_read_converts_only_what_is_asked_for():
    data = digits()
    block = data.read([5, 3, 5], np.float64)
    assert block.dtype == np.float64
    assert block.flags.c_contiguous
    assert (block == data.inputs[[5, 3, 5]]).all()
    again = data.read(slice(0, 2), np.float32)
    again[:] = 7
    assert data.inputs.max() == 1


def test_take_keeps_everything_together():
    data = Dataset.from_arrays(
        [[0.0], [1.0], [2.0]], ["b", "a", "b"], weights=[1, 2, 3], names=["x", "y", "z"], name="three"
    )
    part = data.take([2, 1])
    assert part.inputs.tolist() == [[2], [1]]
    assert part.labels.tolist() == [1, 0]
    assert part.weights.tolist() == [3, 2]
    assert part.names == ("z", "y")
    assert (part.name, part.categories) == ("three", ("a", "b"))
    assert data.take(np.array([False, True, False])).names == ("y",)
    assert data.take(slice(1, None)).names == ("y", "z")
    assert data.take(-1).names == ("z",)


def test_mapped_pictures_stay_on_the_disk(mapped_pictures):
    mapped, pictures = mapped_pictures
    lazy, whole = Dataset.from_arrays(mapped, LABELS), Dataset.from_arrays(pictures, LABELS)
    assert lazy.streams
    assert not whole.streams
    rows = np.array([99, 0, 7])
    for dtype in (np.float32, np.float64):
        np.testing.assert_array_equal(lazy.read(rows, np.float32), whole.read(rows, np.float32))
        assert lazy.read(rows, dtype).flags.c_contiguous
    np.testing.assert_array_equal(lazy.inputs, whole.inputs)


def test_a_subset_of_mapped_pictures_is_only_noted(mapped_pictures):
    mapped, pictures = mapped_pictures
    part = Dataset.from_arrays(mapped, LABELS).take(slice(50, None)).take([3, 1])
    assert part.streams
    assert part.stored.array is mapped
    np.testing.assert_array_equal(part.inputs, Dataset.from_arrays(pictures, LABELS).inputs[[53, 51]])


def test_views_of_mapped_arrays_are_mapped(mapped_pictures):
    view = np.asarray(mapped_pictures[0]).reshape(100, 20)[::2]
    assert Dataset.from_arrays(view, LABELS[::2]).streams


def test_a_file_larger_than_the_memory_given_is_read_block_by_block(tmp_path):
    # 64 MB of a file without contents; reading 100 of its rows must not take a tenth of that.
    mapped = np.memmap(tmp_path / "large", dtype=np.uint8, mode="w+", shape=(80_000, 28, 28))
    mapped[-1] = 255
    tracemalloc.start()
    data = Dataset.from_arrays(mapped, np.arange(80_000) % 2)
    _, held_out = data.split()
    block = held_out.read(np.arange(held_out.n_examples - 100, held_out.n_examples), np.float32)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert block.shape == (100, 784)
    assert data.read([79_999], np.float32).min() == 1
    assert peak < 12_000_000


def test_large_pictures_in_memory_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(stored_module, "MOST_BYTES_IN_MEMORY", 1000)
    pictures = np.full((100, 2, 2), 255, dtype=np.uint8)
    data = Dataset.from_arrays(pictures, LABELS)
    assert data.streams
    assert data.stored.array is pictures
    assert data.inputs.min() == 1


def test_mapped_numbers_of_other_types(tmp_path):
    for dtype, expected in [
        ("<i4", np.float64),
        (">f4", np.float32),
        ("<f8", np.float64),
        ("<f2", np.float32),
    ]:
        path = tmp_path / "numbers.npy"
        np.save(path, np.arange(6).reshape(3, 2).astype(dtype))
        data = Dataset.from_arrays(np.load(path, mmap_mode="r"), [0, 1, 0])
        assert data.streams
        assert data.inputs.dtype == expected
        assert data.inputs.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_split_sizes_and_order():
    data = digits()
    training, held_out = data.split()
    assert (training.n_examples, held_out.n_examples) == (1438, 359)
    counts, held = np.bincount(data.labels), np.bincount(held_out.labels)
    assert (np.abs(held - counts * 0.2) < 1).all()


def test_split_by_seed():
    data = four_pixel(100, noise=0.1)
    assert data.split(seed=1)[1].fingerprint() == data.split(seed=1)[1].fingerprint()
    assert data.split(seed=1)[1].fingerprint() != data.split(seed=2)[1].fingerprint()


def test_split_is_the_same_on_every_machine():
    data = Dataset.from_arrays(np.arange(10.0)[:, np.newaxis], np.arange(10.0))
    assert data.split(0.3, seed=1)[1].inputs.ravel().tolist() == [2, 4, 9]


def test_every_category_is_on_both_sides():
    training, held_out = four_pixel().split(0.2)
    assert np.bincount(training.labels).tolist() == [1, 1, 1, 1]
    assert np.bincount(held_out.labels).tolist() == [1, 1, 1, 1]


def test_a_single_example_is_learned_from():
    data = Dataset.from_arrays(np.zeros((5, 1)), ["a", "a", "a", "a", "rare"])
    training, held_out = data.split(0.5)
    assert training.labels.tolist() == [0, 0, 1]
    assert held_out.labels.tolist() == [0, 0]


def test_fingerprint_sees_what_training_sees():
    def make(**changes):
        parts = {"inputs": [[0.0], [1.0]], "targets": ["a", "b"], "weights": [1.0, 1.0], **changes}
        return Dataset.from_arrays(**parts).fingerprint()

    first = make()
    assert len(first) == 16
    assert int(first, 16) >= 0
    assert make() == first
    assert make(name="other", names=["x", "y"]) == first
    different = [
        make(inputs=[[0.0], [1.5]]),
        make(targets=["b", "a"]),
        make(targets=["a", "c"]),
        make(weights=[1.0, 2.0]),
        make(weights=None),
    ]
    assert len({first, *different}) == 6


def test_fingerprint_is_the_same_from_memory_and_disk(mapped_pictures, monkeypatch):
    monkeypatch.setattr("glassnet.data.dataset.BLOCK_VALUES", 70)  # blocks of 3 pictures
    mapped, pictures = mapped_pictures
    from_disk, from_memory = (Dataset.from_arrays(array, LABELS) for array in (mapped, pictures))
    assert from_disk.fingerprint() == from_memory.fingerprint()
    assert from_disk.split()[0].fingerprint() == from_memory.split()[0].fingerprint()


def test_repr_says_what_it_is():
    assert repr(digits()) == "Dataset('digits': 1797 examples, 64 inputs, 10 categories)"
    numbers = Dataset.from_arrays(np.zeros((2, 3)), [0.5, 1.5])
    assert repr(numbers) == "Dataset('arrays': 2 examples, 3 inputs, 1 numbers)"
