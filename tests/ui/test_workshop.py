"""Trainings of one server: side by side, paused, ended, found again, and never in each other's way."""

import gzip
import io
import shutil
import time
import zipfile
from contextlib import nullcontext

import pytest
from disks import full_disk

from s2s_core import checkpoint
from s2s_core.errors import CannotWrite, CheckpointError, DataError, S2SError
from s2s_core.recipes import OWN, Choice
from s2s_ui.capacity.places import Places
from s2s_ui.panels import training_order as ordering
from s2s_ui.workshop import TooMany, Training, Workshop, archive, shop

CHOICE = Choice(task="reverse", size=32, steps=60)
PAIRS = "".join(f"number {n}\t{n:b}\n" for n in range(300)).encode()
SECONDS = 600  # to wait at most, however busy the machine is


@pytest.fixture
def workshop(tmp_path, few_letters):
    made = Workshop(tmp_path / "runs", Places(2), most=3)
    yield made
    for training in made._trainings.values():
        training.pause()
        training.join(SECONDS)


def until(training: Training, holds) -> None:
    """Wait until the progress is such."""
    deadline = time.monotonic() + SECONDS
    while not holds(training.progress):
        assert time.monotonic() < deadline and training.progress.problem is None, training.progress
        time.sleep(0.005)  # there is no event to wait for: whoever looks at a training looks now and then


def weights(training: Training) -> bytes:
    return (training.folder / "model.safetensors").read_bytes()


def test_a_training_reports_and_leaves_a_checkpoint_with_its_card(workshop):
    training = workshop.order(CHOICE)
    training.join(SECONDS)
    progress = training.progress
    assert (progress.status, progress.step, progress.steps, progress.saved) == ("finished", 60, 60, True)
    assert [step for step, _loss in progress.losses] == list(range(1, 61))
    assert [step for step, _loss, _scores in progress.scores] == list(range(6, 61, 6))
    assert progress.probe is not None and len(progress.samples) == 3
    name = training.order.name
    assert workshop.folders() == {name: training.folder}
    assert f"--out runs/{name}" in (training.folder / checkpoint.CARD).read_text(encoding="utf-8")
    assert [snapshot.step for snapshot in checkpoint.snapshots(training.folder)][-1] == 60


def test_a_pause_changes_no_number(workshop):
    whole = workshop.order(CHOICE)
    whole.join(SECONDS)
    paused = workshop.order(CHOICE)
    until(paused, lambda progress: progress.step >= 7)
    paused.pause()
    paused.join(SECONDS)
    assert paused.progress.status == "paused" and 7 <= paused.progress.step < 60
    assert checkpoint.is_unfinished(paused.folder)
    workshop.go_on(paused)
    paused.join(SECONDS)
    assert paused.progress.status == "finished"
    assert paused.progress.losses == whole.progress.losses and weights(paused) == weights(whole)


def test_what_is_ended_is_scored_with_the_best_weights_so_far(workshop):
    training = workshop.order(Choice(task="reverse", size=32, steps=4000))
    until(training, lambda progress: progress.step >= 3)
    training.end()
    training.join(SECONDS)
    assert training.progress.status == "finished" and 3 <= training.progress.step < 4000
    card = (training.folder / checkpoint.CARD).read_text(encoding="utf-8")
    assert "it was ended before the 4,000 updates that were planned" in card and "## Scores" in card


def test_to_end_a_training_twice_is_to_end_it_once(workshop, monkeypatch):
    training = workshop.order(Choice(task="reverse", size=32, steps=4000))
    until(training, lambda progress: progress.step >= 3)
    show = Training._show
    monkeypatch.setattr(Training, "_show", lambda self, event: (show(self, event), self.end()))  # clicks on and on
    training.join(SECONDS)
    assert training.progress.status == "finished" and training.progress.problem is None


