"""Install a model from a folder, an archive, or the address of an archive; after that it is found by its name.

The model is assembled in a temporary folder and loaded there as usual. It is only moved to its final place if there was
no error. Nothing is unpickled, and only the files in its manifest, its card and its log are copied.
"""

import http.client
import io
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from s2s_core import files, foreign
from s2s_core.checkpoint import archive, roots, store
from s2s_core.checkpoint.folder import replacing, require_writable
from s2s_core.errors import CannotWrite, CheckpointError, InvalidConfig, shown
from s2s_core.foreign import Unreadable

SECONDS = 30.0  # the longest wait for an answer of a server
SLOWEST = 1 << 13  # bytes that a server must send in that time
_PIECE = 1 << 20
_BOX = ".fetched"  # a folder inside the temporary one, for the files as they came
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)

Progress = Callable[[int, int | None], None]  # bytes so far, and in all (None: unknown)


def fetch(name: str, source: str | Path, *, overwrite: bool = False, progress: Progress | None = None) -> Path:
    """Install the model ``name`` from ``source``: a folder, a zip or tar.gz file, or the http(s) address of one.

    A folder is the model's folder, or contains it under its name. The same holds for an archive.

    Returns:
        The folder of the installed model.

    Raises:
        InvalidConfig: if the name is not valid, or there is already a model with this name.
        CheckpointError: if the source cannot be reached or read, or the model in it is missing or damaged.
        CannotWrite: if the model cannot be stored on the disk.
    """
    given: object = name
    if not isinstance(given, str) or not name or files.safe_name(name, "") != name or name.startswith("."):
        raise InvalidConfig(f"{shown(repr(name))} cannot be the name of a model: give letters, digits and hyphens")
    if not isinstance(source, str | Path):
        raise InvalidConfig(f"a model comes from a folder, a file or an address, not from {shown(repr(source))}")
    source = str(source)
    target = roots.fetched() / name
    known = store.folders().get(name)
    if known not in (None, target):
        raise InvalidConfig(f"there is a model called {name} already: {shown(known)}")
    if known and not overwrite:
        raise InvalidConfig(f"{shown(known)} is there already: give --overwrite to replace it")
    require_writable(target)
    with replacing(target) as new:
        box = new / _BOX
        box.mkdir()
        try:
            content = store.contents(_brought(name, source, box, progress))
            shutil.rmtree(box)
            for file, data in content.items():
                (new / file).write_bytes(data)
            store.load(new, device="cpu")
            store.snapshots(new)
        except CheckpointError as error:
            raise CheckpointError(source, error.reason) from error
        except Unreadable as error:
            raise CheckpointError(source, f"it {error}") from error
    return target


def _brought(name: str, source: str, box: Path, progress: Progress | None) -> Path:
    """A folder with the files of the model, downloaded and unpacked into ``box`` if necessary."""
    if address := _ADDRESS.match(source):
        with (box / "download").open("w+b") as file:
            _download(source, address[1], file, progress or (lambda done, size: None))
            file.seek(0)
            return _unpacked(file, name, box)
    path = roots.at_home(Path(source))
    if os.path.isdir(path):
        return _inside(source, path, name)
    try:
        with foreign.opened(path, most=archive.MOST, links=True) as (file, _size):
            return _unpacked(file, name, box)
    except FileNotFoundError:
        raise CheckpointError(source, "there is no such file or folder") from None


def _unpacked(file: BinaryIO, name: str, box: Path) -> Path:
    folder = box / name
    folder.mkdir()
    archive.unpack(file, name, folder)
    return folder


def _inside(source: str, path: Path, name: str) -> Path:
    """The model's folder: ``path`` itself, or the folder with the model's name in it or in its folder checkpoints."""
    for folder in (path / name, path / "checkpoints" / name, path):
        if store.is_checkpoint(folder):
            return folder
    raise CheckpointError(source, f"neither this folder nor one called {name} in it is a checkpoint")


def _download(source: str, scheme: str, file: BinaryIO, progress: Progress) -> None:
    """Download the address ``source`` into an opened file."""
    if scheme.lower() not in ("http", "https"):
        raise CheckpointError(source, f"addresses begin with https:// or http://, not with {shown(scheme)}://")
    try:
        with _opener().open(source, timeout=SECONDS) as answer:
            header = re.fullmatch(r"\d{1,18}", answer.headers.get("Content-Length", ""), re.ASCII)
            size = int(header[0]) if header else None
            if size is not None and size > archive.MOST:
                raise Unreadable(f"has {size:,} bytes, where at most {archive.MOST:,} are read")
            done, enough, until = 0, SLOWEST, time.monotonic() + SECONDS
            while piece := answer.read1(_PIECE):  # what is there, so that a trickle is noticed
                done += len(piece)
                if (now := time.monotonic()) > until:
                    if done < enough:
                        raise TimeoutError
                    enough, until = done + SLOWEST, now + SECONDS
                if done > archive.MOST:
                    raise Unreadable(f"has more than the {archive.MOST:,} bytes that are read")
                _write(piece, file)
                progress(done, size)
    except (CheckpointError, Unreadable, CannotWrite):
        raise
    except urllib.error.HTTPError as error:
        error.close()
        raise CheckpointError(source, f"the server answers {error.code} {shown(error.reason)}") from error
    except urllib.error.URLError as error:
        raise CheckpointError(source, f"the server cannot be reached ({_why(error.reason)})") from error
    except (OSError, http.client.HTTPException) as error:
        raise CheckpointError(source, f"the connection broke off ({_why(error)})") from error
    except ValueError as error:
        raise CheckpointError(source, f"that is no address ({shown(error)})") from error
    if size is not None and done != size:
        raise CheckpointError(source, f"the connection broke off after {done:,} of {size:,} bytes")


def _write(piece: bytes, file: BinaryIO) -> None:
    """Write to the disk; an error of the disk becomes CannotWrite, unlike one of the connection."""
    try:
        file.write(piece)
    except OSError as error:
        raise files.write_error(Path(file.name), error) from error


def _opener() -> urllib.request.OpenerDirector:
    """An opener that accepts only http and https, also after a redirect."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects without reading their bodies, which may be endless."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        fp.close()
        return super().http_error_302(req, io.BytesIO(), code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _why(reason: object) -> str:
    """The system's text for an error, without its number."""
    if isinstance(reason, TimeoutError):
        return f"no answer for {SECONDS:.0f} seconds, or less than {SLOWEST:,} bytes in them"
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else reason
    return shown(said) or type(reason).__name__
