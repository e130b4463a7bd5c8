"""Unpack a model from a zip or tar.gz file of unknown origin: its regular files are written into a given folder.

The paths in the archive are never used as paths: of the model's folder in the archive, only file names are used. How
much an archive can make us read, hold in memory and write is limited before it happens.
"""

import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol, cast, runtime_checkable

from s2s_core.checkpoint import sealed
from s2s_core.checkpoint.folder import MANIFEST
from s2s_core.described import described
from s2s_core.errors import quoted, shown
from s2s_core.foreign import Unreadable

MOST = 1 << 30  # bytes of an archive, and of all files of a model
MOST_UNPACKED = 1 << 32  # bytes of an unpacked tar file that are read to find the model
_MOST_MEMBERS = 20_000
_MOST_FILES = 64  # of a model's folder
_PIECE = 1 << 20
_MOST_AT_ONCE = 1 << 24  # bytes that `tarfile` may read at once: more than the header of any valid file
_END = struct.Struct("<4s4xHHIIH")  # the end record of a zip
_LARGER = struct.Struct("<4s28xQQ8x4s16x")  # the second one, for what is beyond 4 GB, and what says where it lies
_MOST_DIRECTORY = 1 << 23  # bytes


@runtime_checkable
class Stream(Protocol):
    """A file that can be read, compressed or not."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, place: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive."""

    path: PurePosixPath
    plain: bool  # whether it is a regular file, not a folder, a link or a device
    size: int
    open: Callable[[], AbstractContextManager[Stream]]

    __repr__ = described


def unpack(file: BinaryIO, name: str, into: Path) -> None:
    """Write the files of the model ``name`` (or of the only model) in an opened archive into the folder ``into``.

    Raises:
        Unreadable: if the file is not an archive or is damaged, if one of its paths leads out of it, or if the model is
            missing or too large.
    """
    with ExitStack() as stack:
        with _reading():
            members = _members(file, stack)
        _write(_chosen(members, name), into)


@contextmanager
def _reading() -> Iterator[None]:
    """Turn any error of reading an archive into an Unreadable with one sentence."""
    try:
        yield
    except Unreadable:
        raise
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, lzma.LZMAError, EOFError, OSError) as error:
        raise Unreadable(f"is a damaged archive ({quoted(str(error))})") from None
    except (ValueError, RuntimeError, LookupError, OverflowError) as error:
        raise Unreadable(f"is an archive that cannot be read ({quoted(str(error))})") from None


def _members(file: BinaryIO, stack: ExitStack) -> list[Member]:
    """The entries of an archive. ``stack`` closes the archive."""
    start = file.read(512)
    file.seek(0)
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        _check_directory(file)
        packed = stack.enter_context(zipfile.ZipFile(file))
        return [_of_zip(packed, info) for info in packed.infolist()]
    if start[:2] == b"\x1f\x8b":
        return _of_tar(stack.enter_context(gzip.GzipFile(fileobj=file)), stack)
    if start[257:262] == b"ustar":
        return _of_tar(file, stack)
    if start.lstrip()[:1] == b"<":
        raise Unreadable("is a page of the web, not an archive")
    raise Unreadable("is neither a zip nor a tar.gz")


def _chosen(members: Sequence[Member], name: str) -> list[Member]:
    """The regular files of one folder: the one called ``name`` with a manifest, else the only one with a manifest.

    A file whose name a model cannot have is left out.
    """
    for member in members:
        if member.path.is_absolute() or ".." in member.path.parts:
            raise Unreadable(f"holds {quoted(str(member.path))}, which leads out of it")
    homes = {member.path.parent for member in members if member.plain and member.path.name == MANIFEST}
    models = {home for home in homes if home.parent not in homes or home == home.parent}  # no training states
    if not models:
        raise Unreadable(f"holds no model: no folder in it has a {MANIFEST}")
    fitting = [home for home in models if home.name == name] or list(models)
    if len(fitting) > 1:
        homes_told = ", ".join(sorted(str(home) for home in fitting))
        raise Unreadable(f"holds {len(fitting)} models, and no single one is called {name}: {shown(homes_told)}")
    there = [member for member in members if member.plain and member.path.parent == fitting[0]]
    files = [member for member in there if sealed.is_name(member.path.name)]  # no others can be the model's
    if len({member.path.name for member in files}) != len(files):
        raise Unreadable("holds the same file twice")
    if len(files) > _MOST_FILES or sum(member.size for member in files) > MOST:
        raise Unreadable(f"holds a model of more than {_MOST_FILES} files or {MOST:,} bytes")
    return files


