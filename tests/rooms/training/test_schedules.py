"""Learning rates step by step."""

import numpy as np
import pytest

from glassnet.errors import ChoiceError
from glassnet.training import SCHEDULES, schedule
from glassnet.training.schedules import learning_rates

FORMULA = {"floor": np.floor, "cos": np.cos, "pi": np.pi}


def rates(text, first_step=0, n_steps=20, steps_per_epoch=4, epochs=5):
    return learning_rates(
        schedule(text), 0.1, first_step, n_steps, steps_per_epoch=steps_per_epoch, epochs=epochs
    )


@pytest.mark.parametrize(
    "text", ["constant", "step", "step(every=2, factor=0.1)", "cosine", "cosine(final=0.2)"]
)
def test_rates_are_those_of_the_formula(text):
    chosen = schedule(text)
    for step, rate in enumerate(rates(text)):
        names = {**FORMULA, **chosen.constants, "epochs": step / 4, "total": 5}
        assert rate == pytest.approx(0.1 * eval(chosen.row.formula, names), rel=1e-14)


def test_warm_up_rises_evenly_and_then_the_schedule_begins():
    warm, plain = rates("cosine(warmup=2)", epochs=7, n_steps=28), rates("cosine", epochs=5)
    np.testing.assert_allclose(warm[:8], 0.1 * np.arange(1, 9) / 8, rtol=1e-14)
    np.testing.assert_allclose(warm[8:], plain, rtol=1e-14)


@pytest.mark.parametrize("text", ["constant(warmup=0.3)", "step(every=1)", "cosine(warmup=9)"])
def test_a_step_has_its_rate_in_any_chunk(text):
    one_by_one = [rates(text, first_step=step, n_steps=1)[0] for step in range(20)]
    assert rates(text).tolist() == one_by_one
    assert min(one_by_one) > 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cosin", "schedule: there is no 'cosin'; did you mean 'cosine'"),
        ("step(evry=2)", "there is no constant 'evry'; did you mean 'every'"),
        ("step(every=0)", r"every: got 0, expected a number in \(0, inf\)"),
        ("cosine(warmup=-1)", "warmup: got -1"),
    ],
)
def test_schedules_that_do_not_exist(text, message):
    with pytest.raises(ChoiceError, match=message):
        schedule(text)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_names_its_source(name):
    assert SCHEDULES[name].source
