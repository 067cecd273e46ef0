import numpy as np

from glassnet import data
from glassnet.network import Network
from glassnet.training import Settings, Training
from glassnet.training.dropped import dropped_neurons


def test_the_weights_of_neurons_that_were_left_out_do_not_move():
    patterns = data.four_pixel().take([5])
    network = Network([4, 9, 7, 4], ["tanh", "tanh", "identity"], dropout=0.5, loss="squared", seed=3)
    training = Training(
        network, patterns, None, Settings(optimizer="sgd", learning_rate=0.1, seed=11, statistics=False)
    )
    for step in range(6):
        before = [network.weights(layer).copy() for layer in (1, 2, 3)]
        assert training.run.advance(1) == 1
        dropped = dropped_neurons(network, 11, step)
        for layer in (1, 2):
            leaving = np.flatnonzero((network.weights(layer + 1) == before[layer]).all(axis=1))
            assert leaving.tolist() == dropped[layer - 1].tolist()
        assert dropped[2].size == 0


def test_each_example_of_a_batch_and_each_step_has_its_own():
    network = Network([4, 200, 4], dropout=0.25, seed=0)
    first, second = (dropped_neurons(network, 0, 5, row)[0] for row in (0, 1))
    assert first.tolist() != second.tolist()
    assert first.tolist() != dropped_neurons(network, 0, 6)[0].tolist()
    assert 25 < first.size < 75
