"""Read a file of pairs as text: unpack it within limits and decode it. If it is not text, say what it is."""

import json
import stat
import zlib
from pathlib import Path

from s2s_core.tasks.encodings import canonical, likely
from s2s_core.tasks.problems import FileProblem
from s2s_core.tasks.rows import MOST_ROWS

LARGEST = 128 << 20
"""The most bytes of an unpacked file."""

PACKED = b"\x1f\x8b"  # how a gzip file begins
_CHUNK = 1 << 20
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),  # .xls; a .doc begins alike
    (b"%PDF", "document"),
    (b"{\\rtf", "document"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"ID3", "picture"),
    (b"OggS", "picture"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"BZh", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"SQLite format 3\0", "binary"),
    (b"PAR1", "binary"),
    (b"\x93NUMPY", "binary"),
    (b"\x7fELF", "binary"),
)
_WORKBOOKS = (b"xl/", b"opendocument.spreadsheet")
_DOCUMENTS = (b"word/", b"ppt/", b"opendocument", b"epub")


def read_text(path: Path, encoding: str | None = None) -> str:
    """The whole file as text, without a byte order mark. The encoding is UTF-8 unless another one is given.

    Raises:
        FileProblem: if the file is missing, too large, damaged, or not text in this encoding.
        UnknownName: for an encoding that is not known.
    """
    return decoded(_content(path), path.name, encoding)


def decoded(data: bytes, file: str, encoding: str | None = None) -> str:
    """The content of a file, already unpacked, as text. Raises as `read_text`."""
    if kind := _foreign(data):
        raise FileProblem(kind, {"file": file})
    if max(data.count(end) for end in (b"\n", b"\r")) > MOST_ROWS:  # checked before rows take memory
        raise FileProblem("many rows", {"file": file, "limit": f"{MOST_ROWS:,}"})
    name = canonical(encoding) if encoding else "utf-8-sig"
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FileProblem(*_undecoded(data, file, error, encoding)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        if not encoding and (guess := likely(data)):
            facts = {"file": file, "line": line, "byte": "0x00", "likely": guess}
            raise FileProblem("encoding", facts)
        raise FileProblem("nul", {"file": file, "line": line})
    if kind := _notation(text):
        raise FileProblem(kind, {"file": file})
    return text


def _content(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzip, at most `LARGEST`."""
    if "\0" in str(path):  # no file name has a NUL
        raise FileProblem("missing", {"path": str(path)})
    large = FileProblem("large", {"file": path.name, "limit": LARGEST >> 20})
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileProblem("special", {"file": path.name})
        if status.st_size > LARGEST:
            raise large
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, UnicodeEncodeError):
        raise FileProblem("missing", {"path": str(path)}) from None
    except OSError as error:
        raise FileProblem("unreadable", {"file": path.name, "reason": error.strerror or str(error)}) from None
    if not data.startswith(PACKED):
        return data
    unpacked = _unpacked(data, path.name)
    if unpacked is None:
        raise large
    return unpacked


def _unpacked(data: bytes, file: str) -> bytes | None:
    """The content of a gzip file with one or several members; None if it is larger than `LARGEST`."""
    parts: list[bytes] = []
    size = lines = 0
    try:
        while data.startswith(PACKED):
            unpacker = zlib.decompressobj(wbits=31)
            while not unpacker.eof:
                part = unpacker.decompress(data, _CHUNK)
                data = unpacker.unconsumed_tail
                size, lines = size + len(part), lines + part.count(b"\n")
                if size > LARGEST:
                    return None
                if lines > MOST_ROWS:
                    raise FileProblem("many rows", {"file": file, "limit": f"{MOST_ROWS:,}"})
                if not part and not data and not unpacker.eof:
                    raise zlib.error("cut off")
                parts.append(part)
            data = unpacker.unused_data
    except zlib.error:
        raise FileProblem("damaged", {"file": file}) from None
    return b"".join(parts)


def _foreign(data: bytes) -> str | None:
    """The kind of a file that is not text, judged by its first bytes; None if unknown."""
    if data.startswith(b"PK\x03\x04"):
        parts = data[:4096] + data[-65536:]  # the names of its parts are at both ends
        if any(mark in parts for mark in _WORKBOOKS):
            return "workbook"
        return "document" if any(mark in parts for mark in _DOCUMENTS) else "archive"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def _notation(text: str) -> str | None:
    """The format of a text that is not a table, such as JSON; None if unknown."""
    start = text[:1000].lstrip()
    if start[:14].lower().startswith(("<!doctype", "<html", "<?xml", "<tmx")):
        return "markup"
    if not start.startswith(("{", "[")):
        return None
    line, _, rest = text.strip().partition("\n")
    if line.rstrip() in ("{", "[") and rest.endswith(("}", "]")):
        return "json"
    try:
        return "json" if isinstance(json.loads(line[:100_000]), dict | list) else None
    except (ValueError, RecursionError):
        return None


def _undecoded(
    data: bytes, file: str, error: UnicodeDecodeError, encoding: str | None
) -> tuple[str, dict[str, object]]:
    """The kind and the facts of the problem that a text is not in the expected encoding."""
    start = min(error.start, len(data) - 1)
    facts = {"file": file, "line": data.count(b"\n", 0, start) + 1, "byte": f"0x{data[start]:02x}"}
    if encoding:
        return "other encoding", facts | {"encoding": encoding}
    if guess := likely(data):
        return ("broken line", facts) if guess == "utf-8" else ("encoding", facts | {"likely": guess})
    return "unknown encoding", facts
