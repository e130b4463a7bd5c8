"""Make one hostile call at a time: its outcome, its processor time and memory, and its faults.

Every call, with any input, must give a result or one clear sentence (an S2SError) in bounded processor time and memory.
It must execute nothing, and read no file that was not named. The time is processor time, so a busy machine does not
change it. The memory is the rise of the process's peak above its memory before the call (only on Linux). Guards end
calls that would not end: a limit on address space, a limit on processor time, and an alarm for a call that waits
forever.
"""

import math
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

import pytest

from s2s_core.errors import S2SError

ROOT = Path(__file__).parents[2]
MB = 1 << 20
MOST_MEMORY = 2048  # MB of address space that a call may use at most
MOST_TIME = 12.0  # processor seconds after which a call is broken off
MOST_WAIT = 120.0  # seconds of real time, for a call that waits
LONGEST_SENTENCE = 1000  # characters of an error message
MOST_FAULTS = 20  # a test stops after so many kinds of faults
READABLE = tuple(os.path.realpath(p) for p in (ROOT, sys.prefix, sys.base_prefix, tempfile.gettempdir(), "/proc"))
READABLE += ("/usr/share/zoneinfo", "/usr/share/hunspell", "/dev/null", "/sys", "/usr/lib", "/etc/localtime")
EXECUTES = ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "pickle.find_class", "socket.connect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The limits of one call."""

    refused: float = 0.25  # processor seconds of a call that ends in a sentence
    answered: float = 2.0  # of a call with a result: enough for the model's longest text
    memory: float = 200.0  # MB above what the process held before


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that ended in one clear sentence."""

    error: Exception


class BrokenOff(BaseException):
    """A guard ended the call. It is a BaseException, so that no `except Exception` of the program catches it."""


class Watch:
    """Records what a call opens and executes, by Python's audit hooks, which cannot be removed."""

    def __init__(self) -> None:
        self.on = False
        self.readable: tuple[str, ...] = ()
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "pickle.find_class" and str(given[0]).startswith("babel."):
            return  # the library's own tables of languages
        if event in EXECUTES:
            self.seen.append(f"{event} {given[:1]!r:.80}")
        elif event == "open" and isinstance(given[0], str | bytes):
            path = os.path.realpath(os.fsdecode(given[0])) if b"\0" not in os.fsencode(given[0]) else ""
            if path and not path.startswith(self.readable):
                self.seen.append(f"opened {path!r:.80}")


WATCH = Watch()


@dataclass(slots=True)
class Attack:
    """The calls of one test, and their faults. `figures` has the numbers for the report, filled in place."""

    surface: str
    where: str  # the test, as pytest names it
    seconds: float
    only: int | None  # the one seed to run
    faults: dict[str, list[str]] = field(default_factory=dict)  # by kind
    figures: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.figures |= {"surface": self.surface, "calls": 0, "refused": 0, "answered": 0, "faults": 0}
        self.figures |= {kind: [0.0, ""] for kind in ("slowest refused", "slowest answered", "largest")}

    def seeds(self, share: float) -> Iterator[int]:
        """Seeds from 0 until this test has used its share of the time, or has found enough faults."""
        if self.only is not None:
            yield self.only
            return
        end, seed = time.process_time() + self.seconds * share, 0
        while time.process_time() < end and len(self.faults) < MOST_FAULTS:
            yield seed
            seed += 1

    def call(
        self,
        what: str,
        function: Callable[[], Any],
        bounds: Bounds = Bounds(),
        *,
        refusals: tuple[type[Exception], ...] = (S2SError,),
        readable: tuple[str, ...] = (),
        wait: float = MOST_WAIT,
    ) -> Any:
        """The result of a call, or `Refused`; None if it has a fault. ``function`` may be called several times."""
        what = ascii(what)[1:-1]
        outcome, seconds, memory, heard = _measured(function, READABLE + readable, wait)
        problem = _problem(outcome, refusals) or "; ".join(heard)
        refused = isinstance(outcome, Exception)
        most = bounds.refused if refused else bounds.answered
        for _ in range(2):  # a second try without warm-up and garbage collection
            if problem or not most < seconds < 4 * most:
                break
            again = _measured(function, READABLE + readable, wait)
            seconds, memory = min(seconds, again[1]), min(memory, again[2])
        if not problem and seconds > most:
            problem = f"took {seconds:.2f} s of the processor, at most {most:g} s"
        if not problem and memory > bounds.memory:
            problem = f"took {memory:.0f} MB, at most {bounds.memory:g} MB"
        self._count(what, refused, seconds, memory)
        if problem:
            self.fault(f"{what}: {problem} [{seconds:.2f} s, {memory:.0f} MB]", kind=problem)
            return None
        return Refused(outcome) if refused else outcome

    def fault(self, sentence: str, *, kind: str = "") -> None:
        """Record a fault. Faults from one line, or with texts that differ only in numbers, are of one kind."""
        place = kind.rpartition(" at ")[2] if " at " in kind else re.sub(r"[\W\d_]+", " ", kind or sentence)[:60]
        self.faults.setdefault(place, []).append(ascii(sentence)[1:-1])
        self.figures["faults"] += 1

    def verdict(self) -> None:
        """Fail with all faults that were found, and say how to reproduce one."""
        again = f'\nagain: pytest "{self.where}", with --attack-seed N for the seed N'
        told = [first + (f" (and {len(more)} more)" if more else "") for first, *more in self.faults.values()]
        if told:
            pytest.fail(f"{len(told)} kinds of faults\n" + "\n".join(told) + again, pytrace=False)

    def _count(self, what: str, refused: bool, seconds: float, memory: float) -> None:
        self.figures["calls"] += 1
        self.figures["refused" if refused else "answered"] += 1
        slowest = "slowest refused" if refused else "slowest answered"
        for kind, figure in ((slowest, seconds), ("largest", memory)):
            if figure > self.figures[kind][0]:
                self.figures[kind] = [round(figure, 3), what[:80]]


