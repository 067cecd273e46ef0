"""Examples through a network: any layout of the inputs, alone or in a batch, gives the same bits."""

import math

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import ShapeError
from glassnet.functions import ACTIVATIONS
from glassnet.kernels import predicting, standby
from glassnet.kernels.registers import TILE_ROWS
from glassnet.network import running

INPUTS = np.random.default_rng(0).integers(-8, 8, (37, 6)) / 8  # exact in every floating type


def new_network(dtype="float64", activation="tanh", sizes=(6, 19, 7)):
    return Network(sizes, ["tanh"] * (len(sizes) - 2) + [activation], dtype=dtype, seed=1)


def mapped(tmp_path):
    np.save(tmp_path / "inputs.npy", INPUTS)
    return np.load(tmp_path / "inputs.npy", mmap_mode="r")


def read_only(_):
    inputs = INPUTS.copy()
    inputs.flags.writeable = False
    return inputs


LAYOUTS = {
    "fortran": lambda _: np.asfortranarray(INPUTS),
    "every other column": lambda _: np.repeat(INPUTS, 2, axis=1)[:, ::2],
    "backwards": lambda _: INPUTS[::-1].copy()[::-1],
    "read-only": read_only,
    "mapped": mapped,
    "float32": lambda _: INPUTS.astype(np.float32),
    "other byte order": lambda _: INPUTS.astype(">f8"),
    "not aligned": lambda _: np.frombuffer(b"\0" + INPUTS.tobytes(), np.float64, offset=1).reshape(37, 6),
    "list": lambda _: INPUTS.tolist(),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_bits(tmp_path, layout, dtype):
    network, inputs = new_network(dtype), LAYOUTS[layout](tmp_path)
    before = np.array(inputs)
    assert (network.predict(inputs) == network.predict(INPUTS)).all()
    assert (network.run(inputs).outputs(1) == network.run(INPUTS).outputs(1)).all()
    targets = np.zeros((37, 7))
    assert (network.gradient(inputs, targets)[1] == network.gradient(INPUTS, targets)[1]).all()
    assert (np.array(inputs) == before).all()


def test_whole_numbers_are_inputs_too():
    network = new_network()
    assert (network.predict([[1, 0, -1, 0, 1, 0]]) == network.predict([[1.0, 0, -1, 0, 1, 0]])).all()
    assert (network.predict([[True] * 6]) == network.predict([[1.0] * 6])).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("n_outputs", [1, 7, 33])
def test_a_row_alone_gives_the_same_bits_as_in_a_batch(activation, dtype, n_outputs):
    network = new_network(dtype, activation, (6, 19, 33, n_outputs))
    batch = network.predict(INPUTS)
    for n_rows in (1, 2, 5, 16):
        for first in (0, 3, 21):
            rows = slice(first, first + n_rows)
            assert network.predict(INPUTS[rows]).tobytes() == batch[rows].tobytes()
    assert network.predict(INPUTS[4]).tobytes() == batch[4].tobytes()


def test_many_examples_go_through_block_by_block(monkeypatch):
    network = new_network()
    whole = network.predict(INPUTS)
    monkeypatch.setattr("glassnet.network.workspace._BLOCK", 100)  # 3 examples at a time
    assert network.predict(INPUTS).tobytes() == whole.tobytes()


@pytest.mark.parametrize("n_threads", [2, 3, 5])
def test_threads_that_share_out_rows_change_no_bit(monkeypatch, n_threads):
    network = Network([40, 300, 10], dtype="float32", seed=1)
    inputs = np.random.default_rng(0).normal(size=(1500, 40)).astype(np.float32)
    assert len(inputs) * network.n_parameters >= running._WORTH_SHARING
    monkeypatch.setattr(running, "processors", lambda: 1)
    alone = network.predict(inputs).tobytes()
    monkeypatch.setattr(running, "processors", lambda: n_threads)
    for _ in range(5):
        assert network.predict(inputs).tobytes() == alone
    inputs[700, 3] = np.nan
    with pytest.raises(ShapeError, match="at row 700, column 3"):
        network.predict(inputs)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
def test_threads_that_share_a_row_change_no_bit(monkeypatch, n_threads, dtype):
    monkeypatch.setattr(standby, "_OFTEN", 0)  # they begin with the first row
    monkeypatch.setattr(running, "processors", lambda: n_threads)
    networks = [Network([6, 700, 300, 10], dtype=dtype, seed=seed) for seed in (1, 2)]
    inputs = INPUTS[:7].astype(dtype)
    alone = [network.predict(inputs).tobytes() for network in networks]
    monkeypatch.setattr(running, "_WORTH_PARTS", 0)
    for _ in range(100):
        for network, wanted in zip(networks, alone, strict=True):  # they take turns with the helpers
            assert network.predict(inputs).tobytes() == wanted
            assert network.predict(inputs).tobytes() == wanted
            network.parameters *= -1
            network.predict(inputs[:2])
            network.parameters *= -1
    inputs[3, 2] = np.inf
    with pytest.raises(ShapeError, match="at row 3, column 2"):
        networks[0].predict(inputs)


@pytest.mark.parametrize("n_threads", [1, 2, 3, 16])
@pytest.mark.parametrize("n_rows", [8, 9, 127, 128, 129, 1000, 60000])
def test_blocks_are_whole_tiles_and_shared_out_evenly(n_rows, n_threads):
    block = running._block(n_rows, n_threads)
    assert block % TILE_ROWS == 0
    assert 0 < block <= running._BLOCK + TILE_ROWS
    most = math.ceil(math.ceil(n_rows / block) / n_threads) * block  # rows of the thread with most blocks
    assert most <= 1.1 * n_rows / n_threads + 2 * TILE_ROWS


def test_read_only_rows_compile_nothing_anew():
    network, inputs = new_network(), read_only(None)
    for n_rows, loop in (1, predicting.predict_few), (37, predicting.predict_small):
        network.predict(INPUTS[:n_rows])
        before = len(loop.signatures)
        network.predict(inputs[:n_rows])
        assert len(loop.signatures) == before


def test_no_examples():
    network, nothing = new_network(), np.zeros((0, 6))
    assert network.predict(nothing).shape == (0, 7)
    assert network.run(nothing).outputs(1).shape == (0, 19)
    assert network.classify(nothing) == []


def test_a_trace_has_every_layer():
    network = new_network()
    trace = network.run(INPUTS)
    handed_on = INPUTS
    for layer, squash in ((1, np.tanh), (2, np.tanh)):
        sums = handed_on @ network.weights(layer) + network.biases(layer)
        np.testing.assert_allclose(trace.weighted_sums(layer), sums, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(trace.outputs(layer), squash(sums), rtol=1e-12, atol=1e-14)
        handed_on = trace.outputs(layer)
    assert (trace.outputs(0) == INPUTS).all()
    assert (trace.outputs() == network.predict(INPUTS)).all()
    assert (trace.n_examples, trace.first_not_finite()) == (37, None)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.zeros((2, 5)), r"inputs: got shape \(2, 5\), expected \(n_examples, 6\)"),
        (np.zeros((2, 6, 1)), r"inputs: got shape \(2, 6, 1\), expected \(n_examples, 6\)"),
        (3.0, r"inputs: got shape \(\), expected \(n_examples, 6\)"),
        ([], r"inputs: got shape \(0,\), expected \(n_examples, 6\)"),
        ([[1, 2], [3]], "inputs: rows of different lengths"),
        ([["a"] * 6], "inputs: got values of type <U1, expected numbers"),
        (None, "inputs: got values of type object, expected numbers"),
        (np.full((3, 6), np.nan), r"inputs: nan at row 0, column 0 \(18 of 18 values are not finite\)"),
        ([[0, 0, 0, 0, 0, np.inf]], "inputs: inf at row 0, column 5"),
    ],
)
@pytest.mark.parametrize("use", ["run", "predict", "classify"])
def test_inputs_that_cannot_be(use, inputs, message):
    with pytest.raises(ShapeError, match=message):
        getattr(new_network(), use)(inputs)


def test_inputs_too_large_for_float32():
    with pytest.raises(ShapeError, match="inputs: inf at row 0, column 0"):
        new_network("float32").predict([[1e300] * 6])


@pytest.mark.parametrize(
    ("targets", "options", "message"),
    [
        (np.zeros((2, 6)), {}, r"targets: got shape \(2, 6\), expected \(2, 7\)"),
        (np.zeros((3, 7)), {}, r"targets: got shape \(3, 7\), expected \(2, 7\)"),
        (np.full((2, 7), np.nan), {}, "targets: nan at row 0, column 0"),
        (np.zeros((2, 7)), {"weights": [1]}, r"weights: got shape \(1,\), expected \(2,\)"),
        (np.zeros((2, 7)), {"l1": -1}, "l1: got -1, expected at least 0"),
        (np.zeros((2, 7)), {"l2": float("nan")}, "l2: got nan, expected at least 0"),
    ],
)
def test_gradients_that_cannot_be(targets, options, message):
    with pytest.raises(ValueError, match=message):
        new_network().gradient(INPUTS[:2], targets, **options)
