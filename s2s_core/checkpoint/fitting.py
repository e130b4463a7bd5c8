"""Errors in the content of a checkpoint whose files are intact, as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from s2s_core.errors import CheckpointError, TooLarge, quoted
from s2s_core.foreign import Unreadable


@contextmanager
def understood(folder: Path) -> Iterator[None]:
    """Turn any error of parts that do not fit together into a CheckpointError."""
    try:
        yield
    except CheckpointError as error:
        raise CheckpointError(folder, _clause(error)) from error
    except KeyError as error:
        raise CheckpointError(folder, f"{quoted(error.args[0])} is missing in it") from error
    except TooLarge as error:
        raise CheckpointError(folder, f"the weights do not fit a network of this size ({_clause(error)})") from error
    except (
        SafetensorError,
        ValueError,
        TypeError,
        AttributeError,
        RuntimeError,
        ArithmeticError,
        LookupError,
    ) as error:
        raise CheckpointError(folder, f"its parts do not fit together ({_clause(error)})") from error


@contextmanager
def in_file(name: str) -> Iterator[None]:
    """Add the name of the file to an Unreadable."""
    try:
        yield
    except Unreadable as error:
        raise Unreadable(f"{name} {error}") from error


def _clause(error: Exception) -> str:
    """The message of an error on one line, at most 300 characters."""
    text = " ".join(str(error).split())
    return text if len(text) <= 300 else f"{text[:300]}…"