def test_one_training_does_not_stop_another(workshop):
    one = workshop.order(Choice(task="reverse", size=32, steps=4000))
    until(one, lambda progress: progress.step >= 3)
    other = workshop.order(Choice(task=OWN, size=32, steps=1000), file="n.tsv", pairs=PAIRS)
    until(other, lambda progress: progress.step >= 3)
    reached = one.progress.step
    assert one.progress.active and other.progress.active
    until(one, lambda progress: progress.step >= reached + 3)
    one.end()
    one.join(SECONDS)
    assert one.progress.status == "finished" and other.progress.active
    until(other, lambda progress: progress.scores)
    assert "chrf" in other.progress.scores[-1][2]


def test_as_many_at_once_as_the_server_takes(workshop):
    long = Choice(task="reverse", size=32, steps=4000)
    trainings = [workshop.order(long) for _ in range(3)]
    with pytest.raises(TooMany):
        workshop.order(long)
    assert len(list((workshop.root / ".orders").iterdir())) == 3
    trainings[0].pause()
    trainings[0].join(SECONDS)
    trainings.append(workshop.order(long))
    with pytest.raises(TooMany):
        workshop.go_on(trainings[0])


def test_a_server_that_starts_anew_finds_what_was_finished_and_what_was_not(workshop):
    finished, paused = (
        workshop.order(CHOICE),
        workshop.order(Choice(task=OWN, size=32, steps=60), file="n.tsv", pairs=PAIRS),
    )
    until(paused, lambda progress: progress.step >= 8)
    paused.pause()
    for training in (finished, paused):
        training.join(SECONDS)
    anew = Workshop(workshop.root, Places(2))
    found = anew.training(finished.order.name)
    assert found is not None and found.order == finished.order
    assert (found.progress.status, found.progress.step, found.progress.best_step) == (
        "finished",
        60,
        finished.progress.best_step,
    )
    assert [step for step, _loss, _scores in found.progress.scores] == list(range(6, 61, 6))
    assert found.progress.scores[-1][2].keys() == {"exact"}
    rest = anew.training(paused.order.name)
    assert rest is not None and rest.progress.status == "paused"
    anew.go_on(rest)
    rest.join(SECONDS)
    assert rest.progress.status == "finished" and rest.progress.step == 60


@pytest.mark.parametrize("name", ["", "reverse-0", "../runs", ".orders", "dates"])
def test_an_unknown_name_is_no_training(workshop, name):
    assert workshop.training(name) is None


def test_an_order_that_cannot_be_read_is_no_training(workshop, caplog):
    place = workshop.root / ".orders" / "reverse-1"
    place.mkdir(parents=True)
    (place / "order.json").write_text('{"choice": {"task": "poems"}, "file": ""}', encoding="utf-8")
    assert workshop.training("reverse-1") is None and "cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"one\n", "one column"),
        (b"a\tb\n", "too few"),
        (b"\xff\tb\n", "UTF-8"),
        (gzip.compress(PAIRS), "is packed"),
    ],
)
def test_pairs_that_cannot_be_used_are_said_and_leave_nothing(workshop, content, said):
    with pytest.raises(DataError, match=said):
        workshop.order(Choice(task=OWN), file="../../mine.tsv", pairs=content)
    assert not list(workshop.root.rglob("*.json")) and not list(workshop.root.rglob("mine*"))


def test_many_pairs_are_sorted_where_the_training_is_prepared(workshop):
    few, many = (b"a\tb\n" * rows for rows in (shop.AT_ONCE, shop.AT_ONCE + 1))
    with pytest.raises(DataError, match="too few"):
        workshop.order(Choice(task=OWN), file="n.tsv", pairs=few)
    training = workshop.order(Choice(task=OWN), file="n.tsv", pairs=many)
    training.join(SECONDS)
    assert training.progress.status == "failed" and "too few" in str(training.progress.problem)


