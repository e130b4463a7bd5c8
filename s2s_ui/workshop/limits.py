"""The limits on trainings' disk space and lifetime, which are options of the server, and their errors."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, Self

from s2s_core.errors import S2SError, shown

LOG = logging.getLogger(__name__)

MB = 1_000_000
DAY = 24 * 60 * 60  # seconds


class ShareFull(S2SError):
    """A training would exceed the ``limit`` on disk space, in MB, of one visitor or of all."""

    def __init__(self, whose: Literal["visitor", "all"], limit: float) -> None:
        super().__init__(whose, limit)
        self.whose, self.limit = whose, limit

    def __str__(self) -> str:
        whose = "one visitor" if self.whose == "visitor" else "all visitors"
        return f"the trainings of {whose} may take {self.limit:g} MB, and this one would take more"


class TooManyOpen(S2SError):
    """The visitor already has ``limit`` trainings that wait, run or are paused."""

    def __init__(self, limit: float) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"this visitor has {self.limit:g} trainings that are not finished, the most of one visitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server's trainings. Each is positive; infinity means no limit."""

    mb: float = 2000  # disk space of all trainings, with their files of pairs
    mb_each: float = 300  # disk space of one visitor's trainings; the largest possible training takes 240
    open_each: float = 5  # trainings of one visitor that wait, run or are paused
    days: float = 90  # after which a training that nobody opened is deleted

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """The limits from S2S_RUNS_MB, S2S_RUNS_MB_EACH, S2S_RUNS_OPEN_EACH and S2S_RUNS_DAYS.

        A value that is not a positive number ("inf" is allowed) is logged and replaced by the default. So a server with
        a wrong value still starts, and no wrong value removes a limit.
        """
        chosen: dict[str, float] = {}
        for field in fields(cls):
            name = f"S2S_RUNS_{field.name.upper()}"
            if not (text := environment.get(name, "").strip()):
                continue
            try:
                value = float(text)
            except ValueError:
                value = math.nan
            if value > 0:
                chosen[field.name] = value
            else:
                LOG.warning(
                    "%s is %s, but has to be a number above 0, or inf: %g is taken", name, shown(text), field.default
                )
        return cls(**chosen)
