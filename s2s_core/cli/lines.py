"""Read standard input as lines of UTF-8 text. Only a line feed ends a line, so there are as many outputs as inputs.

A carriage return before the line feed belongs to the line's end. Elsewhere it is white space, like the form feed,
U+0085, U+2028 and all other characters at which Python splits lines.
"""

import re
from collections.abc import Iterator
from io import BufferedIOBase

from s2s_core.errors import DataError

MARK = b"\xef\xbb\xbf"  # the byte order mark that Windows writes before UTF-8
LONGEST = 1 << 20  # bytes of a line; a longer one is refused before its end is read
_OTHERS = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_BREAKS = re.compile("\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")


def lines(stream: BufferedIOBase) -> Iterator[str]:
    """The lines of a stream of bytes.

    Raises:
        DataError: if the input is not UTF-8 (with the line and the likely encoding), or a line is too long.
    """
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if number == 1:
            for mark, encoding in _OTHERS.items():
                if line.startswith(mark):
                    raise DataError(_convert(f"the input is {encoding}", encoding))
            line = line.removeprefix(MARK)
        if len(line) > LONGEST:
            raise DataError(f"line {number}: it is longer than {LONGEST} bytes, too long for a line of text")
        if b"\x00" in line:
            little = line[1:2] == b"\x00"
            encoding = "UTF-16LE" if little else "UTF-16BE"
            raise DataError(_convert(f"line {number}: it has NUL bytes, so the input is likely UTF-16", encoding))
        try:
            yield line.removesuffix(b"\n").removesuffix(b"\r").decode()
        except UnicodeDecodeError as error:
            byte = f"byte 0x{line[error.start]:02X} at position {error.start + 1}"
            raise DataError(f"line {number}: {byte} is not UTF-8: save the input as UTF-8") from None


def on_one_line(text: str) -> str:
    """The text on one line: characters that break a line become spaces."""
    return _BREAKS.sub(" ", text)


def _convert(what: str, encoding: str) -> str:
    return f"{what}, expected UTF-8: convert it first, for example with `iconv -f {encoding} -t UTF-8`"
