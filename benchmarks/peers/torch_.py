"""PyTorch: eager and compiled, its own layers and optimizers (Adam fused), inference in inference mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.cases import CHECK_EPOCHS, MANY, RATES, many_case, one_of_n
from benchmarks.peers import Work
from benchmarks.peers.numpy_ import answers, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.cases import Case

_ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}


def _begin(threads: int) -> None:
    torch.set_num_threads(threads)
    # Compiled code of earlier works counts towards a limit, beyond which nothing more is compiled.
    torch.compiler.reset()


def _network(case: Case) -> torch.nn.Sequential:
    modules: list[torch.nn.Module] = []
    for (weights, biases), name in zip(case.weights(), (*case.hidden, None), strict=True):
        layer = torch.nn.Linear(*weights.shape)
        layer.weight.data = torch.from_numpy(weights.T.copy())
        layer.bias.data = torch.from_numpy(biases.copy())
        modules.append(layer)
        if name:
            modules.append(_ACTIVATIONS[name]())
    return torch.nn.Sequential(*modules)


def _stepper(case: Case, optimizer: str, *, compiled: bool, bf16: bool) -> Callable[[Any, Any], Any]:
    """Return a function that makes one step on a batch and returns the loss before it."""
    network, loss = _network(case), torch.nn.CrossEntropyLoss()
    if optimizer == "sgd":
        learner: Any = torch.optim.SGD(network.parameters(), lr=RATES["sgd"])
    else:
        learner = torch.optim.Adam(network.parameters(), lr=RATES["adam"], fused=not compiled)

    def forward(inputs: Any, labels: Any) -> Any:
        return loss(network(inputs), labels)

    if bf16:
        forward = torch.autocast("cpu", dtype=torch.bfloat16)(forward)
    update = learner.step
    if compiled:
        forward, update = torch.compile(forward), torch.compile(update)

    def step(inputs: Any, labels: Any) -> Any:
        learner.zero_grad()
        before = forward(inputs, labels)
        before.backward()
        update()
        return before

    return step


def trainer(case: Case, optimizer: str, threads: int, *, compiled: bool = False, bf16: bool = False) -> Work:
    _begin(threads)
    inputs, labels = map(torch.from_numpy, case.data())
    step = _stepper(case, optimizer, compiled=compiled, bf16=bf16)
    n_steps = min(case.n_examples // case.batch, 100)

    def call() -> None:
        for first in range(0, n_steps * case.batch, case.batch):
            step(inputs[first : first + case.batch], labels[first : first + case.batch])

    def check() -> list[float]:
        few, their = map(torch.from_numpy, case.check_data())
        fresh, means = _stepper(case, optimizer, compiled=compiled, bf16=bf16), []
        for _ in range(CHECK_EPOCHS):
            losses = [
                float(fresh(few[k : k + case.batch], their[k : k + case.batch]).detach())
                for k in range(0, len(few), case.batch)
            ]
            means.append(float(np.mean(losses)))
        return means

    return Work(call, n_steps, check)


def predictor(case: Case, n_rows: int, threads: int, *, compiled: bool = False) -> Work:
    _begin(threads)
    network: Any = torch.nn.Sequential(_network(case), torch.nn.Softmax(1)).eval()
    if compiled:
        network = torch.compile(network, dynamic=False)
    inputs = rows(case, n_rows)

    def call() -> NDArray[np.float32]:
        with torch.inference_mode():
            return network(torch.from_numpy(inputs)).numpy()

    return Work(call, 1, lambda: answers(call()))


def many(batch: int, threads: int, *, compiled: bool = False) -> Work:
    """Train all the networks by batched matrix products."""
    _begin(threads)
    case = many_case(batch)
    inputs, labels = case.data()
    given, targets = torch.from_numpy(inputs), torch.from_numpy(one_of_n(labels, 4))
    rows = [slice(first, first + batch) for first in range(0, case.n_examples, batch)]
    step = _many_stepper(case)
    if compiled:
        step = torch.compile(step)
    box = [_stacked(case)]

    def call() -> None:
        for some in rows:
            box[0], _ = step(box[0], given[some], targets[some])

    def check() -> list[float]:
        parameters, means = _stacked(case), []
        for _ in range(CHECK_EPOCHS):
            totals = []
            for some in rows:
                parameters, total = step(parameters, given[some], targets[some])
                totals.append(float(total) / MANY)
            means.append(float(np.mean(totals)))
        return means

    return Work(call, len(rows), check)


def _stacked(case: Case) -> list[Any]:
    """Return the initial parameters of all the networks: weights and biases of each layer in turn."""
    each = [case.weights(seed) for seed in range(MANY)]
    parameters = []
    for layer in range(len(case.sizes) - 1):
        parameters.append(torch.from_numpy(np.stack([layers[layer][0] for layers in each])))
        biases = np.stack([layers[layer][1] for layers in each])
        parameters.append(torch.from_numpy(biases)[:, None])
    return parameters


def _many_stepper(case: Case) -> Callable[..., Any]:
    """Return a function that makes one step of all the networks and returns the sum of their losses."""

    def losses(parameters: list[Any], x: Any, y: Any) -> Any:
        x = x.expand(MANY, *x.shape)
        for layer, name in enumerate((*case.hidden, None)):
            x = torch.baddbmm(parameters[2 * layer + 1], x, parameters[2 * layer])
            x = torch.tanh(x) if name == "tanh" else torch.relu(x) if name else x
        total = -(torch.log_softmax(x, -1) * y).sum() / case.batch
        return total, total

    def step(parameters: list[Any], x: Any, y: Any) -> Any:
        gradients, total = torch.func.grad(losses, has_aux=True)(parameters, x, y)
        return [p - RATES["sgd"] * g for p, g in zip(parameters, gradients, strict=True)], total

    return step


def product(size: int, threads: int) -> Work:
    _begin(threads)
    left, right = torch.randn(2, size, size)
    out = torch.empty_like(left)
    return Work(lambda: torch.mm(left, right, out=out), 1, list)
