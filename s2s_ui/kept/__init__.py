"""Files that a browser caches: code, style sheets and texts. Their names contain a hash of their content.

Streamlit sends the code of a component again with every run of a script. So a component only gets ten lines (stub.js)
that import the file. Code that is not much longer than these lines is sent itself, because that is faster.
The name of a file changes with its content, so a browser never asks for it twice. The address is relative to that of
the page, so it is right behind a proxy and below a base path.

A server with the route for these files calls `serve`. Without it, as in AppTest, the content itself is sent.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from functools import cache, cached_property
from importlib.resources import files
from threading import Event

FOLDER = "kept"
"""The first part of the addresses."""

LITTLE = 2_000
"""Code with fewer characters is sent itself."""

_COMMENT = re.compile(r"/\*\*.*?\*/\s*| *// .*$", re.MULTILINE)
_IMPORT = re.compile(r"^import\b|\bimport\(", re.MULTILINE)
_KEPT: dict[tuple[str, str], "Kept"] = {}
_SERVED = Event()


def colours() -> str:
    """The style sheet of the unit of length and of the app's colours."""
    return files(__package__).joinpath("colours.css").read_text("utf-8")


class Kept:
    """One file, made by ``read`` when it is first needed. Its content must not change while the server runs.

    Args:
        name: the name of the file without the hash: "stage.js".
        read: a function that returns the content.
    """

    def __init__(self, name: str, read: Callable[[], str]) -> None:
        self.stem, self.ending = name.rsplit(".", 1)
        self._read = read
        _KEPT[self.stem, self.ending] = self

    @cached_property
    def text(self) -> str:
        """The content."""
        return self._read()

    @cached_property
    def packed(self) -> bytes:
        """The content, compressed with gzip."""
        return gzip.compress(self.text.encode(), 9, mtime=0)

    @cached_property
    def file(self) -> str:
        """The name with the hash: "stage.0f3a….js"."""
        digest = hashlib.blake2b(self.text.encode(), digest_size=8).hexdigest()
        return f"{self.stem}.{digest}.{self.ending}"

    @property
    def address(self) -> str:
        """The address, relative to that of a page."""
        return f"{FOLDER}/{self.file}"


def of(package: str, name: str) -> Kept:
    """A file in a package."""
    return Kept(name, lambda: files(package).joinpath(name).read_text("utf-8"))


def serve(served: bool = True) -> None:
    """Say whether this process serves the files."""
    _SERVED.set() if served else _SERVED.clear()


def served() -> bool:
    """Whether this process serves the files."""
    return _SERVED.is_set()


def find(file: str) -> tuple[Kept, bool] | None:
    """The file with this name, and whether the hash in the name is the current one; another version has another hash.

    Returns:
        None if no file has this name, with any hash.
    """
    stem, _, rest = file.partition(".")
    kept = _KEPT.get((stem, rest.rpartition(".")[2]))
    return None if kept is None else (kept, kept.file == file)


def component(kept: Kept) -> str:
    """The JavaScript of a component whose code is this file: lines that import it.

    It is the code itself if that is short and imports nothing, or if no files are served.
    """
    if not served() or (len(kept.text) <= LITTLE and not _IMPORT.search(kept.text)):
        return kept.text
    return _stub().replace('"FILE"', json.dumps(kept.address))


def sheet(kept: Kept) -> str:
    """A style element with this style sheet: an import, or its rules if no files are served."""
    return f'<style>@import url("{kept.address}");</style>' if served() else f"<style>{kept.text}</style>"


@cache
def _stub() -> str:
    return _COMMENT.sub("", files(__package__).joinpath("stub.js").read_text("utf-8"))
