"""Packages that only a part of the program needs, the extras of pyproject.toml: one sentence where one is missing."""

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
    """For the import of a package, by the name that pip knows it by.

    Raises:
        MissingPackage: in place of an ImportError.
    """
    try:
        yield
    except ImportError as error:
        raise missing(package, extra) from error


def require(package: str, extra: Extra) -> None:
    """Make sure that a package could be imported, without doing so.

    Raises:
        MissingPackage: where not.
    """
    with needing(package, extra):
        if find_spec(package) is None:
            raise ModuleNotFoundError(package)


def missing(package: str, extra: Extra) -> MissingPackage:
    """What to say of a package that is not installed."""
    return MissingPackage(package, f'pip install "{_name()}[{extra}]"')


def _name() -> str:
    """This program as pip knows it: its name once it is installed, else its folder."""
    try:
        return distribution("seq2scope").name
    except PackageNotFoundError:
        return str(HOME)
