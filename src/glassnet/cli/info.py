"""Says what a model is and how it was trained."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from glassnet.cli.models import describe_encoder, open_model
from glassnet.cli.printing import new_table, output, print_facts, print_json
from glassnet.data import Columns
from glassnet.errors import GlassnetError
from glassnet.network.model_file import read_header
from glassnet.training import Plan

if TYPE_CHECKING:
    from rich.table import Table

    from glassnet.cli.models import Model
    from glassnet.network import Network

__all__ = ["model_facts", "show_model"]


def show_model(model: str, *, as_json: bool) -> None:
    """Print what a model is: sizes, parameters, categories, and how it was trained.

    Raises
    ------
    GlassnetError
        There is no such model, or it is damaged.
    """
    opened = open_model(model)
    network = opened.network
    if as_json:
        print_json(
            {
                "file": str(opened.path),
                "bytes": opened.path.stat().st_size,
                "n_parameters": network.n_parameters,
                "dtype": str(network.dtype),
                **read_header(opened.path),
            }
        )
        return
    print_facts(model_facts(opened))
    output().print(_layers(network))


def model_facts(model: Model) -> dict[str, str]:
    """Return what is known about a model, in words by what it is about."""
    network = model.network
    return {
        "model": f"{model.path} ({model.path.stat().st_size:,} bytes)",
        "network": f"{network.name}, {network.n_parameters:,} parameters ({network.dtype})",
        "inputs": f"{network.sizes[0]:,}: {describe_encoder(network.encoder)}",
        "outputs": _outputs(network),
        "loss": str(network.loss),
        **_trained(model.training),
    }


def _outputs(network: Network) -> str:
    if network.categories:
        return f"{network.sizes[-1]:,} categories: {', '.join(network.categories)}"
    if isinstance(network.encoder, Columns):
        return f"{network.encoder.target.name}, a number"
    return f"{network.sizes[-1]:,} numbers"


def _trained(training: dict[str, Any] | None) -> dict[str, str]:
    """How the network was trained, as far as its file says so."""
    if training is None:
        return {"trained": "not by a run"}
    try:
        plan = Plan.from_json(training["plan"])
        settings = plan.settings
        held_out = "held-out" if training["held_out"] else "training"
        precision = f", {settings.precision}" if settings.precision else ""
        ignored = plan.options.get("ignore")
        without = f" without {', '.join(ignored)}" if ignored else ""
        right = "" if training["accuracy"] is None else f", {training['accuracy']:.2%} right"
        facts = {
            "trained on": f"{plan.source}{without}, a share of {plan.held_out:g} held out, "
            f"seed {settings.seed}",
            "training": f"{settings.optimizer}, learning rate {settings.rate:g}, {settings.schedule}, "
            f"batches of {settings.batch}{precision}",
            "epochs": f"{training['epochs']:,} of {settings.epochs:,} ({training['stopped']}); "
            f"kept the network of epoch {training['kept_epoch']:,}",
        }
        if training["loss"] is not None:
            facts["result"] = f"{held_out} loss {training['loss']:.4g}{right}"
        if training["n_starts"] > 1:
            facts["starts"] = f"{training['n_succeeded']} of {training['n_starts']} succeeded"
    except (GlassnetError, KeyError, TypeError, ValueError):  # somebody else's notes
        return {"training": json.dumps(training)}
    return facts


def _layers(network: Network) -> Table:
    table = new_table(["layer", "inputs", "neurons", "activation", "weights", "biases", "dropout"])
    for layer in range(1, network.n_layers + 1):
        row = network.layer(layer)
        table.add_row(
            str(layer),
            f"{row['n_inputs']:,}",
            f"{row['n_neurons']:,}",
            str(network.activations[layer - 1]),
            f"{network.connections(layer).sum():,}",
            f"{row['n_biases']:,}",
            f"{row['dropout']:g}",
        )
    return table
