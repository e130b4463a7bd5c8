"""All trainings of a server, in memory and on the disk."""

import io
import json
import logging
import os
import secrets
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from threading import Lock

from s2s_core import checkpoint
from s2s_core.errors import S2SError
from s2s_core.files import printable, safe_name
from s2s_core.recipes import OWN, Choice
from s2s_core.tasks import FileProblem
from s2s_ui.capacity.places import Places
from s2s_ui.workshop.progress import Order, written_down
from s2s_ui.workshop.training import Training

LOG = logging.getLogger(__name__)

MOST = 8  # trainings at once, some 65 MB each; more of them would only wait for one another
ORDERS = ".orders"  # beside the checkpoints; what begins with a dot is none
ORDER, PAIRS = "order.json", "pairs"
MOST_ROWS = 200_000  # of a file of pairs
AT_ONCE = 20_000  # rows that are sorted while the visitor waits; more of them are, where the training is prepared
PACKED = b"\x1f\x8b"  # how a gzip file begins


class TooMany(S2SError):
    """As many trainings as a server takes are going on."""


class Workshop:
    """All trainings of a server, and the folder that they lie in."""

    def __init__(self, root: Path, places: Places, *, most: int = MOST) -> None:
        self.root, self.places, self.most = root, places, most
        self._trainings: dict[str, Training] = {}
        self._lock = Lock()
        for folder in (root, root / ORDERS):  # what a server that was killed left
            checkpoint.tidy(folder)
        with suppress(OSError):
            for place in (root / ORDERS).iterdir():
                if not (place / ORDER).exists() and not place.name.startswith("."):  # an older one wrote file by file
                    shutil.rmtree(place, ignore_errors=True)

    def order(self, choice: Choice, *, file: str = "", pairs: bytes | None = None) -> Training:
        """Begin a training.

        Raises:
            TooMany: where as many as this server takes are going on.
            DataError: where the pairs cannot be used; those of more than AT_ONCE rows then let the training fail.
            CannotWrite: where the disk takes no more, or there is none.
        """
        self._make_room()
        if pairs is not None and pairs.startswith(PACKED):  # whose content may be a thousand times as large
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
            if rows <= AT_ONCE:  # what is wrong with few pairs is said at once
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
        """Take up a training that was paused or failed.

        Raises:
            TooMany, CannotWrite: as `order`.
        """
        checkpoint.require_writable(training.folder)
        with self._lock:
            self._make_room()
            training.start()

    def training(self, name: str) -> Training | None:
        """The training of this name, from the disk where the server has not seen it yet; None where there is none."""
        with self._lock:
            if name not in self._trainings and (found := self._found(name)):
                self._trainings[name] = found
            return self._trainings.get(name)

    def folders(self) -> dict[str, Path]:
        """The checkpoints of all trainings, by name."""
        return checkpoint.folders_in(self.root)

    def _make_room(self) -> None:
        if sum(training.progress.active for training in list(self._trainings.values())) >= self.most:
            raise TooMany(f"{self.most} trainings are going on")

    def _training(self, order: Order) -> Training:
        """The training of an order that is written down; its file of pairs is the other one that lies there."""
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
        training.progress = written_down(training.order, training.folder)
        return training


def archive(folder: Path) -> bytes:
    """A checkpoint as a zip file, in a folder of its own name; without what only an unfinished run needs.

    Raises:
        CheckpointError: where there is no whole one any more.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in checkpoint.contents(folder).items():
            file.writestr(f"{folder.name}/{name}", data)
    return content.getvalue()


def _file(order: Order) -> str:
    """The name of the file of pairs on the disk: its owner's, as far as any disk takes it."""
    name = safe_name(order.file, PAIRS)
    return f"{PAIRS} {name}" if name == ORDER else name