def test_a_training_that_breaks_says_so_and_lets_the_others_be(workshop, monkeypatch, caplog):
    broken = workshop.order(Choice(task=OWN, size=32, steps=200), file="n.tsv", pairs=PAIRS)
    until(broken, lambda progress: progress.step >= 1)
    monkeypatch.setattr("s2s_core.training.run.Run.validate", lambda run: 1 / 0)
    broken.join(SECONDS)
    assert broken.progress.status == "failed" and "inside the program" in str(broken.progress.problem)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    fine = workshop.order(CHOICE)
    fine.join(SECONDS)
    assert fine.progress.status == "finished"


def test_a_downloaded_checkpoint_opens_elsewhere(workshop, tmp_path):
    training = workshop.order(CHOICE)
    until(training, lambda progress: progress.scores)
    training.pause()
    training.join(SECONDS)
    zipfile.ZipFile(io.BytesIO(archive(training.folder))).extractall(tmp_path / "elsewhere")
    folder = tmp_path / "elsewhere" / training.order.name
    assert checkpoint.load(folder, device="cpu").trace("abc").text == "abc"
    assert not checkpoint.is_unfinished(folder)


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "../../a.csv", ".csv", "a\0b:c?.csv", ""])
def test_a_file_may_be_called_anything(workshop, name):
    training = workshop.order(Choice(task=OWN, size=32, steps=4000), file=name, pairs=PAIRS)
    (kept,) = [path for path in (workshop.root / ".orders" / training.order.name).iterdir() if path.suffix != ".json"]
    assert kept.read_bytes() == PAIRS
    found = {path.name for path in workshop.root.iterdir()}
    own = {name for name in found if name.startswith(f".{training.order.name}.")}  # while it is being saved
    assert found - own <= {".orders", training.order.name}


@pytest.mark.parametrize("free", [0, 10, 3000])
def test_an_order_on_a_full_disk_is_said_and_leaves_nothing(workshop, free):
    with full_disk(free), pytest.raises(CannotWrite) as caught:
        workshop.order(Choice(task=OWN, size=32), file="n.tsv", pairs=PAIRS)
    assert caught.value.full and "disk of this server is full" in ordering.problem(caught.value)
    assert not [path for path in workshop.root.rglob("*") if path.name != ".orders"]
    fine = workshop.order(CHOICE)
    fine.join(SECONDS)
    assert fine.progress.status == "finished"


def test_a_disk_that_fills_up_stops_a_training_that_goes_on_once_there_is_room(workshop, monkeypatch):
    whole = workshop.order(CHOICE)
    whole.join(SECONDS)
    save, full = checkpoint.save, [False]

    def filling(*given, **options):
        with full_disk(1000) if full[0] else nullcontext():
            save(*given, **options)

    monkeypatch.setattr(checkpoint, "save", filling)
    training = workshop.order(CHOICE)
    until(training, lambda progress: progress.saved)
    full[0] = True
    training.join(SECONDS)
    assert training.progress.status == "failed" and isinstance(training.progress.problem, CannotWrite)
    assert "disk of this server is full" in ordering.said(training.progress)
    assert checkpoint.load(training.folder, device="cpu") and training.progress.saved
    assert {path.name for path in workshop.root.iterdir()} == {".orders", whole.order.name, training.order.name}
    full[0] = False
    workshop.go_on(training)
    training.join(SECONDS)
    assert training.progress.status == "finished" and weights(training) == weights(whole)


@pytest.mark.parametrize("root", ["file", "file/runs", "x" * 300, "/proc/runs"])
def test_a_folder_of_trainings_that_cannot_be_written_is_said(tmp_path, few_letters, root):
    (tmp_path / "file").write_text("mine")
    workshop = Workshop(tmp_path / root, Places(2))
    assert workshop.folders() == {} and workshop.training("reverse-0") is None
    with pytest.raises(CannotWrite) as caught:
        workshop.order(CHOICE)
    assert "This server cannot save what it trains" in ordering.problem(caught.value)


