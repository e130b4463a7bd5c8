"""Reading untrusted data: a file, JSON, or an archive of arrays, within limits that are checked first.

A file may contain anything. So its size is compared with a limit before memory is allocated, no path leads out of a
folder, nothing waits for a pipe, and nothing is executed. Every problem of the content raises `Unreadable`, whose
sentence continues after the name of the file: "is no plain file".
"""

import io
import json
import math
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from s2s_core.errors import S2SError, quoted

MOST_VALUES = 1 << 16  # in one JSON document, by default
MOST_DIGITS = 40
DEEPEST = 64

_DIRECTORY = struct.Struct("<4s4xHHII2x")  # the end record of a zip, for one without a comment
_MOST_DIRECTORY = 1 << 20  # bytes: some ten thousand arrays
_MOST_UNPACKED = 64  # times the packed size: arrays of numbers shrink little, only zeros shrink more
_ALWAYS_UNPACKED = 1 << 24
_NPY = re.compile(
    rb"\x93NUMPY(?:\x01\x00..|\x02\x00....)"
    rb"\{'descr': '([<>](?:f[248]|U\d{1,9}))', 'fortran_order': (True|False), 'shape': \(([\d, ]{0,99})\), \} *\n",
    re.DOTALL,
)
_LONE = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(S2SError):
    """A file cannot be read. ``reason`` continues a sentence that begins with the file's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@contextmanager
def opened(path: Path, *, most: int, links: bool = False) -> Iterator[tuple[BinaryIO, int]]:
    """A regular file of at most ``most`` bytes, opened, and its size in bytes. With ``links``, it may be a link.

    Raises:
        FileNotFoundError: if it does not exist.
        Unreadable: if it is not a regular file, too large, or cannot be read.
    """
    handle, size = _open(path, most, links)
    with os.fdopen(handle, "rb") as file:
        yield file, size


def file_bytes(path: Path, *, most: int, links: bool = False) -> bytes:
    """The content of a regular file of at most ``most`` bytes.

    Raises:
        FileNotFoundError, Unreadable: as `opened`.
    """
    handle, size = _open(path, most, links)
    with os.fdopen(handle, "rb", buffering=0) as file:
        pieces = []
        while size > 0 and (piece := _read(file, size)):
            pieces.append(piece)
            size -= len(piece)
    return b"".join(pieces)


def rest_of(file: BinaryIO, size: int) -> bytes:
    """The rest of an opened file up to byte ``size``, even if the file has become longer since.

    Raises:
        Unreadable: if the disk has an error.
    """
    return _read(file, size - file.tell())


def plain_data(content: bytes | str, *, most: int = MOST_VALUES, loose: bool = False) -> Any:
    """The value of a JSON document in UTF-8 with at most about ``most`` values.

    No object may have a name twice, and no number may be far too long. With ``loose``, it may have NaN, Infinity and
    lone surrogates, which Python's own JSON writer uses.

    Raises:
        Unreadable: if it is something else.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8")
        if sum(map(text.count, ",[{")) > most:  # no value without a mark, so this bounds the memory
            raise Unreadable(f"has more than {most:,} values")
        data = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_int=_whole,
            parse_float=float if loose else _finite,
            parse_constant=float if loose else _finite,
        )
        _check_depth(data)
        if not loose and _LONE.search(text):
            json.dumps(data, ensure_ascii=False).encode()
    except RecursionError:
        raise Unreadable("is not readable JSON (it is nested too deeply)") from None
    except UnicodeError:
        raise Unreadable("is no text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not readable JSON (line {error.lineno}: {error.msg})") from None
    return data


def record(data: Any, kinds: Mapping[str, Callable[[Any], bool]]) -> dict[str, Any]:
    """``data``, after a check that it is an object with these fields and values. It may have other fields too.

    Raises:
        Unreadable: if it is something else.
    """
    if not isinstance(data, dict):
        raise Unreadable(f"has {quoted(data)} where an object with {', '.join(kinds)} was expected")
    if missing := sorted(kinds.keys() - data.keys()):
        raise Unreadable(f"lacks {missing[0]!r}")
    for name, fits in kinds.items():
        if not fits(data[name]):
            raise Unreadable(f"has {quoted(data[name])} for {name}")
    return data


def is_text(value: Any) -> bool:
    """Whether it is a string."""
    return isinstance(value, str)


def is_whole(value: Any) -> bool:
    """Whether it is a whole number from 0 on, and no truth value."""
    return type(value) is int and value >= 0


