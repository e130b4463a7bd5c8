"""All trainings of a server, in memory and on the disk."""

import io
import json
import logging
import os
import secrets
import shutil
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Lock

from s2s_core import checkpoint
from s2s_core.errors import S2SError
from s2s_core.files import printable, safe_name
from s2s_core.recipes import OWN, Choice
from s2s_core.tasks import FileProblem
from s2s_ui.capacity.places import Places
from s2s_ui.workshop.progress import Order, Status, saved_progress
from s2s_ui.workshop.training import Training

LOG = logging.getLogger(__name__)

MOST = 8  # trainings at once; each needs about 65 MB, and more of them would only wait for one another
ORDERS = ".orders"  # a folder beside the checkpoints; names with a dot in front are not checkpoints
ORDER, PAIRS = "order.json", "pairs"
MOST_ROWS = 200_000  # of a file of pairs
AT_ONCE = 20_000  # up to so many rows are checked while the visitor waits; a larger file is checked by the training
PACKED = b"\x1f\x8b"  # the first bytes of a gzip file


class TooMany(S2SError):
    """The server is already running as many trainings as it can."""


class Workshop:
    """All trainings of a server, and the folder in which they are stored."""

    def __init__(self, root: Path, places: Places, *, most: int = MOST) -> None:
        self.root, self.places, self.most = root, places, most
        self._trainings: dict[str, Training] = {}
        self._lock = Lock()
        for folder in (root, root / ORDERS):  # remove incomplete folders of a server that was killed
            checkpoint.tidy(folder)
        with suppress(OSError):
            for place in (root / ORDERS).iterdir():
                if not (place / ORDER).exists() and not place.name.startswith("."):  # left by an older version
                    shutil.rmtree(place, ignore_errors=True)

    def order(self, choice: Choice, *, file: str = "", pairs: bytes | None = None) -> Training:
        """Start a training. ``pairs`` is the content of the visitor's file, and ``file`` its name.

        Raises:
            TooMany: if the server is already running as many trainings as it can.
            DataError: if the pairs cannot be used. With more than AT_ONCE rows, the training fails later instead.
            CannotWrite: if the disk is full or cannot be written to.
        """
        self._make_room()
        if pairs is not None and pairs.startswith(PACKED):  # its content may be a thousand times as large
            raise FileProblem("packed", {"file": Path(file).name})
        rows = max(pairs.count(end) for end in (b"\n", b"\r")) if pairs is not None else 0
        if rows > MOST_ROWS:
            raise FileProblem("many rows", {"file": Path(file).name, "limit": f"{MOST_ROWS:,}"})
        name = f"{choice.task}-{secrets.token_hex(4)}"
        order = Order(name=name, choice=choice, file=printable(Path(file).name))
        place = self.root / ORDERS / name
        with checkpoint.replacing(place) as new:
            pairs_file = new / _file(order) if choice.task == OWN else None
            if pairs is not None and pairs_file is not None:
                pairs_file.write_bytes(pairs)
            recipe = None
            if rows <= AT_ONCE:  # errors in a small file are reported at once
                with self.places.order():
                    recipe = choice.recipe(name, pairs_file)
            (new / ORDER).write_text(json.dumps(order.to_json(), ensure_ascii=False), encoding="utf-8")
        try:
            checkpoint.require_writable(self.root / name)
            training = self._training(order)
            training.recipe = recipe
            with self._lock:
                self._make_room()
                self._trainings[name] = training
                training.start()
        except S2SError:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return training

    def go_on(self, training: Training) -> None:
        """Continue a training that was paused or failed.

        Raises:
            TooMany, CannotWrite: as `order`.
        """
        checkpoint.require_writable(training.folder)
        with self._lock:
            self._make_room()
            training.start()

    def training(self, name: str) -> Training | None:
        """The training with this name, read from the disk if it is not in memory; None if there is none."""
        with self._lock:
            if name not in self._trainings and (found := self._found(name)):
                self._trainings[name] = found
            return self._trainings.get(name)

    def folders(self) -> dict[str, Path]:
        """The checkpoints of all trainings, by name."""
        return checkpoint.folders_in(self.root)

    def counts(self) -> Counter[Status]:
        """How many of the trainings that are in memory have which status."""
        return Counter(training.progress.status for training in list(self._trainings.values()))

    def _make_room(self) -> None:
        if sum(training.progress.active for training in list(self._trainings.values())) >= self.most:
            raise TooMany(f"{self.most} trainings are going on")

    def _training(self, order: Order) -> Training:
        """The training of a stored order. Its file of pairs is the other file in the order's folder."""
        there = sorted((self.root / ORDERS / order.name).iterdir()) if order.choice.task == OWN else []
        pairs = next((path for path in there if path.name != ORDER), None)
        return Training(order=order, folder=self.root / order.name, pairs=pairs, places=self.places)

    def _found(self, name: str) -> Training | None:
        path = self.root / ORDERS / name / ORDER
        if name != Path(name).name or not os.path.isfile(path):
            return None
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            training = self._training(
                Order(name=name, choice=Choice.from_json(dict(data["choice"])), file=str(data["file"]))
            )
        except (S2SError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            LOG.warning("the order %s cannot be read: %s", path, error)
            return None
        training.progress = saved_progress(training.order, training.folder)
        return training


def archive(folder: Path) -> bytes:
    """A checkpoint as the content of a zip file, without the files that only an unfinished training needs.

    Raises:
        CheckpointError: if the checkpoint is not complete any more.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in checkpoint.contents(folder).items():
            file.writestr(f"{folder.name}/{name}", data)
    return content.getvalue()


def _file(order: Order) -> str:
    """The name of the file of pairs on the disk: its original name, without characters that a disk may refuse."""
    name = safe_name(order.file, PAIRS)
    return f"{PAIRS} {name}" if name == ORDER else name
