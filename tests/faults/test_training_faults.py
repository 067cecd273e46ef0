"""Data, networks and settings that one does not expect, and what a training makes of them."""

import weakref

import numpy as np
import pytest

from glassnet import Network, data, memory, train, train_many
from glassnet.data import Dataset
from glassnet.errors import DataError, OutOfMemoryError, SettingError, ShapeError
from glassnet.training import Settings, Training
from glassnet.training.loops import memory_of_training

CHANCE = np.random.default_rng(0)
INPUTS = CHANCE.normal(size=(60, 4))
LABELS = np.arange(60) % 3
NAMES = ["a", "b", "c"]


def trained(inputs=INPUTS, labels=LABELS, sizes=(4, 6, 3), **changes):
    network = Network(sizes, seed=0, categories=NAMES)
    train(network, Dataset.from_arrays(inputs, labels, categories=NAMES), **{"epochs": 3, **changes})
    return network.parameters


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def strided(array):
    wide = np.zeros((2 * array.shape[0], 3 * array.shape[1]))
    wide[::2, ::3] = array
    return wide[::2, ::3]


@pytest.mark.parametrize(
    "form", [np.asfortranarray, read_only, strided, lambda a: a[::-1][::-1], lambda a: a.astype(">f8"), list]
)
def test_how_an_array_lies_in_memory_changes_nothing(form):
    assert np.array_equal(trained(form(INPUTS)), trained())


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "bool", "float16"])
def test_whole_numbers_are_numbers(dtype):
    whole = CHANCE.integers(0, 2, size=(60, 4))
    assert np.array_equal(trained(whole.astype(dtype)), trained(whole.astype(float)))


@pytest.mark.parametrize("sizes", [(4, 6, 3), (4, 300, 3)], ids=["lanes", "tiles"])
def test_a_batch_larger_than_the_data_is_all_of_them(sizes):
    whole = trained(sizes=sizes, batch=60)
    assert np.array_equal(trained(sizes=sizes, batch=61), whole)
    assert np.array_equal(trained(sizes=sizes, batch=10**18), whole)


@pytest.mark.parametrize("batch", [1, 32])
def test_one_example_is_enough(batch):
    assert np.isfinite(trained(INPUTS[:1], LABELS[:1], batch=batch)).all()


def test_no_example_is_not():
    with pytest.raises(DataError, match=r"inputs of shape \(0, 4\), expected .* both at least 1"):
        trained(INPUTS[:0], LABELS[:0])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_named(value):
    inputs = INPUTS.copy()
    inputs[7, 2] = value
    with pytest.raises(ShapeError, match="at row 7, column 2"):
        trained(inputs)


def test_values_that_float32_cannot_hold_are_named():
    inputs = INPUTS.copy()
    inputs[7, 2] = 1e300
    examples = Dataset.from_arrays(inputs, LABELS, categories=NAMES)
    with pytest.raises(ShapeError, match="at row 7, column 2"):
        train(Network([4, 6, 3], dtype="float32", categories=NAMES), examples, epochs=1)


@pytest.fixture
def free(monkeypatch):
    """Have as much memory free as a test says [bytes]; the smallest thing counts."""

    def so_much(n_bytes):
        monkeypatch.setattr(memory, "free_memory", lambda: n_bytes)
        monkeypatch.setattr(memory, "_LITTLE", 0)

    return so_much


def test_a_network_too_large_for_the_memory_is_refused_before_it_is_made(free, monkeypatch):
    free(10 << 30)

    def no_room(*_, **__):
        raise AssertionError("memory was taken")

    monkeypatch.setattr(np, "zeros", no_room)
    with pytest.raises(AssertionError):  # that is, this would have been noticed
        Network([4, 3])
    monkeypatch.undo()
    free(10 << 30)
    message = (
        r"network 100000-60000-10 \(6,000,660,010 parameters, float32\) needs 22.4 GiB of memory, 10 GiB"
    )
    with pytest.raises(OutOfMemoryError, match=message) as caught:
        Network([100_000, 60_000, 10])
    assert isinstance(caught.value, MemoryError)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_training_too_large_for_the_memory_is_refused_before_it_begins(free, optimizer):
    network, examples = Network([64, 50, 10], dtype="float32"), data.digits()
    settings = Settings(optimizer=optimizer, batch=100)
    needed = memory_of_training(network, settings, 100, 100)
    copied = 4 * examples.n_examples * 75
    free(10 * max(copied, needed))
    Training(network, examples, None, settings)
    free(copied - 1)
    with pytest.raises(OutOfMemoryError, match="digits: a copy of 1,797 examples in float32 needs"):
        Training(network, examples, None, settings)
    few = examples.take(range(100))
    free(needed)
    Training(network, few, None, settings)
    free(needed - 1)
    with pytest.raises(
        OutOfMemoryError, match=f"training network 64-50-10 with {optimizer} in batches of 100"
    ):
        Training(network, few, None, settings)


def test_several_starts_need_the_memory_for_the_best_of_them_too(free):
    network, examples = Network([64, 50, 10], dtype="float32"), data.digits().take(range(100))
    settings = Settings(batch=100, starts=2)
    needed = memory_of_training(network, settings, 100, 100)
    free(needed + network.parameters.nbytes)
    training = Training(network, examples, None, settings)
    free(needed + network.parameters.nbytes - 1)
    with pytest.raises(OutOfMemoryError, match="training network 64-50-10"):
        Training(network, examples, None, settings)
    free(needed)  # the best is there already when the second start begins, and the first one's memory is free
    training.end_start("finished")
    first = weakref.ref(training.run)
    training.begin_start()
    assert first() is None


