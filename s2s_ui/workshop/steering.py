"""The commands of a training's owner, and their errors."""

from typing import Literal

from s2s_core.errors import S2SError

Command = Literal["pause", "end", "go on", "delete"]


class TooMany(S2SError):
    """The server is already running as many trainings as it can."""


class _About(S2SError):
    """An error whose only fact is the ``name`` of a training."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotTheOwner(_About):
    """Only the owner of the training may give this command."""

    def __str__(self) -> str:
        return f"only whoever has the key of the training {self.name} can steer it"


class Gone(_About):
    """The training was deleted in the meantime."""

    def __str__(self) -> str:
        return f"there is no training {self.name} any more"


class StillRunning(_About):
    """The training cannot be deleted, because it is running or being saved."""

    def __str__(self) -> str:
        return f"the training {self.name} is still running: pause it or end it first"
