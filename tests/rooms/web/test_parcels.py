"""What a page hands over is read as `glassnet` reads it on the command line, or refused with a reason."""

import io
import zipfile

import numpy as np
import pytest

from glassnet.data import Camera, digits
from glassnet.errors import DataError, MessageError
from glassnet.network import Network
from glassnet.training import Plan
from glassnet.web import opening
from glassnet.web.parcels import Parcel, read_parcel
from live_session import Live
from parcels import packed, png

TABLE = b"length,width,kind\n1,2,a\n3,4,b\n5,1,a\n2,2,b\n"


def hand(live, kind, name, files, **more):
    live.session.take(read_parcel(packed(kind, name, files, **more)))
    live.session.work()
    return live.ready()


def errors(live):
    return [message["text"] for message in live.all("error")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a label and files"),
        (b"\x00\x00\x00\x00", "a label and files"),
        (b"\xff\xff\xff\xffxx", "a label and files"),
        (b"\x02\x00\x00\x00[]", "the fields kind, name and files"),
        (b"\x02\x00\x00\x00{x", "expected one JSON object"),
        (packed("script", "a.png", b"x"), "got the kind 'script'"),
        (packed(["model"], "a.png", b"x"), "got the kind"),
        (packed("picture", "a.png", {}), "expected 1 to 1 files"),
        (packed("picture", "a.png", {"a.png": b"x", "b.png": b"x"}), "expected 1 to 1 files"),
        (packed("picture", "a.png", b"x") + b"more", "not as large as the label says"),
        (packed("picture", "a.png", b"xxx")[:-1], "not as large as the label says"),
        (packed("picture", "", {"a.png": b"x"}), "names of 1 to 200 letters"),
        (packed("picture", "x" * 201, b"x"), "names of 1 to 200 letters"),
        (packed("webcam", "webcam", b"xx", rows=1, columns=1), "expected 3 bytes, got 2"),
        (packed("webcam", "webcam", b"xx", rows=0, columns=1), "webcam, rows: got 0"),
        (packed("webcam", "webcam", b"", rows=2000, columns=1), "webcam, rows: got 2000"),
        (packed("webcam", "webcam", b"xxx"), "expected a whole number"),
        (packed("folder", "f", {}), "expected 1 to 20,000 files"),
        (packed("folder", "f", {f"a/{k}": b"" for k in range(20_001)}), "expected 1 to 20,000 files"),
    ],
)
def test_what_is_no_parcel_is_refused(content, message):
    with pytest.raises(MessageError) as refused:
        read_parcel(content)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "name",
    ["../a", "a/b", "..", ".hidden", "/etc/passwd", "C:\\a", "a\x00", "a\nb", "\u202egnp.a"],
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(MessageError, match="no plain name"):
        read_parcel(packed("table", name, b"x"))
    with pytest.raises(MessageError, match=r"no plain name|names of 1"):
        read_parcel(packed("folder", "f", {f"cats/{name}": b"x"}))
    with pytest.raises(MessageError, match=r"no plain name|names of 1"):
        read_parcel(packed("folder", "f", {f"{name}/1.png": b"x"}))


def test_a_size_that_lies_is_refused():
    honest = packed("picture", "a.png", b"x")
    for lie in (b"-1", b"2 ", b"1e9", b'"1"'):
        text = honest[4:-1].replace(b'"size": 1', b'"size": ' + lie)
        with pytest.raises(MessageError, match=r"size|not as large"):
            read_parcel(len(text).to_bytes(4, "little") + text + b"x")


def test_a_picture_gives_the_same_numbers_as_the_camera():
    live = Live()
    content = png([[0, 255, 7], [51, 204, 90], [9, 9, 9]])
    frame = hand(live, "picture", "a.png", content)
    assert frame["inputs"] == Camera(2, 2).picture(content).tolist()
    assert frame["example"] is None


def test_a_picture_that_is_a_pattern_has_its_right_answer():
    frame = hand(Live(), "picture", "a.png", png([[255, 255], [0, 0]], scale=5))
    assert frame["truth"] is not None
    assert frame["answer"]["category"] == "horizontal"


def test_a_webcam_picture_is_averaged_by_area_and_does_not_bleed():
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[:2, :2] = 255
    pixels[2, 3] = 100
    frame = hand(Live(), "webcam", "webcam", pixels.tobytes(), rows=4, columns=4)
    assert frame["inputs"] == Camera(2, 2).picture(pixels).tolist()
    assert frame["inputs"][:3] == [1, -1, -1]


