"""Train the cells on a Ray cluster. Each cell is a task with one core; if its node is lost, another node repeats it.

If a node can access the sweep's folder (a shared disk), the cell is saved there, and another node can continue from its
last validation. Otherwise it is trained on the node's own disk, and the finished checkpoint is sent back.
"""

import logging
import socket
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from s2s_core import checkpoint
from s2s_core.errors import S2SError, shown
from s2s_core.extras import needing
from s2s_core.sweep.folder import Folder, Result
from s2s_core.sweep.grid import Cell, Plan
from s2s_core.sweep.report import CellLost, Done, Report
from s2s_core.sweep.work import work

TRIES = 5  # attempts of a cell whose nodes are lost
GLANCE = 5.0  # seconds between two checks whether the cluster is still there
ANSWER = 5.0  # seconds to wait for an answer
PORT = 6379  # Ray's default


class NoCluster(S2SError):
    """No Ray cluster answers at ``address``; the ``reason`` is a clause. ``gone`` is true if one answered before."""

    def __init__(self, address: str, reason: str, gone: bool = False) -> None:
        super().__init__(address, reason, gone)
        self.address, self.reason, self.gone = address, reason, gone

    def __str__(self) -> str:
        if self.gone:
            return (
                f"the Ray cluster at {shown(self.address)} has gone ({self.reason}); what is finished is kept, and "
                "the same command goes on with another cluster, or without --ray on this machine"
            )
        return (
            f"no Ray cluster answers at {shown(self.address)} ({shown(self.reason)}): start one with `ray start "
            f"--head --port {PORT}`, or leave out --ray"
        )


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Ray's module, connected to a cluster: "HOST:PORT", "auto" for the one that runs on this machine.

    Raises:
        MissingPackage: if Ray is not installed.
        NoCluster: if no cluster answers.
    """
    with needing("ray", "cluster"):
        import ray
    if address != "auto" and (silent := silence(address)):
        raise NoCluster(address, silent)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError, OSError, ImportError) as error:
        reason = next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), "no reason given")
        raise NoCluster(address, reason) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def silence(address: str) -> str:
    """The reason why nothing answers at HOST:PORT, as a clause; empty if something answers."""
    host, separator, port = address.removeprefix("ray://").rpartition(":")
    if not separator or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        return f"an address is HOST:PORT, such as 192.168.1.5:{PORT}, or auto"
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER):
            return ""
    except (OSError, UnicodeError) as error:
        return getattr(error, "strerror", None) or str(error) or "it does not answer"


def on_cluster(plan: Plan, cells: Sequence[Cell], folder: Folder, *, address: str) -> Generator[Report, None, None]:
    """Train the cells on the cluster. If the generator is closed, unfinished cells continue in the next sweep.

    Raises:
        MissingPackage, NoCluster: as `connected`; also if the connection to the cluster is lost.
        S2SError: if a cell cannot be trained.
        CellLost: if the nodes of one cell were lost TRIES times.
    """
    with connected(address) as ray:
        gcs = ray.get_runtime_context().gcs_address
        task = ray.remote(num_cpus=1, max_retries=TRIES)(_task)
        waiting = {task.remote(plan, cell, str(folder.path.resolve()), folder.mark()): cell for cell in cells}
        while waiting:
            ready, _ = ray.wait(list(waiting), num_returns=1, timeout=GLANCE)
            if not ready and (silent := silence(gcs)):
                raise NoCluster(address, silent, gone=True)
            for reference in ready:
                cell = waiting.pop(reference)
                try:
                    result, files = _got(ray, reference, cell)
                except CellLost as error:
                    if lost := gone(error.__cause__, gcs):
                        raise NoCluster(address, lost, gone=True) from error
                    raise
                if files is not None:
                    _bring(folder, cell, result, files)
                yield Done(cell, result)


def gone(error: BaseException | None, gcs: str) -> str:
    """If an error was caused by the loss of the cluster, the reason as a clause; empty if the cluster is still there.

    ``gcs`` is the address of the cluster's head node. Without this machine's own node, it cannot be reached either.
    """
    return "the node of this machine has ended" if type(error).__name__ == "LocalRayletDiedError" else silence(gcs)


def _got(ray: Any, reference: Any, cell: Cell) -> tuple[Result, Mapping[str, bytes] | None]:
    try:
        found: tuple[Result, Mapping[str, bytes] | None] = ray.get(reference)
        return found
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, S2SError):
            raise error.cause from None
        raise CellLost(cell, f"its task failed ({shown(error.cause)})") from error
    except ray.exceptions.RayError as error:
        raise CellLost(cell, f"its worker was lost {TRIES + 1} times ({type(error).__name__})") from error


def _task(plan: Plan, cell: Cell, path: str, mark: str) -> tuple[Result, Mapping[str, bytes] | None]:
    """The task of a node. It returns the result and, if it cannot access the sweep's folder, the checkpoint's files."""
    if (shared := Folder(Path(path))).is_of(mark):
        return _whole(work(plan, cell, shared, wanted=lambda: True)), None
    with tempfile.TemporaryDirectory(prefix="seq2scope-") as own:
        folder = Folder(Path(own))
        result = _whole(work(plan, cell, folder, wanted=lambda: True))
        return result, checkpoint.contents(folder.checkpoint(cell))


def _whole(result: Result | None) -> Result:
    assert result is not None, "a cell that is always wanted ends with a result"
    return result


def _bring(folder: Folder, cell: Cell, result: Result, files: Mapping[str, bytes]) -> None:
    """Store the result and the files of a cell that was trained on a node's own disk."""
    with checkpoint.replacing(folder.checkpoint(cell)) as new:
        for name, content in files.items():
            (new / name).write_bytes(content)
    folder.finish(cell, result)
