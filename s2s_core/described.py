"""A short repr of one line for records, for notebooks and debuggers.

It is the usual line of a dataclass, `Name(field=value, ...)`, but an array is shown by its dtype and shape, and a long
text or collection by its beginning and its length. A class uses it with `__repr__ = described` in its body.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass

ROOM = 80
"""The most characters of one field."""

_LEAST = 12  # with less room, a record inside a record is shown by its name only


def described(record: object) -> str:
    """A dataclass in one line, about `ROOM` characters for each of its fields at most."""
    return f"{type(record).__name__}({_fields(record, ROOM)})"


def short(value: object, room: int = ROOM) -> str:
    """Any value in one line of about `room` characters; imports nothing to know what it is.

    >>> short(tuple(range(1000)), 20)
    '(0, 1, 2, 3, 4, 5, 6, … 1000 in all)'
    """
    if getattr(value, "shape", ()):
        return array(value)
    if isinstance(value, str | bytes):
        return repr(value) if len(value) <= room else f"{value[:room]!r}…"
    if hasattr(value, "named_parameters"):  # a module of PyTorch's, whose own line is a page
        return type(value).__name__
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({_fields(value, room // 3) if room // 3 >= _LEAST else '…'})"
    if isinstance(value, Collection) and not isinstance(value, range) and value:
        return _collection(value, room)
    try:
        if isinstance(value, int | float):
            return repr(value)
        line = " ".join(repr(value).split())
    except ValueError:  # Python writes down no number of more than some 4,000 digits
        return f"{type(value).__name__} of thousands of digits"
    return line if len(line) <= room else f"{line[:room]}…"


def array(value: object) -> str:
    """An array or a tensor by its type and shape: "float32 [11, 96]"."""
    kind = str(getattr(value, "dtype", type(value).__name__)).removeprefix("torch.")
    return f"{kind} {list(getattr(value, 'shape', ()))}"


def _fields(record: object, room: int) -> str:
    shown = (field.name for field in fields(record) if field.repr)  # type: ignore[arg-type]  # a dataclass, as asked
    return ", ".join(f"{name}={short(getattr(record, name, None), room)}" for name in shown)


def _collection(values: Collection[object], room: int) -> str:
    """As many items as there is room for, and how many there are."""
    around = "[]" if isinstance(values, list) else "()" if isinstance(values, tuple) else "{}"
    written: list[str] = []
    left = room
    for item in values if room >= _LEAST else ():
        text = short(item, room // 2)
        if isinstance(values, Mapping):
            text = f"{text}: {short(values[item], room // 2)}"
        if written and len(text) > left:
            break
        written.append(text)
        left -= len(text) + 2
    if len(written) < len(values):
        written.append(f"… {len(values)} in all")
    comma = "," if isinstance(values, tuple) and len(values) == 1 else ""
    return f"{around[0]}{', '.join(written)}{comma}{around[1]}"
