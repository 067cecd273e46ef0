"""SPEC section 9: how many of 200 seeds learn the four pixel camera from scratch, with 95 % intervals.

Run it as ``make seeds`` or ``python benchmarks/from_scratch.py [number of seeds]``.
"""

from __future__ import annotations

import math
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from glassnet import Network, train
from glassnet.data import four_pixel
from glassnet.errors import LossNotFinite

N_SEEDS = 200
N_PROCESSES = 2

DESCENT = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 3000}
ADAM = {"optimizer": "adam", "learning_rate": 0.01, "epochs": 2000}
DRAWN = ("tanh", "tanh", "relu", "identity")


@dataclass(frozen=True)
class Row:
    """A row of the table: a network, a training, and the share of seeds that reach 8 of 8.

    `low` and `high` are SPEC's figure, or the ends of its range.
    """

    name: str
    settings: dict[str, Any]
    biases: bool
    low: float
    high: float
    network: dict[str, Any] = field(default_factory=dict)
    n_rectifiers: int = 8

    def reaches(self, seed: int) -> bool:
        """Whether the training of this seed has all eight patterns right at any moment."""
        data = four_pixel()
        options = {"activations": DRAWN, "loss": "squared", "initial_weights": "uniform", **self.network}
        network = Network(
            [4, 4, 4, self.n_rectifiers, 4], biases=self.biases, dtype="float64", seed=seed, **options
        )
        try:
            history = train(network, data, batch=8, schedule="constant", **self.settings)
        except LossNotFinite:
            return False
        return 8 in history.right or network.evaluate(data).n_right == 8


LOGISTIC = {"activations": ("logistic", "logistic", "relu", "identity")}
ABSOLUTE = {"loss": "absolute"}
LEAKY = {"activations": ("tanh", "tanh", "leaky_relu(slope=0.1)", "identity")}
WIDE = {"initial_weights": "uniform(low=-5, high=5)"}
TANH = {"activations": "tanh"}

ROWS = (
    Row("squared error, gradient descent, no bias", DESCENT, False, 0.87, 0.87),
    Row("squared error, gradient descent, bias", DESCENT, True, 0.94, 0.94),
    Row("Adam, no bias", ADAM, False, 0.86, 0.86),
    Row("Adam, bias", ADAM, True, 0.92, 0.92),
    Row("leaky ReLU, bias, Adam", ADAM, True, 1.0, 1.0, LEAKY),
    Row("16 ReLUs, Adam, no bias", ADAM, False, 0.99, 0.99, n_rectifiers=16),
    Row("absolute error, no bias, gradient descent", DESCENT, False, 0.16, 0.16, ABSOLUTE),
    Row("absolute error, no bias, Adam", ADAM, False, 0.22, 0.22, ABSOLUTE),
    # SPEC gives one range for these, and does not say which of them it measured.
    Row("logistic squash, gradient descent, no bias", DESCENT, False, 0.40, 0.74, LOGISTIC),
    Row("logistic squash, gradient descent, bias", DESCENT, True, 0.40, 0.74, LOGISTIC),
    Row("logistic squash, Adam, no bias", ADAM, False, 0.40, 0.74, LOGISTIC),
    Row("logistic squash, Adam, bias", ADAM, True, 0.40, 0.74, LOGISTIC),
    Row("weights U(-5,5), gradient descent, no bias", DESCENT, False, 0.0, 0.0, WIDE),
    Row("tanh everywhere, Adam, no bias", ADAM, False, 0.0, 0.0, TANH),
    Row("tanh everywhere, Adam, bias", ADAM, True, 1.0, 1.0, TANH),
)


def count(row: Row, n_seeds: int = N_SEEDS) -> int:
    """How many of the seeds 0, 1, ... reach 8 of 8."""
    return sum(map(row.reaches, range(n_seeds)))


def wilson(n_right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927)."""
    z, share = 1.96, n_right / n
    middle = share + z**2 / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (middle - reach) / (1 + z**2 / n), (middle + reach) / (1 + z**2 / n)


def agrees(row: Row, n_right: int, n: int) -> bool:
    """Whether two samples, ours and SPEC's 200 seeds, may differ like this by chance, at 95 %.

    Newcombe's interval for the difference of two shares contains 0; it holds near 0 % and 100 %, too.
    """
    share = n_right / n
    expected = min(max(share, row.low), row.high)
    low, high = wilson(n_right, n)
    expected_low, expected_high = wilson(round(expected * N_SEEDS), N_SEEDS)
    if share >= expected:
        return share - expected <= math.hypot(share - low, expected_high - expected)
    return expected - share <= math.hypot(high - share, expected - expected_low)


def main(n_seeds: int) -> None:
    """Print the table."""
    width = max(len(row.name) for row in ROWS)
    print(f"{'network 4-4-4-8-4':{width}}  {n_seeds} seeds    95 % interval   SPEC     agrees")
    with ProcessPoolExecutor(N_PROCESSES) as pool:
        for row, n_right in zip(ROWS, pool.map(count, ROWS, [n_seeds] * len(ROWS)), strict=True):
            low, high = wilson(n_right, n_seeds)
            spec = f"{row.low:.0%}" if row.low == row.high else f"{row.low:.0%}-{row.high:.0%}"
            verdict = "yes" if agrees(row, n_right, n_seeds) else "NO"
            interval = f"{low:7.1%} to {high:6.1%}"
            print(f"{row.name:{width}}  {n_right / n_seeds:9.1%}  {interval}   {spec:8} {verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_SEEDS)
