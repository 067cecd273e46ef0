"""tinygrad on its CPU device, the whole step in a `TinyJit`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DEV", "CPU")

import numpy as np
from tinygrad import Tensor, TinyJit, nn
from tinygrad.helpers import Context

from benchmarks.cases import CHECK_EPOCHS, RATES, one_of_n
from benchmarks.peers import Work

if TYPE_CHECKING:
    from benchmarks.cases import Case


def _stepper(case: Case, optimizer: str) -> Any:
    layers = [(Tensor(w.copy()).realize(), Tensor(b.copy()).realize()) for w, b in case.weights()]
    parameters = [part for layer in layers for part in layer]
    make = {"sgd": nn.optim.SGD, "adam": nn.optim.Adam}[optimizer]
    learner = make(parameters, lr=RATES[optimizer])

    @TinyJit
    def step(x: Any, targets: Any) -> Any:
        with Context(TRAINING=1):
            for (weights, biases), name in zip(layers, (*case.hidden, None), strict=True):
                x = x @ weights + biases
                x = x.tanh() if name == "tanh" else x.relu() if name else x
            loss = -(x.log_softmax() * targets).sum(1).mean()
            learner.zero_grad()
            loss.backward()
            # Together: realized after the update, the loss would be that of the updated weights.
            return loss.realize(*learner.schedule_step())

    return step


def _batches(inputs: Any, labels: Any, case: Case, most: int) -> list[Any]:
    targets = one_of_n(labels, case.sizes[-1])
    starts = range(0, len(inputs) - case.batch + 1, case.batch)
    return [
        (
            Tensor(inputs[k : k + case.batch].copy()).realize(),
            Tensor(targets[k : k + case.batch].copy()).realize(),
        )
        for k in list(starts)[:most]
    ]


def trainer(case: Case, optimizer: str, threads: int) -> Work:
    batches, step = (
        _batches(*case.data(), case, 4 if case.n_weights > 10**5 else 50),
        _stepper(case, optimizer),
    )

    def call() -> None:
        for x, targets in batches:
            loss = step(x, targets)
        loss.numpy()

    def check() -> list[float]:
        fresh, few = _stepper(case, optimizer), _batches(*case.check_data(), case, 10**6)
        return [
            float(np.mean([fresh(x, targets).numpy() for x, targets in few])) for _ in range(CHECK_EPOCHS)
        ]

    return Work(call, len(batches), check)