def test_a_folder_that_is_deleted_while_it_is_trained_into_lets_the_others_be(workshop):
    deleted, other = workshop.order(Choice(task="reverse", size=32, steps=100)), workshop.order(CHOICE)
    until(deleted, lambda progress: progress.saved)
    shutil.rmtree(workshop.root)
    for training in (deleted, other):
        training.join(SECONDS)
        assert training.progress.status == "finished" or isinstance(training.progress.problem, S2SError)
        assert "inside the program" not in str(training.progress.problem)


def test_a_server_clears_away_what_a_killed_one_left_and_nothing_else(workshop):
    training = workshop.order(CHOICE)
    training.join(SECONDS)
    name = training.order.name
    left = [f".{name}.0a1b2c3d.part", ".dates-00000000.0a1b2c3d.part", f".orders/.{name}.0a1b2c3d.part"]
    for path in left:
        (workshop.root / path / "half").mkdir(parents=True)
    (workshop.root / f".{name}.saving").touch()
    (workshop.root / f".{name}.running").touch()
    (workshop.root / "mine").mkdir()
    (workshop.root / ".orders" / "own-00000000").mkdir()
    (workshop.root / ".orders" / "own-00000000" / "pairs.tsv").write_bytes(PAIRS)
    training.folder.rename(workshop.root / f".{name}.previous")
    anew = Workshop(workshop.root, Places(2))
    assert {path.name for path in workshop.root.iterdir()} == {".orders", "mine", name}
    assert [path.name for path in (workshop.root / ".orders").iterdir()] == [name]
    found = anew.training(name)
    assert found is not None and found.progress.status == "finished" and found.progress.step == 60


def test_a_damaged_log_loses_the_curves_and_not_the_training(workshop):
    training = workshop.order(CHOICE)
    training.join(SECONDS)
    path = training.folder / checkpoint.LOG
    for log in (b"", b"\xff\xfe", b"step\nx\n", b"a,b\n1\n", b"step,epoch\n1\n", b'"' * 200_000, None):
        path.unlink() if log is None else path.write_bytes(log)
        found = Workshop(workshop.root, Places(2)).training(training.order.name)
        assert found is not None and found.progress.status == "finished" and found.progress.losses == ()


@pytest.mark.parametrize(
    "name", ["\U0002000b" * 200 + ".tsv", "CON.tsv", "\ud800.tsv", "a\nb\x1b.tsv", "order.json", "😀"]
)
def test_a_file_may_be_called_what_a_disk_does_not_take(workshop, name):
    training = workshop.order(Choice(task=OWN, size=32, steps=4000), file=name, pairs=PAIRS)
    kept = [path for path in (workshop.root / ".orders" / training.order.name).iterdir() if path.name != "order.json"]
    assert [path.read_bytes() for path in kept] == [PAIRS]
    found = Workshop(workshop.root, Places(2)).training(training.order.name)
    assert found is not None and found.order == training.order and found.pairs == training.pairs


def test_an_order_of_an_older_server_finds_its_pairs(workshop):
    training = workshop.order(Choice(task=OWN, size=32, steps=4000), file="x" * 300 + ".tsv", pairs=PAIRS)
    training.pause()
    training.join(SECONDS)
    place = workshop.root / ".orders" / training.order.name
    assert training.pairs is not None
    training.pairs.rename(place / ("x" * 76 + ".tsv"))
    found = Workshop(workshop.root, Places(2)).training(training.order.name)
    assert found is not None and found.pairs is not None and found.pairs.read_bytes() == PAIRS


def test_an_archive_of_what_is_gone_is_said(workshop, tmp_path):
    with pytest.raises(CheckpointError, match="there is no such folder"):
        archive(tmp_path / "gone")


def test_a_training_that_waits_for_its_preparation_says_so_and_can_be_paused(workshop):
    with workshop.places.preparation(lambda: None, lambda: False):
        training = workshop.order(CHOICE)
        until(training, lambda progress: progress.status == "waiting")
        assert training.progress.active
        training.pause()
        training.join(SECONDS)
        assert training.progress.status == "paused"
        workshop.go_on(training)
        until(training, lambda progress: progress.status == "waiting")
    until(training, lambda progress: progress.status == "training")
