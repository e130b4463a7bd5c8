"""A run on two processes is the run of one with the same batches; one that dies leaves a clear error and its work."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import one_of_several
import pytest

from s2s_core import checkpoint

SCRIPT = Path(one_of_several.__file__)


@pytest.fixture
def start(tmp_path):
    """Starts both processes of a run, as torchrun does, and ends what is left of them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = []

    def start(*, steps: int, batch_size: int) -> tuple[subprocess.Popen[str], subprocess.Popen[str]]:
        for rank in range(2):
            group = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
            place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "PYTHONPATH": str(SCRIPT.parents[1])}
            started.append(
                subprocess.Popen(
                    [sys.executable, str(SCRIPT), str(tmp_path / "run"), str(steps), str(batch_size)],
                    env=os.environ | group | place,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
        return started[0], started[1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("batch_size", [13, 104])
def test_two_processes_give_the_losses_of_one(start, tmp_path, batch_size):
    """Also where a batch cannot be halved (13), and where a single pair (105 - 104) leaves a process without any."""
    alone = [step.loss for step in one_of_several.steps(None, steps=15, batch_size=batch_size)]
    first, second = start(steps=15, batch_size=batch_size)
    out, errors = first.communicate(timeout=120)
    assert (first.returncode, second.wait(timeout=120)) == (0, 0), errors
    together = [float(line.split()[1]) for line in out.splitlines()]
    assert together == pytest.approx(alone, rel=1e-5)
    assert second.communicate()[0] == ""


def test_where_one_dies_the_other_says_so_and_the_checkpoint_is_whole(start, tmp_path):
    first, second = start(steps=1_000_000, batch_size=8)
    assert first.stdout is not None
    for _ in range(12):  # two checkpoints were written
        assert first.stdout.readline()
    second.kill()
    _, errors = first.communicate(timeout=120)
    assert first.returncode == 1
    said = [line for line in errors.splitlines() if line.startswith("error:")]
    assert said == [
        "error: another process of the run has ended, so this one cannot go on: --resume goes on from the last "
        "checkpoint"
    ]
    assert "Traceback" not in errors
    assert checkpoint.load(tmp_path / "run").info.title == "Tiny"
    assert checkpoint.load_training_state(tmp_path / "run").facts["step"] >= 10
