"""Model files that are damaged, hostile or of another kind: a clear error, and nothing else."""

import json
import struct
from contextlib import suppress

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import Network
from glassnet.data import Camera
from glassnet.errors import ModelFileError
from glassnet.network.model_file import header, read_header

NETWORK = Network(
    [4, 3, 2],
    ["tanh", "softmax"],
    connections=[np.eye(4, 3), None],
    categories=["a", "b"],
    encoder=Camera(2, 2),
)
PARAMETERS = NETWORK.parameters
HEADER = header(NETWORK)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("models") / "model.safetensors"


def write(path, fields, tensors=None):
    text = fields if isinstance(fields, str) else json.dumps(fields)
    path.write_bytes(safetensors.numpy.save(tensors or {"parameters": PARAMETERS}, {"glassnet": text}))
    return path


def assert_refused(path, message=None):
    with pytest.raises(ModelFileError, match=message) as caught:
        Network.load(path)
    assert str(path) in str(caught.value)


def assert_loads_or_is_refused(path):
    with suppress(ModelFileError):
        assert Network.load(path).n_parameters == 23


def test_a_file_cut_short_anywhere(path):
    whole = NETWORK.save(path).read_bytes()
    for length in [*range(20), *range(20, len(whole), 13), len(whole) - 1]:
        path.write_bytes(whole[:length])
        assert_refused(path, "no whole safetensors file")


def test_a_file_with_more_behind_it(path):
    path.write_bytes(NETWORK.save(path).read_bytes() + b"more")
    assert_refused(path, "no whole safetensors file")


@pytest.mark.parametrize("length", [2**64 - 1, 2**63, 2**40, 10**8])
def test_a_header_that_says_it_is_huge(path, length):
    path.write_bytes(struct.pack("<Q", length) + b"{}" * 50)
    assert_refused(path, "no whole safetensors file")


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04", b"{}", b"\0" * 1000])
def test_other_kinds_of_files(path, content):
    path.write_bytes(content)
    assert_refused(path)


def test_a_safetensors_file_of_another_program(path):
    path.write_bytes(safetensors.numpy.save({"parameters": PARAMETERS}))
    assert_refused(path, "not one of glassnet's: it has no `glassnet` header")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "its header is no JSON"),
        ("[" * 100_000, "its header is no JSON"),
        ('{"format": ' + "9" * 5000 + "}", "its header is no JSON"),
        ("[]", "its header says no format"),
        ("null", "its header says no format"),
        ('{"format": true}', "its header says no format"),
        ('{"format": "1"}', "its header says no format"),
        ('{"format": 0}', "its header says no format"),
        ('{"format": 2}', "written in format 2, this glassnet reads up to 1; install a newer glassnet"),
    ],
)
def test_headers_without_a_format_that_we_read(path, text, message):
    write(path, text)
    assert_refused(path, message)
    with pytest.raises(ModelFileError, match=message):
        read_header(path)


@pytest.mark.parametrize("key", [key for key in HEADER if key != "format"])
def test_a_missing_key(path, key):
    write(path, {name: value for name, value in HEADER.items() if name != key})
    assert_refused(path, f"expected the fields .*{key}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sizes", [4, 3, 3]),
        ("sizes", [4, 3]),
        ("sizes", [4, 10**12, 2]),
        ("sizes", [10**12, "x" * 10, 2]),
        ("sizes", [4.0, 3.0, 2.0]),
        ("sizes", {"4": 3}),
        ("sizes", [[4], [3], [2]]),
        ("biases", [True, False]),
        ("biases", [True]),
        ("biases", {}),
        ("biases", ""),
        ("activations", ["tanh", "__import__('os').system('false')"]),
        ("activations", ["softmax", "softmax"]),
        ("activations", [None, {}]),
        ("activations", ["leaky_relu(slope=1e400)", "softmax"]),
        ("dropout", [float("nan"), 0]),
        ("dropout", [0, 0.5]),
        ("dropout", ["0", "0"]),
        ("initial_weights", ["uniform(low=-1e308, high=1e308)", "he_normal"]),
        ("loss", "binary_cross_entropy"),
        ("loss", ["squared"]),
        ("categories", ["a", "a"]),
        ("categories", ["a", "b", "c"]),
        ("categories", "ab"),
        ("encoder", {"kind": "__import__"}),
        ("encoder", {"kind": "camera", "rows": 10**9, "columns": 10**9, "negative": False}),
        ("encoder", {"kind": "camera", "rows": 3, "columns": 3, "negative": False}),
        ("encoder", {"rows": 2, "columns": 2}),
        ("seed", -1),
        ("seed", None),
        ("seed", 1.5),
        ("training", "yes"),
        ("more", 1),
    ],
)
def test_headers_of_no_valid_network(path, key, value):
    write(path, {**HEADER, key: value})
    assert_refused(path, "describes no valid network")


@pytest.mark.parametrize("biases", [[], {}, "", [None, None]])
def test_sizes_far_beyond_the_file_allocate_nothing(path, biases):
    fields = {**HEADER, "sizes": [2**20, 2**20, 2], "biases": biases}
    write(path, fields, {"parameters": np.zeros(0)})
    assert_refused(path, "describes no valid network")


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"weights": PARAMETERS}, "it holds no tensor `parameters`"),
        ({"parameters": PARAMETERS[:-1]}, "it holds 22 parameters, but sizes .* need 23"),
        ({"parameters": PARAMETERS.reshape(1, -1)}, "describes no valid network"),
        ({"parameters": PARAMETERS.astype(np.float16)}, "parameters of type float16"),
        ({"parameters": PARAMETERS.astype(np.int64)}, "parameters of type int64"),
        ({"parameters": PARAMETERS, "connected": np.ones(22, bool)}, "`connected` is no yes or no"),
        ({"parameters": PARAMETERS, "connected": np.ones(23)}, "`connected` is no yes or no"),
    ],
)
def test_tensors_that_do_not_add_up(path, tensors, message):
    write(path, HEADER, tensors)
    assert_refused(path, message)


def test_types_that_numpy_does_not_have(path):
    text = json.dumps(
        {
            "__metadata__": {"glassnet": json.dumps(HEADER)},
            "parameters": {"dtype": "BF16", "shape": [23], "data_offsets": [0, 46]},
        }
    )
    path.write_bytes(struct.pack("<Q", len(text)) + text.encode() + b"\0" * 46)
    assert_refused(path)


def test_a_weight_on_a_missing_connection_is_not_used(path):
    write(path, HEADER, {"parameters": np.ones(23), "connected": NETWORK.connected})
    network = Network.load(path)
    assert (network.weights(1) == np.eye(4, 3)).all()
    assert network.weights(2).all()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from([*HEADER, "encoder", "sizes"]), JSON_VALUES, min_size=1, max_size=3))
def test_any_values_in_the_header_load_or_are_refused(path, changes):
    write(path, {**HEADER, **changes})
    assert_loads_or_is_refused(path)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data())
def test_any_byte_changed_loads_or_is_refused(path, data):
    content = bytearray(NETWORK.save(path).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    assert_loads_or_is_refused(path)
