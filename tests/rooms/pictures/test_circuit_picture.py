"""The picture of a circuit: a gate for each gate, both values on each wire, nothing on top of anything."""

import itertools

import pytest

from glassnet.explain.circuit import Circuit
from glassnet.explain.circuit import circuit as explain
from glassnet.pictures.circuit_geometry import lay_out_circuit, settled
from glassnet.pictures.circuit_order import arrange
from glassnet.pictures.circuit_picture import circuit as draw
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts

ALL = {
    "sum and product": ("(x + y) * z", {"x": -2, "y": 5, "z": -4}),
    "max": ("2*(x*y+max(z,w))", {"x": 3, "y": -4, "z": 2, "w": -1}),
    "neuron": ("1/(1+exp(-(w0*x0+w1*x1+w2)))", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}),
    "forks": ("(x+logistic(y))/(logistic(x)+(x+y)**2)", {"x": 3, "y": -4}),
    "square": ("x*x", {"x": 3}),
    "name": ("x", {"x": 3}),
    "number": ("3", {}),
    "crossing": ("max(a,b,c,d,e)+min(a,c)*b", {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}),
    "deep": ("+".join(["x"] * 60), {"x": 1e-9}),
    "broad": (
        f"max({','.join(f'x{k}*y' for k in range(60))})",
        {**{f"x{k}": k for k in range(60)}, "y": -1e7},
    ),
    "long name": (f"{'a' * 300} - 1e300 * b", {"a" * 300: 1, "b": -1e-300}),
}


@pytest.fixture(params=ALL, ids=list(ALL))
def circuit(request) -> Circuit:
    expression, values = ALL[request.param]
    return explain(expression, **values)


def test_everything_is_inside(circuit):
    assert outside(draw(circuit)) == []


def test_the_same_circuit_gives_the_same_bytes(circuit):
    assert draw(circuit) == draw(circuit)


def test_it_has_a_text_alternative(circuit):
    picture = draw(circuit)
    root, said = parsed(picture), described(picture)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.endswith(f" = {readable(circuit.value, 4)}")
    for gate in circuit.gates:
        assert gate.rule in said


def numbers(picture, colour: str) -> list[str]:
    """The texts of a colour, those that have it from their group too."""
    found = [text.text for text in elements(picture, "text") if text.get("fill") == colour]
    groups = [group for group in elements(picture, "g") if group.get("fill") == colour]
    return found + [text.text for group in groups for text in group]


def test_every_wire_has_both_values(circuit):
    forward = [readable(gate.forward, 4) for gate in circuit.gates]
    backward = [readable(gate.backward, 4) for gate in circuit.gates]
    forks = [gate.id for gate in circuit.gates if len(circuit.parts(gate.id)) > 1]
    parts = [readable(part, 4) for gate in forks for part in circuit.parts(gate)]
    assert numbers(draw(circuit), "#00507d") == forward
    assert sorted(numbers(draw(circuit), "#9a4300")) == sorted(backward + parts)


def test_values_stand_above_and_below_their_wire():
    circuit = explain("(x + y) * z", x=-2, y=5, z=-4)
    geometry = lay_out_circuit(circuit)
    found = {text.text: float(text.get("y")) for text in elements(draw(circuit), "text")}
    result = geometry.middles[-1][1]
    assert found["−12"] < result < found["1"]


def test_the_branches_of_a_fork_have_their_parts():
    circuit = explain("x*x", x=3)
    assert numbers(draw(circuit), "#9a4300") == ["6", "1", "3", "3"]
    assert any(text.startswith("Where a wire forks") for text in texts(draw(circuit)))
    assert not any("forks" in text for text in texts(draw(explain("x*y", x=3, y=2))))


def test_gates_have_their_symbols_and_rules():
    said = texts(draw(explain("2*(x*y-max(z,w))/3", x=3, y=-4, z=2, w=-1)))
    assert {"×", "−", "/", "max", "x", "y", "z", "w", "2", "3"} <= set(said)
    assert "max routes the gradient" in " ".join(said)
    assert "a product swaps" in " ".join(said)


def test_wires_join_their_gates(circuit):
    geometry = lay_out_circuit(circuit)
    assert set(geometry.wires) == {(g.id, port) for g in circuit.gates for port in range(len(g.inputs))}
    for (gate, port), way in geometry.wires.items():
        source = circuit.gates[gate].inputs[port]
        for (x, y), place in ((geometry.middles[source], way[0]), (geometry.middles[gate], way[-1])):
            assert abs(place[0] - x) > 0
            assert abs(place[1] - y) <= max(geometry.boxes[gate].height, geometry.boxes[source].height) / 2
        assert all(a[0] <= b[0] for a, b in itertools.pairwise(way))


def test_gates_with_their_words_do_not_touch(circuit):
    geometry = lay_out_circuit(circuit)
    boxes = zip(geometry.boxes, geometry.middles, strict=True)
    rooms = [(x - b.before, x + b.behind, y - b.above, y + b.below) for b, (x, y) in boxes]
    for a, b in itertools.combinations(rooms, 2):
        apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 1e-6 or b[3] <= a[2] + 1e-6
        assert apart, (a, b)


def test_a_tree_has_no_crossings_and_runs_from_left_to_right():
    circuit = explain("(a*b+c*d)*max(e,f*(g+h))", **dict.fromkeys("abcdefgh", 2.0))
    arrangement = arrange(circuit.gates)
    for k, between in enumerate(arrangement.segments):
        left, right = arrangement.columns[k], arrangement.columns[k + 1]
        ends = sorted((left.index(s.source), right.index(s.target) + s.height) for s in between)
        assert [end for _, end in ends] == sorted(end for _, end in ends)
    column_of = {place: k for k, column in enumerate(arrangement.columns) for place in column}
    for gate in circuit.gates:
        assert all(column_of[k] < column_of[gate.id] for k in gate.inputs)
        assert gate.kind != "input" or column_of[gate.id] == 0


def test_numbers_stand_just_before_their_gate():
    circuit = explain("((x*y)+z)*7", x=1, y=2, z=3)
    columns = arrange(circuit.gates).columns
    seven = next(gate.id for gate in circuit.gates if gate.symbol == "7")
    assert seven in columns[-2]


def test_a_place_on_the_way_is_kept_for_every_wire_that_passes_a_column():
    circuit = explain("x + logistic(x * y)", x=1, y=2)
    arrangement = arrange(circuit.gates)
    passages = [place for column in arrangement.columns for place in column if place >= len(circuit.gates)]
    assert [len(column) for column in arrangement.columns] == [2, 2, 2, 1]
    assert len(passages) == 2


@pytest.mark.parametrize(
    ("wanted", "gaps", "places"),
    [
        ([5.0], [], [5.0]),
        ([0, 100], [10], [0, 100]),
        ([0, 0], [10], [-5, 5]),
        ([10, 0], [4], [3, 7]),
        ([0, 0, 0, 100], [10, 10, 10], [-10, 0, 10, 100]),
        ([3, 2, 1], [0, 0], [2, 2, 2]),
    ],
)
def test_places_settle_near_where_they_are_wanted(wanted, gaps, places):
    assert settled(wanted, gaps) == pytest.approx(places)
