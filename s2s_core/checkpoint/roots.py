"""The folders in which models are looked up by name, besides those that come with the program.

What `fetch` brings goes into the first folder that S2S_MODELS lists, by default a folder of the user's own; further
folders to look in are listed in S2S_CHECKPOINTS. Lists are separated as in PATH.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from s2s_core.errors import InvalidConfig, NotBrought, UnknownName

MODELS, FURTHER = "S2S_MODELS", "S2S_CHECKPOINTS"
LARGE = ("pronounce", "en-fr", "en-fr-last", "en-fr-forward")
"""Models of the program whose folders have 5 MB and more: a checkout has them, an installation can fetch them."""


def added() -> list[Path]:
    """All of them, the one for fetched models first."""
    mine = _of_user()
    return [*(_listed(MODELS) or ([mine] if mine else [])), *_listed(FURTHER)]


def fetched() -> Path:
    """The folder that fetched models go to; it need not be there yet.

    Raises:
        InvalidConfig: where the user has no folder of their own, and none is named.
    """
    named, mine = _listed(MODELS), _of_user()
    if named:
        return named[0]
    if mine is None:
        raise InvalidConfig(f"this user has no home folder to keep models in: name a folder in {MODELS}")
    return mine


def unknown(name: str, known: Iterable[str]) -> UnknownName:
    """What to say of a model that is not here: of the program's large ones, how it is brought."""
    return (NotBrought if name in LARGE else UnknownName)("model", name, tuple(known))


def at_home(path: Path) -> Path:
    """With ~ at its beginning as somebody's folder, where there is somebody of that name."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _listed(variable: str) -> list[Path]:
    return [at_home(Path(root)) for root in os.environ.get(variable, "").split(os.pathsep) if root]


def _of_user() -> Path | None:
    """Where programs keep a user's data on this system."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        data = home / ".local" / "share"
        if os.path.isabs(named := os.environ.get("XDG_DATA_HOME", "")):  # a relative one is to be ignored
            data = Path(named)
    return data / "seq2scope" / "models"
