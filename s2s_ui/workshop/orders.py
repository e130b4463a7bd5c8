"""The orders of trainings on the disk: one folder each, with the visitor's file of pairs. A checkpoint as a zip."""

import io
import json
import logging
import os
import zipfile
from pathlib import Path

from s2s_core import checkpoint
from s2s_core.errors import S2SError
from s2s_core.files import safe_name
from s2s_core.recipes import OWN, Choice
from s2s_core.tasks import FileProblem
from s2s_ui.workshop.progress import Order
from s2s_ui.workshop.storage import ORDER, ORDERS

LOG = logging.getLogger(__name__)

PAIRS = "pairs"
MOST_ROWS = 200_000  # rows of a file of pairs
PACKED = b"\x1f\x8b"  # the first bytes of a gzip file


def read(root: Path, name: str) -> Order | None:
    """The order of a training; None if there is none that can be read."""
    path = root / ORDERS / name / ORDER
    if name != Path(name).name or not os.path.isfile(path):
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        owner = {field: str(data.get(field, "")) for field in ("key", "visitor")}
        order = Order(name=name, choice=Choice.from_json(dict(data["choice"])), file=str(data["file"]), **owner)
        pairs(root, order)
    except (S2SError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        LOG.warning("the order %s cannot be read: %s", path, error)
        return None
    return order


def write(folder: Path, order: Order) -> None:
    """Write an order into its folder."""
    (folder / ORDER).write_text(json.dumps(order.to_json(), ensure_ascii=False), encoding="utf-8")


def pairs(root: Path, order: Order) -> Path | None:
    """The file of pairs of a stored order: the other file in its folder."""
    there = sorted((root / ORDERS / order.name).iterdir()) if order.choice.task == OWN else []
    return next((path for path in there if path.name != ORDER), None)


def rows(file: str, content: bytes) -> int:
    """An upper bound for the number of rows in a file of pairs.

    Raises:
        FileProblem: if they are too many, or the file is packed.
    """
    if content.startswith(PACKED):  # unpacked, it may be a thousand times as large
        raise FileProblem("packed", {"file": file})
    found = max(content.count(end) for end in (b"\n", b"\r"))
    if found > MOST_ROWS:
        raise FileProblem("many rows", {"file": file, "limit": f"{MOST_ROWS:,}"})
    return found


def file_name(order: Order) -> str:
    """The name of the file of pairs on the disk: its original name, without characters that a disk may refuse."""
    name = safe_name(order.file, PAIRS)
    return f"{PAIRS} {name}" if name == ORDER else name


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
