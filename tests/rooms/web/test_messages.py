import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import GlassnetError, MessageError
from glassnet.web import messages
from glassnet.web.messages import read_message


def said(kind, **fields):
    return read_message(json.dumps({"kind": kind, **fields}))


def test_messages_become_what_they_say():
    assert said("play") == messages.Play()
    assert said("inputs", values=[0.5, -1]) == messages.Inputs((0.5, -1.0))
    assert said("set_weight", layer=1, neuron=2, source="bias", value=3) == messages.SetWeight(
        1, 2, "bias", 3.0
    )
    assert said("speed", steps=None) == messages.Speed(None)
    assert said("select", what="nothing").source == 0
    layers = [{"neurons": 4, "activation": "tanh"}]
    assert said("change", layers=layers).layers == (messages.LayerChange(4, "tanh"),)
    assert said("change", optimizer="adam").layers is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected one JSON object"),
        ("[1]", "with the field kind"),
        ('{"kind": 3}', "with the field kind"),
        ("{" * 100_000, "expected one JSON object"),
        ('{"kind": "plya"}', "there is no kind 'plya'; did you mean 'play'"),
        ('{"kind": "play", "speed": 3}', "play: there is no field 'speed'; known are none"),
        ('{"kind": "scrub"}', "scrub: the field moment is missing"),
        ('{"kind": "scrub", "moment": -1}', "scrub, moment: got -1, expected from 0"),
        ('{"kind": "scrub", "moment": 1.5}', "scrub, moment: got 1.5, expected a whole number"),
        ('{"kind": "scrub", "moment": true}', "expected a whole number"),
        ('{"kind": "inputs", "values": [1, "x"]}', "inputs, values, place 1: got 'x', expected a number"),
        ('{"kind": "inputs", "values": [NaN]}', "expected a finite number"),
        ('{"kind": "inputs", "values": []}', "expected a list of 1 to"),
        ('{"kind": "inputs", "values": {"0": 1}}', "expected a list of 1 to"),
        ('{"kind": "set_weight", "layer": 1, "neuron": 0, "source": 0, "value": "a"}', "expected a number"),
        (
            '{"kind": "set_weight", "layer": 1, "neuron": 0, "source": "b", "value": 1}',
            "expected a whole number",
        ),
        ('{"kind": "select", "what": "all"}', "expected 'nothing' or 'neuron'"),
        ('{"kind": "change", "layers": [{"neurons": 0, "activation": "tanh"}]}', "neurons of layer 1: got 0"),
        ('{"kind": "change", "layers": [4]}', "expected the fields neurons and activation"),
        ('{"kind": "change", "biases": 1}', "expected true or false"),
        ('{"kind": "restore", "steps": []}', "expected a list of 1 to 24 messages"),
        ('{"kind": "restore", "steps": [{"kind": "play"}]}', "expected messages of the kinds open"),
        (
            '{"kind": "restore", "steps": [{"kind": "restore", "steps": []}]}',
            "expected messages of the kinds",
        ),
        ('{"kind": "restore", "steps": [{"kind": "reset", "seed": "x"}]}', "reset, seed: got 'x'"),
        ('{"kind": "restore", "steps": [{"kind": ["open"]}]}', "expected messages of the kinds"),
        ('{"kind": "change", "dropout": 1}', "expected at least 0 and below 1"),
        ('{"kind": "open", "experiment": "' + "x" * 300 + '"}', "expected a text of at most 200"),
    ],
)
def test_what_is_no_message_is_refused_with_what_was_expected(text, message):
    with pytest.raises(MessageError) as refused:
        read_message(text)
    assert message in str(refused.value)
    assert len(str(refused.value)) < 400


def test_too_many_inputs_and_layers_are_refused():
    with pytest.raises(MessageError, match="list of 1 to 65,536"):
        said("inputs", values=[0] * 65_537)
    with pytest.raises(MessageError, match="at most 32 layers"):
        said("change", layers=[{"neurons": 1, "activation": "tanh"}] * 33)


words = st.text("ab1", max_size=5)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
names = sorted({name for kind in messages.MESSAGES.values() for name in kind.__dataclass_fields__})


@given(
    st.sampled_from(sorted(messages.MESSAGES)), st.dictionaries(st.sampled_from(names), anything, max_size=4)
)
def test_whatever_comes_is_a_message_or_an_error_of_the_family(kind, fields):
    try:
        read = said(kind, **fields)
    except GlassnetError:
        return
    assert type(read) is messages.MESSAGES[kind]
