"""scikit-learn's MLPClassifier, without its penalty; one activation for all hidden layers."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.cases import CHECK_EPOCHS, RATES
from benchmarks.peers import Work
from benchmarks.peers.numpy_ import answers, rows

if TYPE_CHECKING:
    from benchmarks.cases import Case


def _classifier(case: Case, optimizer: str, epochs: int) -> MLPClassifier:
    """Return a classifier that has met its data once and has everybody's initial weights."""
    warnings.filterwarnings("ignore")  # it warns that a fixed number of epochs is no convergence
    classifier = MLPClassifier(
        case.sizes[1:-1],
        activation=case.hidden[0],
        solver=optimizer,
        momentum=0.0,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=case.batch,
        learning_rate_init=RATES[optimizer],
        shuffle=False,
        warm_start=True,
        max_iter=1,
        tol=0.0,
        n_iter_no_change=10**9,
    )
    # All categories once, so that it has an output for each; in float32, which it keeps to.
    seen = np.zeros((max(case.batch, case.sizes[-1]), case.sizes[0]), np.float32)
    classifier.fit(seen, np.arange(len(seen)) % case.sizes[-1])
    classifier.coefs_ = [weights.copy() for weights, _ in case.weights()]
    classifier.intercepts_ = [biases.copy() for _, biases in case.weights()]
    classifier.max_iter = epochs
    return classifier


def trainer(case: Case, optimizer: str, threads: int) -> Work:
    inputs, labels = case.data()
    classifier = _classifier(case, optimizer, 1)

    def check() -> list[float]:
        if len(set(case.hidden)) > 1:
            return []  # it cannot have tanh and relu in one network: the costs are compared, not the losses
        given, their = case.check_data()
        checked = _classifier(case, optimizer, CHECK_EPOCHS)
        n_before = len(checked.loss_curve_)
        checked.fit(given, their)
        return [float(loss) for loss in checked.loss_curve_[n_before:]]

    return Work(lambda: classifier.fit(inputs, labels), case.n_examples // case.batch, check)


def predictor(case: Case, n_rows: int, threads: int) -> Work:
    classifier, inputs = _classifier(case, "sgd", 1), rows(case, n_rows)
    same = len(set(case.hidden)) == 1
    return Work(
        lambda: classifier.predict_proba(inputs),
        1,
        lambda: answers(classifier.predict_proba(inputs)) if same else [],
    )
