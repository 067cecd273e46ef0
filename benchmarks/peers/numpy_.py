"""NumPy, as one writes it by hand: a few lines of matrix products, BLAS inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.cases import CHECK_BATCHES, CHECK_EPOCHS, RATES, one_of_n
from benchmarks.peers import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.cases import Case


def forward(
    layers: list[list[NDArray[np.float32]]], hidden: Sequence[str], inputs: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """Return the inputs and the outputs of each layer, the last one by softmax."""
    outputs = [inputs]
    for (weights, biases), name in zip(layers, (*hidden, "softmax"), strict=True):
        z = outputs[-1] @ weights + biases
        if name == "softmax":
            e = np.exp(z - z.max(axis=1, keepdims=True))
            outputs.append(e / e.sum(axis=1, keepdims=True))
        else:
            outputs.append(np.tanh(z) if name == "tanh" else np.maximum(z, 0))
    return outputs


class Learner:
    """A network, its optimizer, and one step of both."""

    def __init__(self, case: Case, optimizer: str, dtype: type = np.float32) -> None:
        self.hidden, self.optimizer, self.rate = case.hidden, optimizer, RATES[optimizer]
        self.layers = [[part.astype(dtype) for part in layer] for layer in case.weights()]
        self.mean = [[np.zeros_like(part) for part in layer] for layer in self.layers]
        self.square = [[np.zeros_like(part) for part in layer] for layer in self.layers]
        self.n_updates = 0

    def step(self, inputs: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
        """Make one step and return the loss before it."""
        outputs = forward(self.layers, self.hidden, inputs)
        loss = -(np.log(outputs[-1]) * targets).sum() / len(inputs)
        grad_z = (outputs[-1] - targets) / len(inputs)
        self.n_updates += 1
        for layer in range(len(self.layers) - 1, -1, -1):
            gradients = outputs[layer].T @ grad_z, grad_z.sum(axis=0)
            if layer:
                grad_z = grad_z @ self.layers[layer][0].T
                output = outputs[layer]
                grad_z *= (1 - output**2) if self.hidden[layer - 1] == "tanh" else (output > 0)
            for part, gradient in enumerate(gradients):
                self._update(layer, part, gradient)
        return float(loss)

    def _update(self, layer: int, part: int, gradient: NDArray[np.float32]) -> None:
        if self.optimizer == "sgd":
            self.layers[layer][part] -= self.rate * gradient
            return
        mean, square = self.mean[layer][part], self.square[layer][part]
        mean += 0.1 * (gradient - mean)
        square += 0.001 * (gradient * gradient - square)
        unbiased = mean / (1 - 0.9**self.n_updates)
        self.layers[layer][part] -= (
            self.rate * unbiased / (np.sqrt(square / (1 - 0.999**self.n_updates)) + 1e-8)
        )


def epoch_losses(case: Case, optimizer: str, dtype: type = np.float32) -> list[float]:
    """Return the mean loss of the batches of each epoch of the check."""
    inputs, labels = case.check_data()
    targets = one_of_n(labels, case.sizes[-1]).astype(dtype)
    learner, given = Learner(case, optimizer, dtype), inputs.astype(dtype)
    losses = []
    for _ in range(CHECK_EPOCHS):
        batches = [slice(k * case.batch, (k + 1) * case.batch) for k in range(CHECK_BATCHES)]
        losses.append(float(np.mean([learner.step(given[rows], targets[rows]) for rows in batches])))
    return losses


def trainer(case: Case, optimizer: str, threads: int) -> Work:
    inputs, labels = case.data()
    targets = one_of_n(labels, case.sizes[-1])
    learner = Learner(case, optimizer)
    n_steps = min(case.n_examples // case.batch, 100)

    def call() -> None:
        for first in range(0, n_steps * case.batch, case.batch):
            learner.step(inputs[first : first + case.batch], targets[first : first + case.batch])

    return Work(call, n_steps, lambda: epoch_losses(case, optimizer))


def predictor(case: Case, n_rows: int, threads: int) -> Work:
    inputs = rows(case, n_rows)
    layers = [list(layer) for layer in case.weights()]

    def call() -> NDArray[np.float32]:
        return forward(layers, case.hidden, inputs)[-1]

    return Work(call, 1, lambda: answers(call()))


def product(size: int, threads: int) -> Work:
    left, right = np.random.default_rng(0).normal(size=(2, size, size)).astype(np.float32)
    out = np.empty_like(left)
    return Work(lambda: np.matmul(left, right, out=out), 1, list)


def rows(case: Case, n_rows: int) -> NDArray[np.float32]:
    """Return the examples to predict."""
    rng = np.random.default_rng(3)
    return rng.normal(size=(n_rows, case.sizes[0])).astype(np.float32)


def answers(outputs: NDArray[np.float32]) -> list[float]:
    """Return some numbers of a prediction by which it can be compared with another."""
    return [float(value) for value in (*outputs[0, :4], *outputs[-1, :4], outputs.mean(), outputs.std())]
