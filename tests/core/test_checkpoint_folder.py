"""A checkpoint takes the place of another as a whole: killed anywhere, beside another save, on no disk."""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import TrainingState
from s2s_core.errors import CannotWrite, CheckpointError, TrainingError

MODELS = [small_translator(seed=number) for number in range(8)]
OPERATIONS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.scandir", "os.truncate")


def saved(folder: Path, number: int) -> None:
    """A checkpoint of an unfinished run of which everything says the same number."""
    state = TrainingState(tensors={"weights/x": torch.full((3,), float(number))}, facts={"step": number})
    checkpoint.save(folder, MODELS[number], card=f"card {number}", log=f"log {number}", training_state=state)


def number_in(root: Path, name: str) -> int:
    """The number that all readers find under a name."""
    folder = root / name
    assert checkpoint.folders_in(root) == {name: folder}
    assert checkpoint.is_checkpoint(folder) and checkpoint.is_unfinished(folder)
    loaded = checkpoint.load(folder, device="cpu")
    assert checkpoint.describe(folder).info == loaded.info and loaded.info.name == name
    state = checkpoint.load_training_state(folder)
    assert state.tensors["weights/x"].tolist() == [state.facts["step"]] * 3
    number = int(state.facts["step"])
    assert torch.equal(loaded.net.encoder.embedding.weight, MODELS[number].net.encoder.embedding.weight)
    assert checkpoint.read_text(folder, checkpoint.CARD) == f"card {number}"
    assert checkpoint.read_text(folder, checkpoint.LOG) == f"log {number}"
    return number


def killed_before(operation: int, work: Callable[[], object]) -> bool:
    """Whether a process that does the work was still at it when it was killed before this operation on a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that other threads are not forked along
        child = os.fork()
    if child == 0:
        left = operation

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            left -= event in OPERATIONS
            if left < 0:
                os._exit(9)

        sys.addaudithook(count)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")
def test_killed_between_any_two_operations_a_save_leaves_the_old_or_the_new_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # which a kill, unlike a power cut, does not need
    found, operation = set[int](), 0
    while True:
        root = tmp_path / str(operation)
        saved(root / "run", 1)
        killed = killed_before(operation, lambda root=root: saved(root / "run", 2))
        number = number_in(root, "run")
        found.add(number)
        if operation % 2:
            checkpoint.tidy(root)
            assert [path.name for path in root.iterdir()] == ["run"] and number_in(root, "run") == number
        saved(root / "run", 3)
        assert number_in(root, "run") == 3
        assert [path.name for path in root.iterdir()] == ["run"], "the next save clears away what the killed one left"
        if not killed:
            break
        operation += 1
    assert found == {1, 2} and operation > 20


def frozen_before(operation: int, work: Callable[[], object], meanwhile: Callable[[], object]) -> bool:
    """Whether a process was still at the work when it was frozen before this operation; then it wakes up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        left = operation

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            left -= event in OPERATIONS
            if left == -1:
                left = 10**9
                os.kill(os.getpid(), signal.SIGSTOP)

        sys.addaudithook(count)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        return False
    meanwhile()
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    return True


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")
def test_frozen_between_any_two_operations_a_save_changes_nothing_once_another_has_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    operation, frozen = 0, True
    while frozen:
        root, taken = tmp_path / str(operation), tmp_path / f"taken {operation}"
        saved(root / "run", 1)

        def check(taken: Path = taken) -> None:
            if taken.exists():
                raise TrainingError("another one trains here")

        def work(root: Path = root, check: Callable[[], None] = check) -> None:
            with checkpoint.reserved(root / "run"), checkpoint.guarded(check):
                saved(root / "run", 2)

        def meanwhile(root: Path = root, taken: Path = taken) -> None:
            taken.touch()
            checkpoint.take_over(root / "run")
            with checkpoint.reserved(root / "run"):
                saved(root / "run", 3)

        frozen = frozen_before(operation, work, meanwhile)
        assert number_in(root, "run") == (3 if frozen else 2)
        saved(root / "run", 4)
        assert [path.name for path in root.iterdir()] == ["run"] and number_in(root, "run") == 4
        operation += 1
    assert operation > 20


def test_what_the_guard_refuses_is_not_put_in_its_place(tmp_path: Path) -> None:
    saved(tmp_path / "run", 1)
    with pytest.raises(ZeroDivisionError), checkpoint.guarded(lambda: 1 / 0):  # type: ignore[arg-type, return-value]
        saved(tmp_path / "run", 2)
    assert number_in(tmp_path, "run") == 1 and [path.name for path in tmp_path.iterdir()] == ["run"]
    saved(tmp_path / "run", 2)
    assert number_in(tmp_path, "run") == 2


