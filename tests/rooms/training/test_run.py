"""A run gives the same bits however it is cut, stored or repeated."""

import numpy as np
import pytest

from glassnet import Network, Settings, train
from glassnet.data import Camera, Dataset
from glassnet.network.examples import Examples
from glassnet.training import Run
from random_networks import clouds

EVERYTHING = Settings(
    epochs=7, batch=9, optimizer="adam", schedule="cosine(warmup=2)", l1=1e-4, l2=1e-3, clip=0.5, seed=3
)


def new_network(dtype="float64", n_inputs=5, **options):
    connections = [np.random.default_rng(1).random((n_inputs, 8)) < 0.7, None]
    options = {"dropout": 0.3, "connections": connections, "seed": 2, "dtype": dtype, **options}
    return Network([n_inputs, 8, 3], ["tanh", "softmax"], **options)


def finished_run(data, settings=EVERYTHING, steps_at_once=10**6, held_out=None, **options):
    network = new_network(n_inputs=data.n_inputs, **options)
    run = Run(network, Examples(data, network), held_out and Examples(held_out, network), settings)
    while run.advance(steps_at_once):
        pass
    return run


def assert_same_run(run, other):
    assert run.network.parameters.tobytes() == other.network.parameters.tobytes()
    assert run.history == other.history


@pytest.mark.parametrize("steps_at_once", [1, 3, 8])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("held_out", [None, clouds(seed=1)])
def test_the_cut_into_chunks_changes_no_bit(steps_at_once, dtype, held_out):
    data = clouds(weights=np.linspace(0.5, 1.5, 60))
    whole = finished_run(data, held_out=held_out, dtype=dtype)
    assert_same_run(finished_run(data, steps_at_once=steps_at_once, held_out=held_out, dtype=dtype), whole)
    assert (whole.step, whole.history.epochs) == (7 * 7, 7)
    assert whole.history.losses[-1] < whole.history.losses[0]


@pytest.mark.parametrize("stored", [np.float64, np.float32, np.uint8])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_mapped_inputs_give_the_same_bits_as_in_memory(tmp_path, stored, dtype):
    data = clouds(n_inputs=6)
    values = data.inputs if stored != np.uint8 else np.clip(127.5 * (data.inputs + 1), 0, 255)
    encoder = Camera(2, 3) if stored == np.uint8 else None
    np.save(tmp_path / "inputs.npy", values.astype(stored))
    mapped = np.load(tmp_path / "inputs.npy", mmap_mode="r")
    streamed, held = (
        Dataset.from_arrays(inputs, data.labels, encoder=encoder) for inputs in (mapped, np.array(mapped))
    )
    assert streamed.streams
    assert not held.streams
    assert_same_run(finished_run(streamed, dtype=dtype), finished_run(held, dtype=dtype))


def test_streaming_in_small_chunks_gives_the_same_bits(tmp_path, monkeypatch):
    data = clouds()
    np.save(tmp_path / "inputs.npy", data.inputs)
    mapped = Dataset.from_arrays(np.load(tmp_path / "inputs.npy", mmap_mode="r"), data.labels)
    whole = finished_run(mapped)
    monkeypatch.setattr("glassnet.training.feed._MOST_BYTES", 1000)
    assert finished_run(mapped).feed.most_steps() == 2
    assert_same_run(finished_run(mapped), whole)


@pytest.mark.parametrize(("batch", "dropout"), [(9, 0.0), (60, 0.3)])
def test_a_seed_gives_one_result_and_another_seed_another(batch, dropout):
    """By the order of the examples alone, and by dropout alone."""
    runs = [
        finished_run(clouds(), Settings(epochs=2, batch=batch, seed=seed), dropout=dropout)
        for seed in (3, 3, 4)
    ]
    assert_same_run(runs[0], runs[1])
    assert (runs[0].network.parameters != runs[2].network.parameters).any()


def test_an_epoch_takes_every_example_once_in_a_new_order():
    run = finished_run(clouds())
    epochs = [np.concatenate([run.feed.examples_of(7 * epoch + k) for k in range(7)]) for epoch in range(3)]
    for order in epochs:
        assert sorted(order) == list(range(60))
        assert (order != np.arange(60)).any()
    assert (epochs[0] != epochs[1]).any()
    assert run.feed.sizes(5, 4).tolist() == [9, 6, 9, 9]


def test_without_shuffle_the_examples_keep_their_order():
    run = finished_run(clouds(), Settings(epochs=1, batch=40, shuffle=False))
    assert np.concatenate([run.feed.examples_of(0), run.feed.examples_of(1)]).tolist() == list(range(60))


def test_a_batch_larger_than_the_data_is_all_of_them():
    full, larger = (finished_run(clouds(), Settings(epochs=3, batch=batch)) for batch in (60, 10**9))
    assert larger.history.settings.batch == 10**9
    larger.history.settings = full.history.settings
    assert_same_run(full, larger)
    assert full.feed.steps_per_epoch == 1


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("batch", [60, 9])
def test_losses_on_the_way_are_those_of_the_whole_epoch(reduction, batch):
    """With a learning rate of next to nothing every batch meets the network as it was."""
    data = clouds(weights=np.linspace(0.5, 1.5, 60))
    network = new_network(dropout=0.0, loss=f"cross_entropy(reduction={reduction})")
    before = network.evaluate(data)
    history = train(network, data, epochs=2, batch=batch, optimizer="sgd", learning_rate=1e-14)
    assert history.losses == pytest.approx([before.loss] * 2, rel=1e-9)
    assert history.right == [before.n_right] * 2
    assert [moment.loss for moment in history.moments] == pytest.approx([before.loss] * 3, rel=1e-9)
