"""A lock has one holder at a time, whichever thread or process, and none that is dead."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from s2s_core.locks import Taken, locked, take_away

HOLDER = """
import sys
from pathlib import Path
from s2s_core.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_is_held_by_one_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path):
        with pytest.raises(Taken):
            locked(path, seconds=60.0).__enter__()  # by the one who holds it: no use to wait
        with locked(tmp_path / "other"):
            pass
    assert not list(tmp_path.iterdir())


def test_threads_take_turns(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with locked(tmp_path / "lock", seconds=600.0):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1 and not list(tmp_path.iterdir())


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    root = Path(__file__).parents[2]
    holder = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(Taken):
        locked(tmp_path / "lock").__enter__()
    holder.kill()
    holder.communicate()
    with locked(tmp_path / "lock"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_lock_whose_folder_is_deleted_does_not_take_anothers_along(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path):
        path.unlink()
        with locked(tmp_path / "second"):
            path.write_text("another's")
    assert path.read_text() == "another's"


def test_a_lock_that_is_taken_away_is_free_and_its_holder_takes_nothing_along(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    take_away(path)
    with locked(path):
        take_away(path)
        held = locked(path)
        held.__enter__()
    with pytest.raises(Taken):
        locked(path).__enter__()
    held.__exit__(None, None, None)
    assert not list(tmp_path.iterdir())
