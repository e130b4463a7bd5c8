"""Read the part of YAML that configurations use: nested mappings, lists, texts, numbers, and comments.

JoeyNMT's configuration is such a file. Anchors, tags and texts of several lines are refused.
"""

import json
import re
from typing import Any

from s2s_core.errors import AdapterError, shown

_ENTRY = re.compile(r"""("[^"]*"\s*|'[^']*'\s*|[^\s#:'"\[\]{}&*!|>-][^#:]*|-?[\w.-]+\s*):(?:\s+(.*))?$""")
_NUMBER = re.compile(r"[-+]?(\d[\d_]*)$")
_REAL = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?$")
_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
    "null": None,
    "~": None,
    "": None,
}
_COMMENT = re.compile(r"""((?:"[^"]*"|'[^']*'|[^#"']|(?<=\S)#)*?)(?:(?:^|(?<=\s))#.*)?$""")
MOST_LINES = 10_000
MOST_CHARACTERS = 1 << 20
DEEPEST = 32

Lines = list[tuple[int, str, int]]  # indentation, content, number


def load(text: str) -> Any:
    """The value of a YAML text.

    Raises:
        AdapterError: if it uses a part of YAML that is not supported.
    """
    lines: Lines = []
    if len(text) > MOST_CHARACTERS or text.count("\n") + text.count("\r") > 2 * MOST_LINES:
        raise AdapterError(f"the configuration has more than {MOST_LINES:,} lines or {MOST_CHARACTERS:,} characters")
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        match = _COMMENT.match(line)
        content = (match[1] if match else line).rstrip()
        if content.strip() and content.strip() not in ("---", "..."):
            lines.append((len(content) - len(content.lstrip(" ")), content.strip(), number))
            if content.lstrip(" ")[0] == "\t":  # the width of a tab is not defined
                raise _unread(lines[-1])
    if not lines:
        return None
    value, rest = _block(lines, lines[0][0], 0)
    if rest:
        raise _unread(rest[0])
    return value


def _block(lines: Lines, indent: int, depth: int) -> tuple[Any, Lines]:
    """The mapping or list that begins at the first line, and the lines after it."""
    if depth > DEEPEST:
        raise AdapterError(f"the configuration is nested more than {DEEPEST} times")
    listed = lines[0][1] == "-" or lines[0][1].startswith("- ")
    items: list[Any] = []
    entries: dict[Any, Any] = {}
    while lines and lines[0][0] == indent:
        _, content, number = lines[0]
        if (content == "-" or content.startswith("- ")) != listed:
            break
        if listed:
            inner = content[1:].lstrip()
            if inner and _ENTRY.match(inner):
                lines = [(indent + len(content) - len(inner), inner, number), *lines[1:]]
                value, lines = _block(lines, lines[0][0], depth + 1)
            else:
                value, lines = _value(inner, lines, indent, depth)
            items.append(value)
            continue
        match = _ENTRY.match(content)
        if not match:
            raise _unread(lines[0])
        entries[_scalar(match[1].rstrip(), lines[0])], lines = _value(match[2] or "", lines, indent, depth)
    return (items if listed else entries), lines


def _value(written: str, lines: Lines, indent: int, depth: int) -> tuple[Any, Lines]:
    """The value after a colon or a dash, on the same line or on the lines below."""
    if written:
        return _scalar(written, lines[0]), lines[1:]
    below = lines[1:]
    dash = below and below[0][0] == indent and below[0][1].startswith("-") and not lines[0][1].startswith("-")
    if below and (below[0][0] > indent or dash):
        return _block(below, below[0][0], depth + 1)
    return None, below


def _scalar(written: str, line: tuple[int, str, int]) -> Any:
    if written[:1] in ("[", "{"):
        return _inline(written, line)
    if written[:1] in "\"'":
        if len(written) < 2 or written[-1] != written[0]:
            raise _unread(line)
        return _quoted(written, line)
    if written[:1] in ("&", "*", "!", "|", ">", "@", "`", "%"):
        raise _unread(line)
    if written.lower() in _WORDS:
        return _WORDS[written.lower()]
    if _NUMBER.match(written):
        return int(written.replace("_", "")) if len(written) < 40 else written
    return float(written) if _REAL.match(written) else written


def _quoted(written: str, line: tuple[int, str, int]) -> str:
    if written[0] == "'":
        return written[1:-1].replace("''", "'")
    try:
        return str(json.loads(written))
    except ValueError:
        raise _unread(line) from None


def _inline(written: str, line: tuple[int, str, int]) -> Any:
    """A list or a mapping on one line, of plain values."""
    closing = {"[": "]", "{": "}"}[written[0]]
    inner = written[1:-1].strip()
    if written[-1] != closing or any(bracket in inner for bracket in "[]{}"):
        raise _unread(line)
    parts = [part.strip() for part in re.findall(r"""(?:"[^"]*"|'[^']*'|[^,])+""", inner)]
    if closing == "]":
        return [_scalar(part, line) for part in parts if part]
    found = {}
    for part in parts:
        match = _ENTRY.match(part)
        if not match:
            raise _unread(line)
        found[_scalar(match[1].rstrip(), line)] = _scalar(match[2] or "", line)
    return found


def _unread(line: tuple[int, str, int]) -> AdapterError:
    return AdapterError(
        f"line {line[2]} of the configuration is written in a way that is not read here: {shown(line[1])}; hand over "
        "what yaml.safe_load makes of it"
    )