def test_what_is_no_picture_is_said_by_the_name_that_a_person_knows():
    live = Live()
    before = live.say("example", example=6)
    hand(live, "picture", "notes.png", b"hello")
    assert errors(live)[0].startswith("notes.png: not a picture that can be read")
    assert live.last("frame")["inputs"] == before["inputs"]


def test_a_table_opens_as_an_experiment_of_its_own():
    live = Live()
    hand(live, "table", "flowers.csv", TABLE)
    structure = live.last("structure")
    assert structure["data"] == "flowers"
    assert structure["inputs"] == ["length", "width"]
    assert structure["categories"] == ["a", "b"]
    assert live.last("experiments")["experiments"][-1] == {"name": "own flowers.csv", "title": "flowers.csv"}
    assert live.last("notice")["text"].startswith("Opened flowers.csv: flowers, 4 examples")
    live.say("open", experiment="drawn")
    live.say("open", experiment="own flowers.csv")
    assert live.last("structure")["data"] == "flowers"
    hand(live, "picture", "a.png", png([[0]]))
    assert "does not look at pictures" in errors(live)[-1]


def test_a_table_is_shown_in_its_own_units_and_a_text_by_its_name():
    live = Live()
    hand(live, "table", "plots.csv", b"size,soil,kind\n10,clay,a\n-30,sand,b\n20.5,peat,a\n")
    assert live.last("structure")["columns"] == [
        {"name": "size", "first": 0, "values": None},
        {"name": "soil", "first": 1, "values": ["clay", "peat", "sand"]},
    ]
    assert live.say("example", example=1)["own"] == ["-30", "sand"]
    assert live.say("inputs", values=[1, 0, 1, 0])["own"] == ["20.5", "peat"]
    for mixture in ([0.3, 0, 0], [1, 1, 0], [0, 0, 0]):
        assert live.say("inputs", values=[0, *mixture])["own"] == ["-4.75", ""]
    live.say("open", experiment="drawn")
    assert live.last("structure")["columns"] is None
    assert live.last("frame")["own"] is None


def test_what_is_missing_in_a_table_is_said_with_the_words_of_the_page():
    live = Live()
    hand(live, "table", "gaps.csv", b"size,kind\n1,a\n,b\n")
    failed = live.last("table")["failed"]
    assert "choose “filled” below" in failed
    assert "missing=" not in failed


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("flowers.csv", b"a,b\n1\n", "flowers.csv, line 2"),
        ("flowers.csv", b"\xff\xfe\x00", "flowers.csv"),
        ("flowers.csv", b"", "flowers.csv"),
        ("arrays.npz", b"PK nonsense", "arrays.npz: no .npz file"),
        ("prog.exe", b"MZ", "prog.exe: expected a table"),
        ("bomb.zip", b"PK", "bomb.zip: expected a table"),
        ("table.csv.gz", b"\x1f\x8b", "expected a table"),
    ],
)
def test_what_is_no_table_is_refused_in_the_words_of_the_loader(name, content, message):
    live = Live()
    hand(live, "table", name, content)
    assert message in errors(live)[0]
    assert "glassnet-" not in errors(live)[0]
    assert live.last("structure")["experiment"] == "drawn"


def test_arrays_open_and_those_with_objects_do_not():
    images = np.random.default_rng(0).integers(0, 256, (60, 3, 3), dtype=np.uint8)
    content = io.BytesIO()
    np.savez(content, images=images, labels=np.arange(60) % 2)
    live = Live()
    hand(live, "table", "a.npz", content.getvalue())
    assert live.last("structure")["shape"] == (3, 3)
    assert live.last("structure")["n_held_out"] == 12
    content = io.BytesIO()
    np.savez(content, images=np.array([{}, print]), labels=[0, 1])
    hand(live, "table", "b.npz", content.getvalue())
    assert "Python objects" in errors(live)[0]


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch):
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("images.npy", "w") as file,
    ):
        for _ in range(520):
            file.write(bytes(1 << 20))
    assert len(content.getvalue()) < 1 << 20
    with pytest.raises(DataError, match=r"bomb\.npz: unpacked it has .* expected at most"):
        opening.own_data(Parcel("table", "bomb.npz", (("bomb.npz", content.getvalue()),)))


