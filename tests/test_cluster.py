"""Sweeps and trainings on a Ray cluster whose nodes are killed while they train. One cluster for the whole file."""

import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from s2s_core import checkpoint
from s2s_core.cli import main
from s2s_core.recipes import Choice, Evaluated, run
from s2s_core.sweep import Done, Folder, NoCluster, Plan, remote_run, sweep
from s2s_core.sweep.cluster import _bring, _task, silence
from s2s_core.sweep.work import work
from s2s_core.training import StepDone
from s2s_ui.capacity.places import Places
from s2s_ui.panels import training_order
from s2s_ui.workshop import Workshop

ROOT = Path(__file__).parents[1]
PLAN = Plan(
    family="reverse",
    members=("reverse",),
    seeds=(1,),
    model={"encoder_hidden": 8, "decoder_hidden": 8, "max_tgt_len": 14},
    train={"steps": 300, "validate_every": 25},
    sizes={"train_size": 200, "dev_size": 10, "test_size": 20},
)
SECONDS = 600  # to wait at most, however busy the machine is
pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # Ray's own
    pytest.mark.skipif(sys.platform != "linux", reason="what a node's workers do is looked up in Linux's way"),
]


@pytest.fixture(scope="module")
def cluster():
    """A head that the driver uses, and two nodes of one core each that train."""
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    store = {"object_store_memory": 80_000_000}
    with pytest.MonkeyPatch.context() as nodes:
        nodes.setenv("PYTHONPATH", str(ROOT))
        nodes.setenv("RAY_worker_niceness", "0")  # Ray's workers stand back, behind all other tests: 15 by default
        made = cluster_utils.Cluster(
            initialize_head=True, head_node_args={**store, "num_cpus": 0, "include_dashboard": False}
        )
        for _ in range(2):
            made.add_node(num_cpus=1, **store)
        yield made
        made.shutdown()


def trains(node) -> bool:
    """Whether a worker of this node does a cell now: Ray names the process after its task."""
    raylet = node.all_processes["raylet"][0].process.pid
    listed = subprocess.run(["ps", "-o", "args=", "--ppid", str(raylet)], capture_output=True, text=True, check=False)
    return "ray::_task" in listed.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_a_node_is_killed_in_mid_cell_and_the_weights_are_those_of_a_sweep_in_one_piece(cluster, tmp_path):
    folder, alone = Folder(tmp_path / "sweep"), Folder(tmp_path / "alone")
    (cell,) = PLAN.cells()
    killed = []

    def kill() -> None:
        """Once the cell could go on elsewhere, the node that trains it dies, with all its processes."""
        while not checkpoint.is_unfinished(folder.checkpoint(cell)):
            time.sleep(0.01)
        (node,) = filter(trains, cluster.worker_nodes)
        cluster.remove_node(node, allow_graceful=False)
        killed.append(folder.finished(cell))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    reports = list(sweep(PLAN, folder.path, ray=cluster.address))
    killer.join(60)
    assert killed == [None] and len(cluster.worker_nodes) == 1
    assert [(type(report), report.cell) for report in reports] == [(Done, cell)]
    assert list(sweep(PLAN, folder.path, ray=cluster.address)) == []
    with alone.reserved(PLAN):
        assert work(PLAN, cell, alone, wanted=lambda: True) == folder.finished(cell)
    assert checkpoint.read_manifest(alone.checkpoint(cell)) == checkpoint.read_manifest(folder.checkpoint(cell))


