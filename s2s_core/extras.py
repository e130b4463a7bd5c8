"""Optional packages (the extras of pyproject.toml). If one is missing, an error says in one sentence how to get it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from typing import Literal

from s2s_core.errors import MissingPackage
from s2s_core.home import HOME

Extra = Literal["app", "cluster", "tasks"]


@contextmanager
def needing(package: str, extra: Extra) -> Iterator[None]:
    """Import ``package`` (its name for pip) inside this block.

    Raises:
        MissingPackage: instead of an ImportError.
    """
    try:
        yield
    except ImportError as error:
        raise missing(package, extra) from error


def require(package: str, extra: Extra) -> None:
    """Check that a package can be imported, without importing it.

    Raises:
        MissingPackage: if it is not installed.
    """
    with needing(package, extra):
        if find_spec(package) is None:
            raise ModuleNotFoundError(package)


def missing(package: str, extra: Extra) -> MissingPackage:
    """The error for a package that is not installed."""
    return MissingPackage(package, f'pip install "{_name()}[{extra}]"')


def _name() -> str:
    """This program's name for pip: its package name if it is installed, else its folder."""
    try:
        return distribution("seq2scope").name
    except PackageNotFoundError:
        return str(HOME)
