"""Attention by hand: from what a reader chooses for one output step to the edits of the view, and back."""

from dataclasses import dataclass, replace

from s2s_core import Trace
from s2s_core.analysis.attention import Look, Row, at_place, everywhere, look_of, rounded, shifted, weighed
from s2s_core.edits import Edits, Replace, combine, set_weights
from s2s_ui.session import caches, state
from s2s_ui.session.request import Request

SLIDERS = 4


@dataclass(frozen=True, slots=True)
class Looking:
    """One output step: its weights as computed and as they are now, and the edits of everything else."""

    step: int
    computed: Row
    now: Row
    others: Edits | None

    @property
    def look(self) -> Look:
        """How the weights of now come from the computed ones."""
        return look_of(self.now, self.computed)

    @property
    def place(self) -> int:
        """The source position with the most weight."""
        return max(range(len(self.now)), key=self.now.__getitem__)

    @property
    def heaviest(self) -> tuple[int, ...]:
        """The positions with the most weight, as computed or now, from left to right: those that have sliders."""
        weights = [max(pair) for pair in zip(self.computed, self.now, strict=True)]
        return tuple(sorted(sorted(range(len(weights)), key=lambda place: -weights[place])[:SLIDERS]))

    def choose(self, look: Look) -> None:
        """Look so at this step, and decode on from there."""
        length = len(self.computed)
        rows: dict[Look, Row] = {
            "place": at_place(length, self.place),
            "everywhere": everywhere(length),
            "left": shifted(self.computed, -1),
            "right": shifted(self.computed, 1),
            "hand": weighed(self.now, self.place, self.now[self.place] / 2),
        }
        self._put(rows.get(look))

    def pin(self, position: int) -> None:
        """Look at one source position alone."""
        self._put(at_place(len(self.computed), position))

    def weigh(self, position: int, weight: float) -> None:
        """Give one position this weight; the others share what is left as they did."""
        self._put(weighed(self.now, position, weight))

    def _put(self, row: Row | None) -> None:
        own = None if row is None else set_weights(self.step, rounded(row))
        edits = combine(*(each for each in (self.others, own) if each))
        state.change(edits=edits if edits.edits else None)


def looking(asked: Request, step: int) -> tuple[Looking, Trace]:
    """How a step of a request looks, and the run in which it looks as computed."""
    edits = asked.edits.edits if asked.edits else ()
    here = [edit for edit in edits if isinstance(edit, Replace) and _place(edit) == ("attention", "weights", step)]
    rest = tuple(edit for edit in edits if edit not in here)
    others = Edits(rest) if rest else None
    before = caches.runs(replace(asked, edits=others)).shown
    if step >= len(before.tgt_tokens):
        return looking(asked, len(before.tgt_tokens) - 1)
    computed = tuple(map(float, before.attention.weights[step])) if before.attention else ()
    now = here[-1].values if here else computed
    return Looking(step, computed, now, others), before


def in_turn(asked: Request, at: Looking) -> list[Trace]:
    """The runs in which the step looks at one source position alone, for each position in turn."""
    rows = (set_weights(at.step, at_place(len(at.computed), position)) for position in range(len(at.computed)))
    edits = (combine(*(each for each in (at.others, row) if each)) for row in rows)
    return [caches.runs(replace(asked, edits=edit)).shown for edit in edits]


def _place(edit: Replace) -> tuple[str, str, int]:
    return edit.part, edit.quantity, edit.step
