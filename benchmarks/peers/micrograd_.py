"""micrograd: every number an object. It has no tanh, exp or log; they are added as its own operations are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from micrograd.engine import Value

from benchmarks.cases import CHECK_BATCHES, CHECK_EPOCHS, RATES
from benchmarks.peers import NotOfferedError, Work

if TYPE_CHECKING:
    from benchmarks.cases import Case


def _operation(x: Value, output: float, slope: float) -> Value:
    out = Value(output, (x,))

    def backward() -> None:
        x.grad += slope * out.grad

    out._backward = backward  # noqa: SLF001 -- the only way that micrograd has
    return out


def _tanh(x: Value) -> Value:
    t = math.tanh(x.data)
    return _operation(x, t, 1 - t * t)


def _exp(x: Value) -> Value:
    e = math.exp(x.data)
    return _operation(x, e, e)


def _log(x: Value) -> Value:
    return _operation(x, math.log(x.data), 1 / x.data)


class _Learner:
    def __init__(self, case: Case) -> None:
        self.hidden = case.hidden
        self.layers = [
            ([[Value(float(w)) for w in column] for column in weights.T], [Value(float(b)) for b in biases])
            for weights, biases in case.weights()
        ]
        self.parameters = [
            value for columns, biases in self.layers for part in (*columns, biases) for value in part
        ]

    def loss(self, inputs: Any, label: int) -> Value:
        x = [float(value) for value in inputs]
        for (columns, biases), name in zip(self.layers, (*self.hidden, None), strict=True):
            x = [
                sum((w * v for w, v in zip(c, x, strict=True)), b)
                for c, b in zip(columns, biases, strict=True)
            ]
            x = [_tanh(v) if name == "tanh" else v.relu() if name else v for v in x]
        return _log(sum(map(_exp, x), Value(0.0))) - x[label]

    def step(self, inputs: Any, labels: Any) -> float:
        total = sum((self.loss(x, int(y)) for x, y in zip(inputs, labels, strict=True)), Value(0.0))
        total = total * (1 / len(inputs))
        for value in self.parameters:
            value.grad = 0
        total.backward()
        for value in self.parameters:
            value.data -= RATES["sgd"] * value.grad
        return float(total.data)


def trainer(case: Case, optimizer: str, threads: int) -> Work:
    if optimizer != "sgd":
        raise NotOfferedError("it has no Adam")
    if case.n_weights > 1000:
        raise NotOfferedError("a step takes seconds")
    learner, (inputs, labels) = _Learner(case), case.data()

    def check() -> list[float]:
        fresh, (few, their) = _Learner(case), case.check_data()
        batches = [slice(k * case.batch, (k + 1) * case.batch) for k in range(CHECK_BATCHES)]
        return [
            float(np.mean([fresh.step(few[rows], their[rows]) for rows in batches]))
            for _ in range(CHECK_EPOCHS)
        ]

    return Work(lambda: learner.step(inputs[: case.batch], labels[: case.batch]), 1, check)