def unclear(error: BaseException) -> str:
    """Why an error is not one clear sentence; empty if it is."""
    try:
        sentence = str(error)
        sentence.encode()
    except Exception as broken:
        return f"{type(error).__name__} cannot be shown: {type(broken).__name__}"
    if not sentence.strip() or len(sentence.splitlines()) != 1:
        return f"{type(error).__name__} is not one line: {sentence!r:.200}"
    if len(sentence) > LONGEST_SENTENCE:
        return f"{type(error).__name__} has {len(sentence):,} characters: {sentence!r:.100}"
    if any(sign in sentence for sign in ("Traceback", "INTERNAL", "object at 0x", "NoneType", "unexpected keyword")):
        return f"{type(error).__name__} speaks of the program's inside: {sentence!r:.200}"
    return ""


def _problem(outcome: Any, refusals: tuple[type[Exception], ...]) -> str:
    if not isinstance(outcome, BaseException):
        return ""
    if isinstance(outcome, BrokenOff) or not isinstance(outcome, refusals):
        return f"{type(outcome).__name__}: {str(outcome)!r:.160}{_place(outcome)}"
    link: BaseException | None = outcome
    while link is not None:
        if isinstance(link, MemoryError):
            return f"asked for more memory than the process may have, and then said {str(outcome)!r:.160}"
        link = link.__cause__ or link.__context__
    return unclear(outcome)


def _place(error: BaseException) -> str:
    """The last line of the program itself in an error's traceback."""
    found, trace = "", error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if path.startswith((str(ROOT / "s2s_"), str(ROOT / "pages"))):
            found = f" at {Path(path).relative_to(ROOT)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _measured(
    function: Callable[[], Any], readable: tuple[str, ...], wait: float
) -> tuple[Any, float, float, list[str]]:
    """The outcome (a result or an exception), processor seconds, MB, and what was opened or executed."""
    WATCH.seen, WATCH.readable = [], readable
    before, began = _resident(reset=True), time.process_time()
    try:
        with _guarded(wait):
            WATCH.on = True
            try:
                outcome = function()
            except (Exception, BrokenOff) as error:
                outcome = error
            finally:
                WATCH.on = False
    except BrokenOff as late:
        outcome = late
    seconds = time.process_time() - began
    memory = max(0.0, _resident(reset=False) - before)
    return outcome, seconds, memory, WATCH.seen


@contextmanager
def _guarded(wait: float) -> Iterator[None]:
    """Limits on address space, processor time and waiting, for a while."""
    if resource is None or not hasattr(signal, "SIGPROF"):
        yield
        return

    def break_off(number: int, frame: object) -> None:
        raise BrokenOff("broken off: it would not end" if number == signal.SIGPROF else "broken off: it waited")

    before = {number: signal.signal(number, break_off) for number in (signal.SIGPROF, signal.SIGALRM)}
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_status("VmSize") + MOST_MEMORY * MB, hard))
    signal.setitimer(signal.ITIMER_PROF, MOST_TIME)
    signal.setitimer(signal.ITIMER_REAL, wait)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _status(name: str) -> int:
    """A figure of /proc/self/status in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{name}:"))


def _resident(*, reset: bool) -> float:
    """MB in memory now (``reset``: the peak counts from here), or the peak since then; nan where it is not Linux."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
            return _status("VmRSS") / MB
        return _status("VmHWM") / MB
    except (OSError, StopIteration):
        return math.nan