def is_number(value: Any) -> bool:
    """Whether it is a number, and no truth value."""
    return type(value) in (int, float)


def list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether something is a list of such values."""
    return lambda value: isinstance(value, list) and all(map(fits, value))


def archive(content: bytes, *, most: int) -> dict[str, np.ndarray | str]:
    """What `numpy.savez` packed: arrays of floating-point numbers, read-only, and texts, by name.

    ``most`` limits the bytes of all of them together; an archive that unpacks to 64 times its size is refused too.

    Raises:
        Unreadable: if it is something else. Nothing is unpickled.
    """
    _check_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > min(most, max(_ALWAYS_UNPACKED, _MOST_UNPACKED * len(content))):
                raise Unreadable(f"unpacks to {unpacked:,} bytes, which is out of proportion")
            found = {}
            for member in members:
                name, dot, kind = member.filename.rpartition(".")
                if not dot or kind != "npy" or name in found:
                    raise Unreadable(f"holds {quoted(member.filename)}, which is not one array of its own")
                with packed.open(member) as file:
                    found[name] = _array(file.read(member.file_size))
            return found
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError) as error:
        raise Unreadable(f"is a damaged archive ({quoted(str(error))})") from None
    except (ValueError, NotImplementedError, RuntimeError, OSError, LookupError, OverflowError) as error:
        raise Unreadable(f"is no archive of arrays ({quoted(str(error))})") from None


def _open(path: Path, most: int, links: bool) -> tuple[int, int]:
    """The handle of a plain file, and its size."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        _plain(os.stat(path, follow_symlinks=links), most)  # before it is opened: a device may do something then
        handle = os.open(path, flags | (0 if links else getattr(os, "O_NOFOLLOW", 0)))
        try:
            return handle, _plain(os.fstat(handle), most)  # the path may be another file now
        except BaseException:
            os.close(handle)
            raise
    except (FileNotFoundError, Unreadable):
        raise
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a NUL or a lone surrogate in the name
        raise Unreadable("cannot be read (no file has such a name)") from error


def _read(file: BinaryIO | io.FileIO, size: int) -> bytes:
    try:
        return file.read(size) or b""
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror or error})") from error


def _plain(status: os.stat_result, most: int) -> int:
    """The size of what a status describes, if it is a plain file."""
    if stat.S_ISLNK(status.st_mode):
        raise Unreadable("is a link, not a file of its own")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("is no plain file")
    if status.st_size > most:
        raise Unreadable(f"has {status.st_size:,} bytes, where at most {most:,} are read")
    return status.st_size


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise Unreadable("has the same name twice")
    return data


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise Unreadable(f"has a number of {len(digits):,} digits")
    return int(digits)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable(f"has {quoted(text)} for a number")
    return number


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(DEEPEST):
        inner = (part.values() if isinstance(part, dict) else part for part in level if isinstance(part, (dict, list)))
        level = [value for values in inner for value in values if isinstance(value, (dict, list))]
        if not level:
            return
    raise Unreadable("is not readable JSON (it is nested too deeply)")


def _check_directory(content: bytes) -> None:
    """Check the size of a zip's directory, because `zipfile` reads the whole directory into memory."""
    record = content[-_DIRECTORY.size :]
    if len(record) < _DIRECTORY.size or record[:4] != b"PK\x05\x06" or record[-2:] != b"\0\0":
        raise Unreadable("is no archive of arrays, or was cut short")
    _, _, _, size, _ = _DIRECTORY.unpack(record)
    larger = content[-_DIRECTORY.size - 20 :][:4] == b"PK\x06\x07"  # a second end record, for what is beyond 4 GB
    if larger or size > _MOST_DIRECTORY:
        raise Unreadable("is an archive of too many parts")


def _array(content: bytes) -> np.ndarray | str:
    """The array in one .npy file, after a check that the header gives exactly the size of the data."""
    header = _NPY.match(content)
    if header is None:
        raise Unreadable("holds something else than arrays of numbers and texts")
    dtype, shape = np.dtype(header[1].decode()), tuple(int(size) for size in re.findall(rb"\d+", header[3]))
    data = content[header.end() :]
    if len(shape) > 8 or math.prod(shape) * dtype.itemsize != len(data):
        raise Unreadable("holds an array of another size than it says")
    if dtype.kind == "U":
        if shape:
            raise Unreadable("holds an array of texts")
        return data.decode(f"utf-32-{'be' if dtype.byteorder == '>' else 'le'}", "surrogatepass").rstrip("\0")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if header[2] == b"True" else "C")
