"""What is drawn on matplotlib axes is what the data hold."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from glassnet import Network, data, explain, train
from glassnet.errors import SettingError
from glassnet.pictures import axes as on_axes

mpl.use("Agg")


@pytest.fixture(scope="module")
def trained():
    patterns = data.four_pixel()
    network = Network([4, 8, 4], ["tanh", "softmax"], categories=patterns.categories, seed=1)
    history = train(network, patterns, patterns, epochs=20, learning_rate=0.05)
    return network, patterns, history


@pytest.fixture
def axes():
    return Figure().subplots()


def test_loss_curve_holds_every_epoch_and_moment(axes, trained):
    on_axes.loss_curve(axes, trained[2])
    way, measured, _ = axes.get_lines()
    assert way.get_ydata().tolist() == trained[2].losses
    assert measured.get_ydata().tolist() == [moment.loss for moment in trained[2].moments]


def test_slope_holds_curve_and_tangent(axes, trained):
    network, patterns, _ = trained
    curve = explain.slope(network, patterns.inputs, patterns.targets, 1, 2, 3)
    on_axes.slope(axes, curve)
    drawn, tangent, point = axes.get_lines()
    assert np.array_equal(drawn.get_ydata(), curve.losses)
    assert np.allclose(np.diff(tangent.get_ydata()) / np.diff(tangent.get_xdata()), curve.slope)
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (curve.value, curve.loss)


def test_surface_marks_where_the_weights_are(axes, trained):
    network, patterns, _ = trained
    surface = explain.surface(
        network, patterns.inputs, patterns.targets, (1, 0, 0), (2, 0, "bias"), n_points=5
    )
    on_axes.surface(axes, surface)
    assert [line.get_xydata().tolist() for line in axes.get_lines()] == [[list(surface.at)]]


def test_gradient_check_holds_every_parameter(axes, trained):
    network, patterns, _ = trained
    check = explain.gradient_check(network, patterns.inputs, patterns.targets)
    on_axes.gradient_check(axes, check)
    dots, crosses = axes.get_lines()[:2]
    assert len(dots.get_xdata()) + len(crosses.get_xdata()) == network.n_parameters
    assert axes.get_title() == check.verdict


def test_confusion_writes_every_count(axes, trained):
    network, patterns, _ = trained
    evaluation = network.evaluate(patterns)
    on_axes.confusion(axes, evaluation, patterns.categories)
    assert sum(int(text.get_text()) for text in axes.texts) == evaluation.n_examples


def test_confusion_needs_categories(axes):
    line = data.Dataset.from_arrays([[0.0], [1.0]], [0.0, 1.0])
    with pytest.raises(SettingError, match="regression"):
        on_axes.confusion(axes, Network([1, 1]).evaluate(line), ())


@pytest.mark.parametrize("shape", [(2, 2), None])
def test_attribution_holds_every_value(axes, trained, shape):
    network, patterns, _ = trained
    values = explain.attribution(network.run(patterns.inputs), 0, "solid", method="gradient_x_input")
    on_axes.attribution(axes, values, shape)
    drawn = axes.images[0].get_array().ravel() if shape else [bar.get_width() for bar in axes.patches]
    assert np.array_equal(drawn, values.values)


def test_decision_map_shows_answers_and_examples(axes, trained):
    network, patterns, _ = trained
    decisions = explain.decision_map(network, patterns, n_points=8)
    on_axes.decision_map(axes, decisions)
    assert np.array_equal(axes.images[0].get_array().filled(-1), decisions.answers.T)
    assert sum(len(marks.get_offsets()) for marks in axes.collections) == len(patterns.inputs)


def test_error_marks_truth_and_answer_and_draws_the_loss(axes, trained):
    network, patterns, _ = trained
    table = explain.error(network.run(patterns.inputs), patterns.targets, 2)
    on_axes.error(axes, table)
    truth, answer = axes.get_lines()
    assert truth.get_xdata().tolist() == [output.target for output in table.outputs]
    assert answer.get_xdata().tolist() == [output.output for output in table.outputs]
    assert [bar.get_width() for bar in axes.patches] == [output.loss for output in table.outputs]


def test_receptive_field_leaves_empty_what_the_neuron_does_not_look_at(axes):
    field = explain.receptive_field(Network.drawn_four_pixel(), 1, 0)
    on_axes.receptive_field(axes, field, (2, 2))
    assert np.isnan(axes.images[0].get_array().filled(np.nan).ravel()).tolist() == (~field.cares).tolist()


def test_histogram_holds_every_count(axes, trained):
    network, patterns, _ = trained
    found = explain.distributions(network.run(patterns.inputs), patterns.targets).layers[0].gradients
    on_axes.histogram(axes, found)
    assert axes.patches[0].get_data().values.tolist() == found.counts.tolist()
    assert axes.get_xscale() == "log"
