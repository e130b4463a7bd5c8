"""The few units that carry the difference between two runs, found greedily and checked by intervention."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from s2s_core.described import described
from s2s_core.edits import Edits
from s2s_core.errors import InvalidConfig, quoted
from s2s_core.patching.parts import Part
from s2s_core.patching.runs import Runs

LEAST = 0.05  # share of the way: the effect of a cell below this is too small to be divided among its units
TRIED = 64  # units tried in each round: those with the largest effect alone
STRIDE = 8  # each round adds one unit for every STRIDE units in the set, at least one


@dataclass(frozen=True, slots=True)
class Smallest:
    """The units of one part at one place that are enough. Without any one of them, the rest is not enough."""

    part: str
    place: int
    units: tuple[int, ...]  # in the order in which they were found
    share: float  # of the way, with the donor's values in only these units
    whole: float  # the same with all units
    enough: float  # of `whole`, 0 to 1
    count: int  # the number of all units
    output: str  # the greedy output of the run with these units

    __repr__ = described


def smallest(runs: Runs, part: Part, place: int, *, share: Callable[[float], float], enough: float) -> Smallest:
    """Add the unit with the largest effect, again and again, until the set is enough; then remove unnecessary units.

    If a part has more than `TRIED` units, only those with the largest effect alone are tried. Large sets grow by an
    eighth per round, to save time. The result is the smallest set that this greedy search finds, not the smallest of
    all sets.

    Raises:
        InvalidConfig: if the part at this place has nothing to put in, or moves the answer less than 5 % of the way.
    """

    def shares(sets: Sequence[Sequence[int]]) -> list[float]:
        changed = [runs.edits(part, place, units) for units in sets]
        return [share(effect.log_odds) for effect in runs.effects(changed, outputs=False)]

    values = runs.values(part, place)
    (goal,) = shares([range(len(values))]) if values is not None else (0.0,)
    if values is None or not goal >= LEAST:
        raise InvalidConfig(
            f"part and place are {quoted(part.name)} and {place}, must be a state that takes the answer at least "
            f"{LEAST:.0%} of the way: this one has nothing to divide among its units"
        )
    count = len(values)
    alone = shares([[unit] for unit in range(count)])
    waiting = sorted(range(count), key=lambda unit: -alone[unit])
    units: list[int] = []
    reached = 0.0
    while reached < enough * goal and waiting:
        tried = waiting[:TRIED]
        gains = shares([[*units, unit] for unit in tried]) if units else [alone[unit] for unit in tried]
        best = sorted(range(len(tried)), key=lambda place: -gains[place])[: max(1, len(units) // STRIDE)]
        units += [tried[place] for place in best]
        waiting = [unit for unit in waiting if unit not in units]
        (reached,) = shares([units]) if len(best) > 1 else [gains[best[0]]]
    while len(units) > 1:
        rest = [[unit for unit in units if unit != left] for left in units]
        left_out = shares(rest)
        best_rest = max(range(len(rest)), key=left_out.__getitem__)
        if left_out[best_rest] < enough * goal:
            break
        units = rest[best_rest]
    edits: Edits = runs.edits(part, place, units)
    (effect,) = runs.effects([edits])
    return Smallest(part.name, place, tuple(units), share(effect.log_odds), goal, enough, count, effect.output or "")