def test_how_much_is_free_is_asked_of_machine_and_container(tmp_path, monkeypatch):
    meminfo, limit, used = tmp_path / "meminfo", tmp_path / "max", tmp_path / "current"
    meminfo.write_text(
        "MemTotal: 9000 kB\nMemAvailable:    5000 kB\nHugePages_Total:       0\nSwapFree: 24 kB\n"
    )
    monkeypatch.setattr(memory, "_MEMINFO", meminfo)
    monkeypatch.setattr(memory, "_GROUPS", ((tmp_path, "max", "current", "inactive_file"),))
    assert memory.free_memory() == 5024 * 1024
    limit.write_text("max\n")
    used.write_text("700\n")
    assert memory.free_memory() == 5024 * 1024
    limit.write_text("1000\n")
    assert memory.free_memory() == 300
    (tmp_path / "memory.stat").write_text("anon 600\ninactive_file 90\nactive_file 10\n")
    assert memory.free_memory() == 390
    limit.write_text("500\n")
    (tmp_path / "memory.stat").unlink()
    assert memory.free_memory() == 0
    meminfo.unlink()
    limit.unlink()
    assert memory.free_memory() is None or memory.free_memory() > 1 << 28


@pytest.mark.parametrize("part", ["inputs", "targets", "weights"])
def test_masked_values_are_not_taken_for_values(part):
    parts = {"inputs": INPUTS, "targets": INPUTS[:, :2], "weights": np.ones(60)}
    hidden = np.ma.masked_array(parts[part], mask=np.arange(parts[part].size).reshape(parts[part].shape) == 7)
    with pytest.raises(ShapeError, match="some values are masked"):
        Dataset.from_arrays(**{**parts, part: hidden})
    Dataset.from_arrays(**{**parts, part: np.ma.masked_array(parts[part])})
    with pytest.raises(ShapeError, match="some values are masked"):
        Network([4, 2]).predict(np.ma.masked_array(INPUTS, mask=INPUTS > 1))


@pytest.mark.parametrize("weight", [1e308, 5e-324, 7.0])
def test_weights_count_in_relation_to_each_other_only(weight):
    def loss(weights):
        examples = Dataset.from_arrays(INPUTS, LABELS, categories=NAMES, weights=weights)
        return Network([4, 3], categories=NAMES).evaluate(examples).loss

    assert loss([weight] * 60) == loss([1.0] * 60)


@pytest.mark.parametrize(
    "vector", [np.zeros(5), np.zeros(30, dtype=int), [0.0] * 15, np.zeros(30)[::2], np.zeros((15, 1))]
)
def test_another_vector_of_parameters_is_one_that_loops_can_take(vector):
    network = Network([4, 3])
    with pytest.raises(ShapeError, match="parameters: expected a contiguous vector of 15 numbers"):
        network.parameters = vector
    network.parameters = np.ones(15, dtype=np.float32)
    assert network.copy().dtype == np.float32


def test_what_is_something_else_is_named():
    network, examples = (
        Network([4, 3], categories=NAMES),
        Dataset.from_arrays(INPUTS, LABELS, categories=NAMES),
    )
    no_set = "data: got ndarray, expected a Dataset; .*from_arrays"
    for attempt, error, message in (
        (lambda: train(network, INPUTS), DataError, no_set),
        (lambda: train(network, examples, INPUTS), DataError, no_set),
        (lambda: network.evaluate(INPUTS), DataError, no_set),
        (
            lambda: train(network, examples, settings=3),
            SettingError,
            "settings: got 3, expected glassnet.Set",
        ),
        (
            lambda: train_many([network], examples, learning_rates=0.1),
            SettingError,
            "learning_rates: got 0.1",
        ),
        (lambda: train_many([network], examples, learning_rates=[[1]]), SettingError, "learning_rates: got"),
        (lambda: network.gradient(INPUTS[:0], INPUTS[:0, :3]), ShapeError, "inputs: got no examples"),
        (lambda: Network([4, 3], biases="no"), SettingError, "biases of layer 1: got 'no', expected True or"),
        (lambda: Network([4, 3], categories=3), DataError, "categories: got 3, expected 3 names"),
    ):
        with pytest.raises(error, match=message):
            attempt()


def test_networks_may_come_from_anywhere_and_a_number_from_an_array():
    networks = [Network([4, 6, 3], categories=NAMES, dropout=np.array(0.5)) for _ in range(2)]
    assert networks[0].layers["dropout"].tolist() == [0.5, 0]
    examples = Dataset.from_arrays(INPUTS, LABELS, categories=NAMES)
    assert len(train_many((network for network in networks), examples, epochs=1)) == 2


def test_a_second_copy_of_all_weights_is_made_only_where_there_is_room(free):
    network = Network([64, 512, 10], dtype="float32")
    free(4 * 64 * 512)
    network.predict(np.zeros((1, 64)))
    for attempt in (network.copy, lambda: network.predict(np.zeros((100, 64)))):
        with pytest.raises(OutOfMemoryError, match="copy of"):
            attempt()
