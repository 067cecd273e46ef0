"""JAX: whole epochs in one compiled `scan`, the state donated; compiled before it is timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.cases import CHECK_EPOCHS, MANY, RATES, many_case, one_of_n
from benchmarks.peers import Work
from benchmarks.peers.numpy_ import answers, rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.cases import Case

_ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu}


def _last_sums(case: Case, layers: Any, x: Any) -> Any:
    for (weights, biases), name in zip(layers, (*case.hidden, None), strict=True):
        x = x @ weights + biases
        x = _ACTIVATIONS[name](x) if name else x
    return x


def _loss(case: Case, layers: Any, inputs: Any, targets: Any) -> Any:
    return -(jax.nn.log_softmax(_last_sums(case, layers, inputs)) * targets).sum(-1).mean()


def _stepper(case: Case, optimizer: str) -> Any:
    """Return the function (state, batch) -> (state, loss) that `scan` repeats."""
    rate, every = RATES[optimizer], jax.tree.map

    def step(state: Any, batch: Any) -> Any:
        layers, mean, square, t = state
        loss, g = jax.value_and_grad(lambda p: _loss(case, p, *batch))(layers)
        t = t + 1
        if optimizer == "sgd":
            layers = every(lambda p, g: p - rate * g, layers, g)
        else:
            mean = every(lambda m, g: 0.9 * m + 0.1 * g, mean, g)
            square = every(lambda s, g: 0.999 * s + 0.001 * g * g, square, g)
            unbias_m, unbias_s = 1 / (1 - 0.9**t), 1 / (1 - 0.999**t)
            layers = every(
                lambda p, m, s: p - rate * (m * unbias_m) / (jnp.sqrt(s * unbias_s) + 1e-8),
                layers,
                mean,
                square,
            )
        return (layers, mean, square, t), loss

    return step


def _state(layers: Any, optimizer: str) -> Any:
    def zeros() -> Any:
        return jax.tree.map(jnp.zeros_like, layers) if optimizer == "adam" else ()

    return layers, zeros(), zeros(), jnp.float32(0)


def _batches(inputs: NDArray[np.float32], labels: NDArray[np.int64], case: Case) -> Any:
    n_steps = len(inputs) // case.batch
    used = n_steps * case.batch
    targets = one_of_n(labels[:used], case.sizes[-1])
    return (
        jnp.asarray(inputs[:used].reshape(n_steps, case.batch, -1)),
        jnp.asarray(targets.reshape(n_steps, case.batch, -1)),
    )


def _layers(case: Case) -> Any:
    return [(jnp.asarray(weights), jnp.asarray(biases)) for weights, biases in case.weights()]


def trainer(case: Case, optimizer: str, threads: int) -> Work:
    step, batches = _stepper(case, optimizer), _batches(*case.data(), case)
    epoch = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches), donate_argnums=0)
    box = [_state(_layers(case), optimizer)]

    def call() -> None:
        box[0], losses = epoch(box[0], batches)
        jax.block_until_ready((box[0], losses))

    def check() -> list[float]:
        few, state, means = _batches(*case.check_data(), case), _state(_layers(case), optimizer), []
        for _ in range(CHECK_EPOCHS):
            state, losses = epoch(state, few)
            means.append(float(losses.mean()))
        return means

    return Work(call, len(batches[0]), check)


def predictor(case: Case, n_rows: int, threads: int) -> Work:
    layers, inputs = _layers(case), rows(case, n_rows)
    run = jax.jit(lambda x: jax.nn.softmax(_last_sums(case, layers, x)))

    def call() -> NDArray[np.float32]:
        return np.asarray(run(inputs))

    return Work(call, 1, lambda: answers(call()))


def many(batch: int, threads: int) -> Work:
    """Train the networks by `vmap` over their parameters, inside one `scan`."""
    case = many_case(batch)
    each = [case.weights(seed) for seed in range(MANY)]
    stacked = [
        tuple(jnp.asarray(np.stack([layers[k][part] for layers in each])) for part in (0, 1))
        for k in range(len(case.sizes) - 1)
    ]
    step = jax.vmap(_stepper(case, "sgd"), in_axes=(0, None))
    batches = _batches(*case.data(), case)
    repeats = max(1, 640 // len(batches[0]))
    long = tuple(jnp.tile(part, (repeats, 1, 1)) for part in batches)
    epoch = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches))

    def begin() -> Any:
        return stacked, (), (), jnp.zeros(MANY)

    box = [begin()]

    def call() -> None:
        box[0], losses = epoch(box[0], long)
        jax.block_until_ready((box[0], losses))

    def check() -> list[float]:
        state, means = begin(), []
        for _ in range(CHECK_EPOCHS):
            state, losses = epoch(state, batches)
            means.append(float(losses.mean()))
        return means

    return Work(call, len(long[0]), check)