def _write(members: Sequence[Member], into: Path) -> None:
    """Write each member into the folder, under its file name."""
    for member in members:
        with (into / member.path.name).open("xb") as file:
            for piece in _pieces(member):
                file.write(piece)


def _pieces(member: Member) -> Iterator[bytes]:
    """The content of a member, in pieces; as many bytes as the archive declares."""
    with _reading(), member.open() as source:
        left = member.size
        while left > 0 and (piece := source.read(min(left, _PIECE))):
            yield piece
            left -= len(piece)
    if left:
        raise Unreadable("was cut short")


def _of_zip(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    kind = info.external_attr >> 28  # the Unix file type: 8 is a file, 10 a link, 0 not given
    return Member(
        path=PurePosixPath(info.filename.replace("\\", "/")),
        plain=not info.is_dir() and kind in (0, 8),
        size=info.file_size,
        open=partial(packed.open, info),
    )


def _of_tar(stream: Stream, stack: ExitStack) -> list[Member]:
    packed = stack.enter_context(tarfile.TarFile(fileobj=cast(IO[bytes], _Bounded(stream))))
    found: list[Member] = []
    last = -1
    for info in packed:
        if len(found) == _MOST_MEMBERS:
            raise Unreadable(f"holds more than {_MOST_MEMBERS:,} files")
        if info.offset <= last:  # a header may give a size below 0
            raise Unreadable("is a damaged archive (it leads back into itself)")
        last = info.offset
        path = PurePosixPath(info.name.replace("\\", "/"))
        plain = info.type in (tarfile.REGTYPE, tarfile.AREGTYPE)
        found.append(Member(path=path, plain=plain, size=info.size, open=partial(_extracted, packed, info)))
    return found


def _extracted(packed: tarfile.TarFile, info: tarfile.TarInfo) -> AbstractContextManager[Stream]:
    file = packed.extractfile(info)
    if file is None:
        raise Unreadable(f"holds {quoted(info.name)}, which is no plain file")
    return file


def _check_directory(file: BinaryIO) -> None:
    """Check size and number of entries of a zip's directory, since `zipfile` reads the whole directory into memory."""
    many = Unreadable(f"holds more than {_MOST_MEMBERS:,} files")
    size = file.seek(0, 2)
    behind = file.seek(max(0, size - _LARGER.size - _END.size - (1 << 16)))
    tail = file.read()
    place = len(tail) - _END.size
    if place < 0 or tail[place : place + 4] != b"PK\x05\x06" or tail[-2:] != b"\0\0":  # it has a comment
        place = tail.rfind(b"PK\x05\x06")
    if not 0 <= place <= len(tail) - _END.size:
        raise Unreadable("was cut short")
    _, _, entries, length, _, _ = _END.unpack_from(tail, place)
    if place >= _LARGER.size:  # whatever the first end record says, this one counts
        mark, more, longer, where = _LARGER.unpack_from(tail, place - _LARGER.size)
        if (mark, where) == (b"PK\x06\x06", b"PK\x06\x07"):
            entries, length, place = more, longer, place - _LARGER.size
    if entries > _MOST_MEMBERS or length > _MOST_DIRECTORY:
        raise many
    file.seek(max(0, behind + place - length))
    if file.read(length).count(b"PK\x01\x02") > _MOST_MEMBERS:  # what each of them begins with
        raise many
    file.seek(0)


class _Bounded:
    """A stream with a limit on its total length and on the number of bytes that are read at once."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MOST_AT_ONCE:
            raise Unreadable("is an archive that cannot be read (a header in it has no end)")
        self._check(self._stream.tell() + size)
        return self._stream.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        self._check(place)
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def _check(self, place: int) -> None:
        if place > MOST_UNPACKED:
            raise Unreadable(f"unpacks to more than {MOST_UNPACKED:,} bytes")