def test_a_folder_that_is_not_there_yet_is_taken_over_as_well(tmp_path: Path) -> None:
    checkpoint.take_over(tmp_path / "none" / "run")
    with checkpoint.reserved(tmp_path / "run"):
        checkpoint.take_over(tmp_path / "run")
        with checkpoint.reserved(tmp_path / "run"):
            saved(tmp_path / "run", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_is_being_saved_is_not_put_right(tmp_path: Path) -> None:
    saved(tmp_path / "run", 1)
    with checkpoint.replacing(tmp_path / "run") as new:
        (new / "half").write_text("half")
        checkpoint.tidy(tmp_path)
        assert (new / "half").exists()
        (new / "half").unlink()
        (new / "manifest.json").write_bytes(b"{}")
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["manifest.json"]


def test_names_that_begin_alike_do_not_clear_each_other_away(tmp_path: Path) -> None:
    with checkpoint.replacing(tmp_path / "a.b") as new:
        saved(tmp_path / "a", 1)
        checkpoint.tidy(tmp_path)
        assert new.is_dir()
        (new / "manifest.json").write_bytes(b"{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.b"]


def test_many_who_save_at_once_leave_one_of_theirs_whole(tmp_path: Path) -> None:
    threads = [threading.Thread(target=saved, args=(tmp_path / "run", number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number_in(tmp_path, "run") in range(8)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_save_within_a_save_of_the_same_folder_is_refused_and_does_not_wait(tmp_path: Path) -> None:
    with checkpoint.replacing(tmp_path / "run") as new:
        with pytest.raises(CannotWrite, match="something else is saving there"):
            saved(tmp_path / "run", 1)
        (new / "manifest.json").write_bytes(b"{}")


def test_a_link_leads_to_the_folder_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "large disk").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "large disk")
    saved(tmp_path / "run", 1)
    saved(tmp_path / "run", 2)
    assert (tmp_path / "run").is_symlink() and (tmp_path / "large disk" / "CARD.md").read_text() == "card 2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large disk", "run"]


def test_one_at_a_time_trains_into_a_folder_and_whoever_is_killed_keeps_nobody_out(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "run"
    with checkpoint.reserved(folder):
        with pytest.raises(TrainingError, match=r"something else is training into .*run already"):
            checkpoint.reserved(folder).__enter__()
        with checkpoint.reserved(tmp_path / "new" / "other"):
            saved(folder, 1)
    assert [path.name for path in folder.parent.iterdir()] == ["run"]
    if hasattr(os, "fork"):

        def killed() -> None:
            with checkpoint.reserved(folder):
                os._exit(9)

        assert killed_before(10**6, killed)
        assert (folder.parent / ".run.running").exists()
        with checkpoint.reserved(folder):
            pass
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_folders_on_the_way_that_nothing_was_written_into_do_not_stay(tmp_path: Path) -> None:
    with checkpoint.reserved(tmp_path / "a" / "b" / "run"):
        assert (tmp_path / "a" / "b").is_dir()
    assert not list(tmp_path.iterdir())


def file_in_the_way(root: Path) -> Path:
    (root / "file").write_text("mine")
    return root / "file"


def folder_of_somebody(root: Path) -> Path:
    (root / "letters").mkdir()
    (root / "letters" / "mine.txt").write_text("mine")
    return root / "letters"


PLACES: dict[str, Callable[[Path], Path]] = {
    "a file": file_in_the_way,
    "below a file": lambda root: file_in_the_way(root) / "run",
    "far below a file": lambda root: file_in_the_way(root) / "a" / "b" / "run",
    "a folder of somebody's": folder_of_somebody,
    "a long name": lambda root: root / ("x" * 300),
    "a name too long for what is beside it": lambda root: root / ("x" * 250),
    "a long name in letters of three bytes": lambda root: root / ("가" * 90),
    "a long name on the way": lambda root: root / ("x" * 300) / "run",
    "a path that is too long": lambda root: root.joinpath(*["x" * 200] * 30),
    "a NUL": lambda root: root / "a\0b",
    "half a character": lambda root: root / "a\ud800",
    "no disk": lambda root: Path("/proc/run"),
    "no disk, deeper": lambda root: Path("/proc/a/b/run"),
    "a device": lambda root: Path("/dev/null"),
    "below a device": lambda root: Path("/dev/null/run"),
    "the root": lambda root: Path("/"),
    "a link in a circle": lambda root: (root / "circle").symlink_to(root / "circle") or root / "circle",
    "below a link to nowhere": lambda root: (
        (root / "nowhere").symlink_to("/proc/absent") or root / "nowhere" / "a" / "b"
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="other names and devices")
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_what_cannot_be_written_is_known_before_and_said_in_one_sentence(
    tmp_path: Path, place: Callable[[Path], Path]
) -> None:
    folder = place(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for attempt in (checkpoint.require_writable, lambda folder: checkpoint.reserved(folder).__enter__()):
        with pytest.raises(CannotWrite) as caught:
            attempt(folder)
        assert str(caught.value).startswith("cannot save: ") and str(caught.value).isprintable()
        assert len(str(caught.value)) < 450
    with pytest.raises(CannotWrite):
        saved(folder, 1)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["run", "run ", "run.", "CON", "😀", "한글", "a:b", "-x", "x" * 230])
def test_a_name_that_the_disk_takes_is_taken(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "new" / name
    try:
        folder.mkdir(parents=True)
    except OSError:
        pytest.skip("this disk does not")
    checkpoint.require_writable(folder)
    folder.rmdir()
    folder.parent.rmdir()
    checkpoint.require_writable(folder)
    assert not list(tmp_path.iterdir())
    saved(folder, 1)
    assert number_in(folder.parent, name) == 1


def test_an_unfinished_run_is_asked_for_by_name(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such folder"):
        checkpoint.require_unfinished(tmp_path / "absent")
    checkpoint.save(tmp_path / "run", small_translator(), card="")
    with pytest.raises(CheckpointError, match="no unfinished training run"):
        checkpoint.require_unfinished(tmp_path / "run")
