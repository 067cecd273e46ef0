"""The faults of the clinic, each with a mild and a severe dose. The doctor never sees this file's hands."""

from __future__ import annotations

import numpy as np

from clinic_ward import WINDING, Case, Family, as_settings, rebuilt

ROUND = ("sgd", "momentum", "nesterov")


def _plain(case: Case, rng: np.random.Generator, rate: float = 0.1) -> None:
    """Take an optimizer whose step is as long as the gradient."""
    optimizer = str(rng.choice(ROUND))
    as_settings(case, optimizer=optimizer, learning_rate=rate if optimizer == "sgd" else rate / 5)


def unscaled(case, rng, severe):
    n = case.data.n_inputs
    scale, offset = np.ones(n), np.zeros(n)
    columns = rng.permutation(n)[: max(1, n // 2)]
    scale[columns], offset[columns] = (300.0, 500.0) if severe else (20.0, 20.0)
    case.data, case.held_out = (rebuilt(d, d.inputs * scale + offset) for d in (case.data, case.held_out))


def constant(case, rng, severe):
    if case.data.picture_shape is not None and case.data.n_inputs > 4:
        return False  # what a camera sees is what it is
    k = 4 if severe else 1
    case.data, case.held_out = (
        rebuilt(d, np.hstack([d.inputs, np.full((d.n_examples, k), 0.7)])) for d in (case.data, case.held_out)
    )
    return None


def twin_inputs(case, rng, severe):
    if case.data.picture_shape is not None and case.data.n_inputs > 4:
        return False  # what a camera sees is what it is
    spread = case.data.inputs.std(axis=0)
    columns = rng.permutation(np.flatnonzero([np.unique(c).size > 2 for c in case.data.inputs.T]))
    columns = [c for c in columns if spread[c] > 0][: 3 if severe else 1]
    case.data, case.held_out = (
        rebuilt(d, np.hstack([d.inputs, 0.5 * d.inputs[:, columns] - 0.1]))
        for d in (case.data, case.held_out)
    )
    return None


def copies(case, rng, severe):
    n = case.data.n_examples
    again = rng.integers(0, n, int((1.0 if severe else 0.12) * n))
    case.data = case.data.take(rng.permutation(np.concatenate([np.arange(n), again])))


def leaks(case, rng, severe):
    n = case.held_out.n_examples
    k = int((0.4 if severe else 0.04) * n)
    from_learned = rng.permutation(case.data.n_examples)[:k]
    inputs, targets = case.held_out.inputs.copy(), case.held_out.targets.copy()
    inputs[: len(from_learned)] = case.data.inputs[from_learned]
    targets[: len(from_learned)] = case.data.targets[from_learned]
    case.held_out = rebuilt(case.held_out, inputs, targets)


def _relabelled(case, rng, rows):
    targets = case.data.targets.copy()
    k = targets.shape[1]
    labels = (targets[rows].argmax(axis=1) + rng.integers(1, k, len(rows))) % k
    targets[rows] = np.eye(k)[labels]
    return targets


def shuffled(case, rng, severe):
    if case.data.categories is None:
        return False
    n = case.data.n_examples
    if severe:
        targets = case.data.targets[rng.permutation(n)]
    else:
        targets = _relabelled(case, rng, rng.permutation(n)[: int(0.25 * n)])
    case.data = rebuilt(case.data, case.data.inputs, targets)
    return None


def imbalanced(case, rng, severe):
    if case.data.categories is None:
        return False
    labels = case.data.labels
    rare = np.flatnonzero(labels == rng.integers(case.data.n_outputs))
    keep = max(2, int(np.bincount(labels).max() / (30 if severe else 10)))
    dropped = rng.permutation(rare)[keep:]
    case.data = case.data.take(np.setdiff1d(np.arange(labels.size), dropped))
    return None


def absent(case, rng, severe):
    if case.data.categories is None or case.data.n_outputs < 3:
        return False
    gone = rng.permutation(case.data.n_outputs)[: 2 if severe and case.data.n_outputs > 3 else 1]
    case.data = case.data.take(~np.isin(case.data.labels, gone))
    return None


def contradictory(case, rng, severe):
    n = case.data.n_examples
    rows = rng.permutation(n)[: int((0.3 if severe else 0.04) * n)]
    if case.data.categories is None:
        others = case.data.targets[rows]
        others = others + rng.normal(0, 0.3 * case.data.targets.std(axis=0), others.shape)
    else:
        others = _relabelled(case, rng, rows)[rows]
    targets = np.vstack([case.data.targets, others])
    order = rng.permutation(n + len(rows))
    case.data = rebuilt(
        case.data, np.vstack([case.data.inputs, case.data.inputs[rows]])[order], targets[order]
    )


def wrong_pair(case, rng, severe):
    if case.data.categories is None:
        case.last, case.network["loss"] = ("logistic", "squared") if severe else ("relu", "squared")
    else:
        pairs = [("logistic", "absolute"), ("relu", "squared")] if severe else [("softmax", "squared")]
        case.last, case.network["loss"] = pairs[int(rng.integers(len(pairs)))]


def squashed_twice(case, rng, severe):
    if case.data.categories is None:
        return False
    case.squash_before_last = "logistic" if severe else "tanh"
    return None


def odd(case, rng, severe):
    if case.data.name not in ("four-pixel", "circles", "rings"):
        return False
    case.activation, case.network["biases"] = "tanh", False
    if not severe:
        case.last, case.network["loss"] = "identity", "squared"
    return None


def narrow(case, rng, severe):
    case.hidden = [1] if severe else [2] if case.data.n_inputs > 10 or case.data.name in WINDING else [1]


def dropout(case, rng, severe):
    case.hidden = [6]
    case.network["dropout"] = 0.8 if severe else 0.5


def symmetric(case, rng, severe):
    case.network["initial_weights"] = "uniform(low=0, high=0)" if severe else "uniform(low=0.2, high=0.2)"


def large_weights(case, rng, severe):
    case.network["initial_weights"] = 30.0 if severe else 6.0


def small_weights(case, rng, severe):
    _plain(case, rng, 0.03)
    case.activation, case.hidden = str(rng.choice(["tanh", "relu"])), [16, 16, 16]
    case.network["initial_weights"] = 0.003 if severe else 0.03


def lost_loss(case, rng, severe):
    _plain(case, rng)
    case.activation = str(rng.choice(["relu", "leaky_relu", "elu"]))
    case.last, case.network["loss"] = "identity", "squared"
    as_settings(case, learning_rate=300.0 if severe else 8.0)


def rate_high(case, rng, severe):
    as_settings(case, learning_rate=case.settings["learning_rate"] * (300 if severe else 40))


def rate_low(case, rng, severe):
    as_settings(case, learning_rate=case.settings["learning_rate"] / (3000 if severe else 300))


def batch_large(case, rng, severe):
    as_settings(case, batch=case.data.n_examples, epochs=20 if severe else 40, learning_rate=_usual(case))


def _usual(case):
    return {"adam": 0.001, "adamw": 0.001, "rmsprop": 0.001, "sgd": 0.03}.get(
        case.settings["optimizer"], 0.003
    )


def batch_small(case, rng, severe):
    _plain(case, rng)
    as_settings(case, batch=1, learning_rate=case.settings["learning_rate"] * (20 if severe else 5))


def never_shuffled(case, rng, severe):
    if case.data.categories is None:
        return False
    case.data = case.data.take(np.argsort(case.data.labels, kind="stable"))
    as_settings(case, shuffle=False, batch=8 if severe else 16)
    return None


def penalty(case, rng, severe):
    name = "l1" if rng.random() < 0.3 else "l2"
    as_settings(case, **{name: (0.3 if name == "l1" else 3.0) if severe else (0.03 if name == "l1" else 0.3)})


def clipped(case, rng, severe):
    _plain(case, rng)
    as_settings(case, clip=1e-5 if severe else 1e-3)


def absolute(case, rng, severe):
    case.last, case.network["loss"] = "identity", "absolute"
    _plain(case, rng, 0.3 if severe else 0.1)


def saturated(case, rng, severe):
    case.activation = "tanh" if rng.random() < 0.5 else "logistic"
    case.network["initial_weights"] = 40.0 if severe else 12.0


def vanishing(case, rng, severe):
    _plain(case, rng)
    case.activation, case.hidden = "logistic", [16] * (8 if severe else 4)


def exploding(case, rng, severe):
    _plain(case, rng)
    case.activation, case.hidden = str(rng.choice(["relu", "leaky_relu"])), [24] * 6
    case.network["initial_weights"] = 4.0 if severe else 2.5


def dead(case, rng, severe):
    case.activation, case.hidden = "relu", [16, 16]
    high = -0.01 if severe else 0.03
    inputs = case.data.n_inputs
    case.network["initial_weights"] = ["he_uniform", f"uniform(low=-0.4, high={high})", "he_uniform"]
    assert inputs


def at_chance(case, rng, severe):
    case.activation, case.hidden = "logistic", [12] * (7 if severe else 5)
    as_settings(case, optimizer="sgd", learning_rate=0.03)


def overfit(case, rng, severe):
    case.data = case.data.take(rng.permutation(case.data.n_examples)[: 50 if severe else 90])
    case.hidden, case.activation = [128, 128], "relu"
    as_settings(case, optimizer="adam", learning_rate=0.005, batch=16, epochs=300, schedule="constant")


def few_data(case, rng, severe):
    a_category = 3 if severe else 6
    if case.data.categories is None:
        rows = rng.permutation(case.data.n_examples)[: 4 * a_category]
    else:
        rows = np.concatenate(
            [
                rng.permutation(np.flatnonzero(case.data.labels == k))[:a_category]
                for k in range(case.data.n_outputs)
            ]
        )
    case.data, case.hidden = case.data.take(rng.permutation(rows)), [64]
    as_settings(case, epochs=200, batch=8)


def too_short(case, rng, severe):
    as_settings(case, epochs=1 if severe else 3, batch=32)
    if case.settings["optimizer"] in ("adam", "adamw", "rmsprop"):
        as_settings(case, learning_rate=0.001)


def _names(*names: str) -> tuple[str, ...]:
    return names


FAMILIES = (
    Family("inputs unscaled", unscaled, _names("inputs unscaled"), by_harm=False),
    Family("constant inputs", constant, _names("constant inputs"), by_harm=False, repairable=False),
    Family("duplicated inputs", twin_inputs, _names("duplicated inputs"), by_harm=False, repairable=False),
    Family("duplicated examples", copies, _names("duplicated examples"), by_harm=False, repairable=False),
    Family("leaking examples", leaks, _names("leaking examples"), by_harm=False, repairable=False),
    Family("labels shuffled", shuffled, _names("labels shuffled"), by_harm=False, repairable=False),
    Family("labels imbalanced", imbalanced, _names("labels imbalanced"), by_harm=False, repairable=False),
    Family("labels missing", absent, _names("labels missing"), by_harm=False, repairable=False),
    Family(
        "labels contradictory",
        contradictory,
        _names("labels contradictory", "equal inputs, different numbers"),
        by_harm=False,
        repairable=False,
    ),
    Family(
        "wrong pair of activation and loss",
        wrong_pair,
        _names("wrong pair of activation and loss"),
        by_harm=False,
    ),
    Family("logits squashed twice", squashed_twice, _names("logits squashed twice"), by_harm=False),
    Family(
        "odd network on an even problem",
        odd,
        _names("odd network on an even problem"),
        by_harm=False,
        times=3,
    ),
    Family("symmetric initial weights", symmetric, _names("symmetric initial weights"), by_harm=False),
    Family("data never shuffled", never_shuffled, _names("data never shuffled"), by_harm=False),
    Family("dropout on a tiny layer", dropout, _names("dropout on a tiny layer")),
    Family("loss not finite", lost_loss, _names("loss not finite")),
    Family("too few neurons", narrow, _names("too few neurons")),
    Family("initial weights too large", large_weights, _names("initial weights too large")),
    Family("initial weights too small", small_weights, _names("initial weights too small")),
    Family("learning rate too high", rate_high, _names("learning rate too high", "batch too small")),
    Family("learning rate too low", rate_low, _names("learning rate too low")),
    Family("batch too large", batch_large, _names("batch too large")),
    Family("batch too small", batch_small, _names("batch too small")),
    Family("regulariser too strong", penalty, _names("regulariser too strong")),
    Family("clipping that kills the gradient", clipped, _names("clipping that kills the gradient")),
    Family("absolute error stalls", absolute, _names("absolute error stalls")),
    Family("saturated squashes", saturated, _names("saturated squashes", "initial weights too large")),
    Family("vanishing gradients", vanishing, _names("vanishing gradients")),
    Family("exploding gradients", exploding, _names("exploding gradients", "initial weights too large")),
    Family("dead ReLUs", dead, _names("dead ReLUs")),
    Family("loss stuck at chance", at_chance, _names("loss stuck at chance", "vanishing gradients")),
    Family(
        "overfitting",
        overfit,
        _names("overfitting", "too little data"),
        repairable=False,
        times=2,  # many of its doses do no harm
    ),
    Family("too little data", few_data, _names("too little data", "overfitting"), repairable=False),
    Family("underfitting", too_short, _names("underfitting", "learning rate too low")),
)
