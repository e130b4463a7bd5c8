"""What a user can cause. Each error keeps its facts, so that a screen can say it in its own language.

`str(error)` is one English sentence: what came, what was expected, names that would have worked. The facts
are also the exception's `args`, so an error survives copying and crossing a process boundary.
"""


class S2SError(ValueError):
    """Base of every error that a typed text, a file or an option can cause; all else is a defect."""


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
        return f"unknown {self.kind} {self.name!r}: known are {', '.join(self.known) or 'none'}"


class _Sentence(S2SError):
    """An error whose only fact is its sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidConfig(_Sentence):
    """A model or training configuration that contradicts itself, or an argument that cannot be what it is."""


class CheckpointError(S2SError):
    """A checkpoint that is missing, truncated, foreign or edited: its `path`, the `reason` as a clause."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"cannot load {self.path}: {self.reason}"


class TrainingError(_Sentence):
    """Training that cannot start or go on, such as a loss that is not a number."""


class DataError(_Sentence):
    """A data file that cannot be read as pairs of texts."""
