"""The errors that a user can cause. Each error keeps its facts, so that a screen can say it in its own language.

`str(error)` is one English sentence: what came, what was expected, names that would have worked. The facts
are also the exception's `args`, so an error survives copying and crossing a process boundary.
"""

import reprlib
from pathlib import PurePath

LONGEST_SHOWN = 300  # characters of a typed text in a sentence
LONGEST_QUOTED = 60  # characters of a value in a sentence


def shown(value: object) -> str:
    r"""A given value for an error message: on one line and not too long.

    >>> shown("two\nlines"), shown(10**5000)
    ('two\\nlines', 'a number of thousands of digits')
    """
    try:
        text = str(value)
    except ValueError:  # Python refuses to write numbers of more than about 4,000 digits
        return "a number of thousands of digits"
    except RecursionError:
        return "lists within lists"
    cut = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


class _Quoting(reprlib.Repr):
    """Shows only the beginning of a value, and nothing of objects of unknown types."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxlong = LONGEST_QUOTED

    def repr_int(self, x: int, level: int) -> str:
        return "a very large number" if abs(x) >> 256 else repr(x)

    def repr_bytes(self, x: bytes, level: int) -> str:
        return repr(x) if len(x) <= LONGEST_QUOTED else f"{x[:LONGEST_QUOTED]!r}..."

    def repr_instance(self, x: object, level: int) -> str:
        if isinstance(x, bool | float | complex | None):
            return repr(x)
        return self.repr1(str(x), level) if isinstance(x, PurePath) else f"a {type(x).__name__}"


_QUOTING = _Quoting()


def quoted(value: object) -> str:
    """The repr of a given value for an error message: on one line, and shortened if it is long.

    >>> quoted("text"), quoted([1.5, None]), quoted(object()), quoted(10**5000)
    ("'text'", '[1.5, None]', 'a object', 'a very large number')
    """
    return shown(_QUOTING.repr(value))


class S2SError(ValueError):
    """Base of every error that a typed text, a file or an option can cause; any other error is a bug."""


class EmptyText(S2SError):
    """There is nothing to translate."""

    def __str__(self) -> str:
        return "the text is empty: type at least one character"


class TextTooLong(S2SError):
    """A text of `length` units where the model takes at most `limit` (unit: "characters", "tokens", ...)."""

    def __init__(self, length: int, limit: int, unit: str) -> None:
        super().__init__(length, limit, unit)
        self.length, self.limit, self.unit = length, limit, unit

    def __str__(self) -> str:
        return f"the text has {self.length} {self.unit}, and the model takes at most {self.limit}"


class UnknownName(S2SError):
    """A name that is in no registry: `kind` of thing, the `name` that came, the names `known`."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(kind, name, known)
        self.kind, self.name, self.known = kind, name, known

    def __str__(self) -> str:
        return f"unknown {self.kind} {shown(repr(self.name))}: known are {', '.join(self.known) or 'none'}"


class _Sentence(S2SError):
    """An error whose only fact is its sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidConfig(_Sentence):
    """A model or training configuration that contradicts itself, or an argument with an invalid value."""


class TooLarge(InvalidConfig):
    """A configuration that asks for more than this program computes."""


class CannotWrite(InvalidConfig):
    """Something cannot be saved: its `path`, the `reason` as a clause, and whether the disk is `full`."""

    def __init__(self, path: object, reason: str, full: bool = False) -> None:
        remedy = "; make room there, then try again" if full else ""
        super().__init__(f"cannot save: {reason}: {shown(path)}{remedy}")
        self.args = (path, reason, full)
        self.path, self.reason, self.full = path, reason, full

    def __str__(self) -> str:
        return self.message


class NotBrought(UnknownName):
    """A model that is too large to come with the installed package; it has to be fetched once."""

    def __str__(self) -> str:
        brings = f"seq2scope fetch {self.name} --from FOLDER, ARCHIVE or ADDRESS"
        return f"the model {self.name!r} is not here yet: `{brings}` brings it; known are {', '.join(self.known)}"


class CheckpointError(S2SError):
    """A checkpoint that is missing, truncated, foreign or edited: its `path`, the `reason` as a clause."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"cannot load {shown(self.path)}: {self.reason}"


class TrainingError(_Sentence):
    """Training that cannot start or continue, for example because the loss is not a number."""


class DataError(_Sentence):
    """A data file that cannot be read as pairs of texts."""


class AdapterError(_Sentence):
    """Another program's model that cannot be converted: a part is not supported, or the outputs do not agree."""


class MissingPackage(DataError):
    """A `package` that a part of the program needs is not installed; `remedy` is the command that installs it."""

    def __init__(self, package: str, remedy: str) -> None:
        super().__init__(f"this needs the package {package}, which is not installed: {remedy}")
        self.args = (package, remedy)
        self.package, self.remedy = package, remedy

    def __str__(self) -> str:
        return self.message