@pytest.mark.parametrize(("most", "said"), [("MOST_ROWS", "about 5 rows"), ("MOST_CELLS", "about 13 cells")])
def test_a_table_of_too_many_rows_or_cells_is_refused_before_it_is_read(monkeypatch, most, said):
    monkeypatch.setattr(opening, most, 4)
    monkeypatch.setattr(opening, "read_csv", lambda _path: pytest.fail("it was read"))
    monkeypatch.setattr(opening.data, "load", lambda *_given, **_options: pytest.fail("it was read"))
    parcel = Parcel("table", "long.csv", (("long.csv", b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n"),))
    assert opening.table_columns(parcel) == []
    with pytest.raises(DataError, match=f"long.csv: {said}, expected at most 4"):
        opening.own_data(parcel)


def test_a_folder_of_pictures_is_the_data_set_that_load_folder_makes():
    levels = {"cat": 200, "dog": 20}
    files = {f"{name}/{k}.png": png([[k, levels[name]]] * 2) for name in levels for k in (1, 2)}
    live = Live()
    hand(live, "folder", "pets", files)
    structure = live.last("structure")
    assert structure["categories"] == ["cat", "dog"]
    assert structure["shape"] == (2, 2)
    assert [one["name"] for one in structure["examples"]] == [
        "cat/1.png",
        "cat/2.png",
        "dog/1.png",
        "dog/2.png",
    ]
    live.say("example", example=1)
    seen = Camera(2, 2).picture(files["cat/2.png"]).astype(np.float32)
    assert live.last("frame")["inputs"] == seen.astype(float).tolist()


def test_a_folder_that_is_none_is_refused():
    live = Live()
    hand(live, "folder", "pets", {"cat/1.png": png([[1]])})
    assert errors(live)[-1].startswith("pets: only the sub-folder 'cat'")
    hand(live, "folder", "pets", {"cat/1.png": png([[1]]), "dog/2.png": b"text"})
    assert errors(live)[-1].startswith("pets/dog/2.png: not a picture that can be read")


def saved(network, path, training=None):
    return network.save(path / "m.safetensors", training).read_bytes()


def test_a_model_opens_with_the_data_that_fit_it(tmp_path):
    live = Live()
    network = Network.drawn_four_pixel()
    network.parameters[0] = 0.25
    hand(live, "model", "mine.safetensors", saved(network, tmp_path))
    assert live.last("structure")["data"] == "four-pixel"
    assert live.session.teacher.network.parameters[0] == 0.25
    some = digits()
    other = Network([64, 5, 10], categories=some.categories, encoder=some.encoder)
    plan = Plan(source="digits", layers=(5,)).to_json()
    hand(live, "model", "d.safetensors", saved(other, tmp_path, {"plan": plan}))
    assert live.last("structure")["n_held_out"] > 0
    assert live.last("structure")["sizes"] == [64, 5, 10]


def test_a_model_without_data_or_with_a_path_in_it_reaches_no_file(tmp_path):
    (tmp_path / "t.csv").write_bytes(TABLE)
    plan = Plan(source=str(tmp_path / "t.csv")).to_json()
    network = Network([2, 3, 2], categories=["a", "b"])
    live = Live()
    hand(live, "model", "m.safetensors", saved(network, tmp_path, {"plan": plan}))
    assert "open the data that it is for first" in errors(live)[-1]
    hand(live, "table", "t.csv", TABLE)
    hand(live, "model", "m.safetensors", saved(network, tmp_path, {"plan": plan}))
    assert live.last("structure")["experiment"] == "own m.safetensors"
    hand(live, "model", "m.safetensors", b"nonsense")
    assert errors(live)[-1].startswith("m.safetensors: no whole safetensors file")


def test_of_many_the_oldest_is_forgotten():
    live = Live()
    for k in range(6):
        hand(live, "table", f"{k}.csv", TABLE)
    names = [one["name"] for one in live.last("experiments")["experiments"]]
    assert names[-4:] == [f"own {k}.csv" for k in (2, 3, 4, 5)]
    assert "drawn" in names
    assert "own 1.csv" not in names


def test_parcels_do_not_pile_up():
    live = Live()
    parcel = read_parcel(packed("picture", "a.png", b"x"))
    for _ in range(5):
        live.session.take(parcel)
    with pytest.raises(MessageError, match="too much is waiting"):
        live.session.take(parcel)
