"""The folders in which models are found by name, in addition to the models that come with the program.

`fetch` installs a model into the first folder in S2S_MODELS; by default, this is a folder of the user. S2S_CHECKPOINTS
lists further folders. The entries of both lists are separated as in PATH.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from s2s_core.errors import InvalidConfig, NotBrought, UnknownName

MODELS, FURTHER = "S2S_MODELS", "S2S_CHECKPOINTS"
LARGE = ("pronounce", "en-fr", "en-fr-last", "en-fr-forward")
"""The models of 5 MB and more: a checkout of the repository has them, an installation can fetch them."""


def added() -> list[Path]:
    """All these folders; the one for fetched models is the first."""
    mine = _of_user()
    return [*(_listed(MODELS) or ([mine] if mine else [])), *_listed(FURTHER)]


def fetched() -> Path:
    """The folder for fetched models; it may not exist yet.

    Raises:
        InvalidConfig: if S2S_MODELS is not set and the user has no home folder.
    """
    named, mine = _listed(MODELS), _of_user()
    if named:
        return named[0]
    if mine is None:
        raise InvalidConfig(f"this user has no home folder to keep models in: name a folder in {MODELS}")
    return mine


def unknown(name: str, known: Iterable[str]) -> UnknownName:
    """The error for a model that is not here; for one of the LARGE models it says how to fetch it."""
    return (NotBrought if name in LARGE else UnknownName)("model", name, tuple(known))


def at_home(path: Path) -> Path:
    """The path with ~ expanded; unchanged if there is no such user."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _listed(variable: str) -> list[Path]:
    return [at_home(Path(root)) for root in os.environ.get(variable, "").split(os.pathsep) if root]


def _of_user() -> Path | None:
    """The folder for our models among the user's data on this system; None without a home folder."""
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
        if os.path.isabs(named := os.environ.get("XDG_DATA_HOME", "")):  # the standard says to ignore a relative path
            data = Path(named)
    return data / "seq2scope" / "models"
