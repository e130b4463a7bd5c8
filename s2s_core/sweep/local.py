"""Train the cells on this machine: one process per cell, and as many at a time as there are cores.

If a worker is killed (by a signal, or for lack of memory), its cell continues from the last validation. If the parent
is killed, the workers save their state and end.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from s2s_core.errors import S2SError
from s2s_core.sweep.folder import Folder, Result
from s2s_core.sweep.grid import Cell, Plan
from s2s_core.sweep.report import CellLost, Done, Lost, Progressed, Report
from s2s_core.sweep.work import work

TRIES = 3  # attempts of a cell whose workers are killed
GOODBYE = 60.0  # seconds that a worker has to save its state


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True, eq=False)
class _Worker:
    cell: Cell
    tries: int
    process: SpawnProcess
    pipe: Connection


def in_processes(plan: Plan, cells: Sequence[Cell], folder: Folder, *, processes: int) -> Generator[Report, None, None]:
    """Train the cells. If the generator is closed, as by Ctrl-C, every worker saves its state and ends.

    Raises:
        S2SError: if a cell cannot be trained; the other cells are saved.
        CellLost: if the workers of one cell were killed TRIES times.
    """
    waiting = deque((cell, 1) for cell in cells)
    workers: list[_Worker] = []
    try:
        while waiting or workers:
            while waiting and len(workers) < processes:
                workers.append(_begun(plan, *waiting.popleft(), folder))
            ready = wait([part for worker in workers for part in (worker.pipe, worker.process.sentinel)])
            for worker in [each for each in workers if each.pipe in ready or each.process.sentinel in ready]:
                for report in _told(worker):
                    yield report
                    if isinstance(report, Done):
                        worker.process.join()
                if worker.process.exitcode is None:
                    continue
                workers.remove(worker)
                worker.pipe.close()
                if folder.finished(worker.cell) is None:
                    why = _why(worker.process.exitcode)
                    if worker.tries == TRIES:
                        raise CellLost(worker.cell, f"{why}, {TRIES} times in a row")
                    waiting.appendleft((worker.cell, worker.tries + 1))
                    yield Lost(worker.cell, why)
    finally:
        _end(workers)


def _begun(plan: Plan, cell: Cell, tries: int, folder: Folder) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(plan, cell, folder, theirs), name=str(cell), daemon=True)
    process.start()
    theirs.close()
    return _Worker(cell, tries, process, ours)


def _told(worker: _Worker) -> Iterator[Report]:
    """The reports that a worker has sent since the last call.

    Raises:
        S2SError: if it has sent an error.
    """
    with suppress(EOFError, OSError):  # the worker has ended
        while worker.pipe.poll():
            sent: Any = worker.pipe.recv()
            if isinstance(sent, S2SError):
                raise sent
            yield Done(worker.cell, sent) if isinstance(sent, Result) else Progressed(worker.cell, *sent)


def _why(exitcode: int) -> str:
    if exitcode < 0:
        name = next((known.name for known in signal.Signals if known == -exitcode), str(-exitcode))
        return f"its worker was killed by {name}"
    return f"its worker ended with code {exitcode}"


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.terminate()
    for worker in workers:
        worker.process.join(GOODBYE)
        if worker.process.exitcode is None:
            worker.process.kill()
            worker.process.join()
        worker.pipe.close()


def _child(plan: Plan, cell: Cell, folder: Folder, pipe: Connection) -> None:
    """The main function of a worker's process."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which asks us to end
    parent = multiprocessing.parent_process()

    def wanted() -> bool:
        return not ended and (parent is None or parent.is_alive())

    def send(what: object) -> None:
        with suppress(OSError):  # the parent has ended
            pipe.send(what)

    try:
        result = work(plan, cell, folder, tell=lambda step, steps: send((step, steps)), wanted=wanted)
    except S2SError as error:
        send(error)
    else:
        if result is not None:
            send(result)
