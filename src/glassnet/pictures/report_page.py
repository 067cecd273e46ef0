"""A page with all there is to say of a trained network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet import __version__
from glassnet.data import Camera
from glassnet.pictures.attribution_picture import attribution
from glassnet.pictures.confusion_picture import confusion
from glassnet.pictures.curve_picture import loss_curve
from glassnet.pictures.diagnosis_page import diagnosis_parts
from glassnet.pictures.distributions_picture import distributions
from glassnet.pictures.gradient_check_picture import gradient_check
from glassnet.pictures.network_picture import network as network_picture
from glassnet.pictures.page import (
    Page,
    Section,
    facts,
    figure,
    key_numbers,
    new_page,
    paragraph,
    saying,
    subheading,
    table,
)
from glassnet.pictures.receptive_fields_picture import receptive_fields
from glassnet.pictures.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glassnet.doctor import Diagnosis
    from glassnet.explain import Mistake, Survey
    from glassnet.network import Network
    from glassnet.training import History

__all__ = ["report"]


def report(
    survey: Survey,
    history: History | None = None,
    *,
    diagnosis: Diagnosis | None = None,
    judged_by: str | None = None,
    about: Mapping[str, str] | None = None,
) -> Page:
    """Write all there is to say of a network on one page, which needs no script and no other file.

    Parameters
    ----------
    survey : Survey
        From `glassnet.explain.survey`.
    history : History, optional
        Of its training.
    diagnosis : Diagnosis, optional
        From `glassnet.doctor.examine`: what is wrong with the training.
    judged_by : str, optional
        What the examples of the survey are, in words.
    about : mapping of str to str, optional
        What else is known about the model, such as its file and how it was trained.

    Returns
    -------
    Page

    Examples
    --------
    >>> from glassnet import Network, data, explain
    >>> page = report(explain.survey(Network.drawn_four_pixel(), data.four_pixel()))
    >>> "8 of 8 right (100.00%)" in page.html, "<script" in page.html
    (True, False)
    """
    judged_by = judged_by or f"the {survey.data.n_examples:,} examples of {survey.data.name}"
    sections = [
        Section("In short", list(_in_short(survey))),
        Section("The model", list(_model(survey.network, about or {}))),
    ]
    if history is not None and history.epochs:
        sections.append(Section("How it learned", [figure(loss_curve(history), _sentence(str(history)))]))
    if diagnosis is not None:
        sections.append(Section("What the doctor says", list(diagnosis_parts(diagnosis, history))))
    sections += [
        Section("How good it is", list(_quality(survey, judged_by))),
        Section("One example on its way", [figure(network_picture(survey.trace), _one_example(survey))]),
        Section("What the first layer looks for", list(_first_layer(survey.network))),
        Section("Where it is most wrong", list(_mistakes(survey))),
        Section("Is the gradient right?", list(_check(survey))),
        Section("Outputs and gradients, layer by layer", list(_spread(survey))),
    ]
    return new_page(
        f"Network {survey.network.name} on {survey.data.name}",
        f"Judged by {judged_by}.",
        sections,
        f"Written by glassnet {__version__}, a neural network you can see through.",
    )


def _in_short(survey: Survey) -> Iterator[str]:
    result, network = survey.evaluation, survey.network
    numbers = {} if result.accuracy is None else {"right": f"{result.accuracy:.2%}"}
    numbers |= {
        "loss": f"{result.loss:.4g}",
        "examples judged": f"{result.n_examples:,}",
        "weights and biases": f"{network.n_parameters:,}",
    }
    yield key_numbers(numbers)
    yield saying(str(survey.lead))
    yield saying(f"Gradient check: {survey.check.verdict}.")


def _model(network: Network, about: Mapping[str, str]) -> Iterator[str]:
    yield facts({"network": network.name, "loss": str(network.loss), **about})
    rows = []
    for layer, activation in enumerate(network.activations, start=1):
        row = network.layer(layer)
        counts = (row["n_inputs"], row["n_neurons"], network.connections(layer).sum(), row["n_biases"])
        rows.append((str(layer), str(activation), *(f"{count:,}" for count in counts), f"{row['dropout']:g}"))
    headings = ("layer", "activation", "inputs", "neurons", "weights", "biases", "dropout")
    yield table("The layers", headings, rows, n_left=2)


def _quality(survey: Survey, judged_by: str) -> Iterator[str]:
    yield paragraph(f"Of {judged_by}: {survey.evaluation}.")
    if survey.data.categories is not None:
        yield figure(
            confusion(survey.evaluation, survey.data.categories), "Which category was taken for which."
        )
    yield subheading("Against simple rules")
    rules = survey.baseline
    n_judged = rules.judged.n_examples
    yield table(
        f"What simple rules learn from {rules.n_learned:,} examples, judged by {n_judged:,}",
        ("rule", "what it learned", "result"),
        [
            *((rule.name, rule.detail, str(rule.score)) for rule in rules.rules),
            ("this network", "", str(survey.lead.network)),
        ],
        n_left=2,
    )


def _one_example(survey: Survey) -> str:
    data = survey.data
    name = "the first" if data.names is None else data.names[0]
    truth = "" if data.categories is None else f", truly {data.categories[int(data.labels[0])]}"
    return f"One of the examples, {name}{truth}: what went in, what each layer made of it, and the answer."


def _first_layer(network: Network) -> Iterator[str]:
    if network.n_layers == 1:
        yield paragraph("The first layer is the last one: each neuron looks for its own category.")
    yield figure(receptive_fields(network, 1), "A little picture for each of the neurons shown.")


def _mistakes(survey: Survey) -> Iterator[str]:
    found = survey.mistakes
    if found.n_wrong is None:
        yield paragraph(f"The {len(found.worst)} answers that are furthest from the truth.")
    elif found.n_wrong == 0:
        yield paragraph(f"None of the {found.n_examples:,} examples was put into a wrong category.")
    else:
        yield paragraph(
            f"{found.n_wrong:,} of {found.n_examples:,} examples were put into a wrong category. "
            f"These are the {len(found.worst)} about which the network was surest."
        )
    if found.n_ties:
        yield paragraph(f"{found.n_ties:,} more were put into none, because outputs tie.")
    for mistake in found.worst:
        yield from _mistake(mistake, survey)


def _mistake(mistake: Mistake, survey: Survey) -> Iterator[str]:
    encoder = survey.network.encoder
    camera = encoder if isinstance(encoder, Camera) else None
    yield subheading(_sentence(str(mistake))[:-1])
    yield figure(attribution(mistake.attribution, camera), _reason(mistake))


def _reason(mistake: Mistake) -> str:
    if isinstance(mistake.answer, str):
        return f"Why {mistake.answer}, where {mistake.truth} would have been right."
    return f"Where the answer {mistake.answer:.6g} comes from; the truth is {mistake.truth:.6g}."


def _check(survey: Survey) -> Iterator[str]:
    check = survey.check
    yield paragraph(
        "Each slope of the loss that backpropagation finds is held against a numeric one: the weight "
        "is moved a little, and the loss measured again."
    )
    yield figure(gradient_check(check), _sentence(check.verdict))
    yield paragraph(
        f"For all {check.n_parameters:,} weights and biases the numeric way takes "
        f"{check.all_passes['central differences']:,} passes, about {check.all_seconds:.3g} s here; "
        f"backpropagation took {check.direct_seconds:.3g} s."
    )


def _spread(survey: Survey) -> Iterator[str]:
    spread = survey.distributions
    yield figure(distributions(spread), f"Over {spread.n_examples:,} examples.")
    yield from (paragraph(_sentence(str(layer))) for layer in spread.layers)


def _sentence(text: str) -> str:
    return sentences([text])