def followed(recipe, folder, address, until=lambda event: False) -> list[object]:
    """The events of a training on the cluster, which is paused after the first one that `until` holds for."""
    with closing(remote_run(recipe, folder, command="again", address=address)) as events:
        seen = []
        for event in events:
            seen.append(event)
            if until(event):
                break
        return seen


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_a_training_on_the_cluster_is_paused_goes_on_and_is_the_one_it_would_be_here(cluster, tmp_path):
    recipe = PLAN.recipe("reverse", 1)
    first = followed(recipe, tmp_path / "there", cluster.address, lambda event: getattr(event, "step", 0) >= 30)
    assert checkpoint.is_unfinished(tmp_path / "there")
    rest = followed(recipe, tmp_path / "there", cluster.address)
    here = list(run(recipe, tmp_path / "here", command="again"))
    losses = {event.step: event.loss for event in here if isinstance(event, StepDone)}
    told = {event.step: event.loss for event in [*first, *rest] if isinstance(event, StepDone)}
    assert told.items() <= losses.items()
    assert losses.keys() - told.keys() == {*range(31, rest[0].step + 1)}, "made before the pause reached the node"
    assert isinstance(rest[-1], Evaluated) and rest[-1].folder == tmp_path / "there"
    assert rest[-1].evaluation.scores == here[-1].evaluation.scores
    assert checkpoint.read_manifest(tmp_path / "there") == checkpoint.read_manifest(tmp_path / "here")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def wait_until(holds) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_node_that_does_not_see_the_folder_gives_the_checkpoint_back(tmp_path):
    plan = Plan(**{name: getattr(PLAN, name) for name in Plan.__slots__} | {"train": {"steps": 5}})
    (cell,) = plan.cells()
    here, seen = Folder(tmp_path / "here"), Folder(tmp_path / "seen")
    with here.reserved(plan), seen.reserved(plan):
        result, files = _task(plan, cell, str(tmp_path / "here"), "the mark of another sweep")
        assert files is not None and here.finished(cell) is None
        _bring(here, cell, result, files)
        assert _task(plan, cell, str(tmp_path / "seen"), seen.mark()) == (result, None)
    assert here.finished(cell) == seen.finished(cell) == result
    one, other = here.checkpoint(cell), seen.checkpoint(cell)
    assert checkpoint.read_manifest(one) == checkpoint.read_manifest(other)
    assert checkpoint.load(one).translate(["abc"]) == checkpoint.load(other).translate(["abc"])


def test_without_ray_the_sentence_says_what_installs_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["sweep", "reverse", "--seeds", "1", "--out", str(tmp_path / "out"), "--ray", "127.0.0.1:6379"]) == 1
    errors = capsys.readouterr().err
    assert "needs the package ray" in errors and "[cluster]" in errors and "Traceback" not in errors


def test_where_no_cluster_answers_the_sentence_says_how_to_start_one(tmp_path, capsys):
    pytest.importorskip("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        assert main(["sweep", "reverse", "--seeds", "1", "--out", str(tmp_path / "out"), "--ray", address]) == 1
    errors = capsys.readouterr().err
    assert f"no Ray cluster answers at {address}" in errors and "ray start --head" in errors
    assert "Traceback" not in errors and errors.count("error:") == 1


@pytest.mark.parametrize(
    "address",
    ["", "nowhere", "host:", ":6379", "host:port", "host:0", "host:99999", "host:١", "a\0b:1", "x" * 300 + ":1"],
)
def test_what_is_no_address_says_so_without_a_wait(address):
    assert silence(address)


@pytest.mark.slow
def test_the_train_screen_s_workshop_trains_on_the_cluster_and_loses_nothing_when_it_goes(cluster, tmp_path):
    """The last test of this file: afterwards there is no cluster."""
    workshop = Workshop(tmp_path / "runs", Places(1), cluster=cluster.address)
    ended = workshop.order(Choice(task="reverse", size=32, steps=4000))
    wait_until(lambda: ended.progress.step >= 3 or ended.progress.problem)
    ended.end()
    ended.join(SECONDS)
    assert (ended.progress.status, ended.progress.problem) == ("finished", None)
    assert 3 <= ended.progress.step < 4000 and ended.progress.scores

    lost = workshop.order(Choice(task="reverse", size=32, steps=4000))
    wait_until(lambda: lost.progress.saved or lost.progress.problem)
    cluster.shutdown()
    lost.join(SECONDS)
    assert isinstance(lost.progress.problem, NoCluster) and lost.progress.problem.gone
    assert lost.progress.status == "failed" and lost.progress.saved and checkpoint.is_unfinished(lost.folder)
    assert "has gone" in training_order.problem(lost.progress.problem)

    workshop.go_on(lost)
    lost.join(SECONDS)
    assert isinstance(lost.progress.problem, NoCluster) and not lost.progress.problem.gone
    lost.cluster = ""  # as after a start of the server without S2S_RAY
    workshop.go_on(lost)
    wait_until(lambda: lost.progress.status == "training" and lost.progress.step > 400)
    lost.pause()
    lost.join(SECONDS)
    assert lost.progress.losses[0][0] == 1 and lost.progress.problem is None
