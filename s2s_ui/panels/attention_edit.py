"""Editing the attention of one output step: from the reader's choice to the edits of the view, and back."""

from dataclasses import dataclass, replace

from s2s_core import Trace
from s2s_core.analysis.attention import (
    AttentionEdit,
    Row,
    at_place,
    attention_edit_of,
    everywhere,
    rounded,
    shifted,
    weighed,
)
from s2s_core.edits import Edits, Replace, combine, set_weights
from s2s_ui.session import caches, state
from s2s_ui.session.request import Request

SLIDERS = 4


@dataclass(frozen=True, slots=True)
class StepAttention:
    """The attention of one output step, with and without the reader's edit."""

    step: int
    computed: Row  # the weights without an edit of this step's attention
    now: Row  # the weights with it
    others: Edits | None  # all other edits of the view

    @property
    def edit(self) -> AttentionEdit:
        """How the current weights were made from the computed ones."""
        return attention_edit_of(self.now, self.computed)

    @property
    def place(self) -> int:
        """The source position with the largest weight."""
        return max(range(len(self.now)), key=self.now.__getitem__)

    @property
    def heaviest(self) -> tuple[int, ...]:
        """The positions that have sliders: those with the largest computed or current weights, from left to right."""
        weights = [max(pair) for pair in zip(self.computed, self.now, strict=True)]
        return tuple(sorted(sorted(range(len(weights)), key=lambda place: -weights[place])[:SLIDERS]))

    def choose(self, edit: AttentionEdit) -> None:
        """Make this step's weights in this way; the model then decodes on from this step."""
        length = len(self.computed)
        rows: dict[AttentionEdit, Row] = {
            "place": at_place(length, self.place),
            "everywhere": everywhere(length),
            "left": shifted(self.computed, -1),
            "right": shifted(self.computed, 1),
            "hand": weighed(self.now, self.place, self.now[self.place] / 2),
        }
        self._put(rows.get(edit))

    def pin(self, position: int) -> None:
        """Put all the weight of this step on one source position."""
        self._put(at_place(len(self.computed), position))

    def weigh(self, position: int, weight: float) -> None:
        """Set the weight of one position; the others are scaled so that the sum stays 1."""
        self._put(weighed(self.now, position, weight))

    def _put(self, row: Row | None) -> None:
        new = None if row is None else set_weights(self.step, rounded(row))
        edits = combine(*(edit for edit in (self.others, new) if edit))
        state.change(edits=edits if edits.edits else None)


def step_attention(asked: Request, step: int) -> tuple[StepAttention, Trace]:
    """The attention of a request's step, and the trace of the request without an edit of this step's attention.

    If the trace has fewer steps, it is the attention of the last one.
    """
    edits = asked.edits.edits if asked.edits else ()
    here = [edit for edit in edits if isinstance(edit, Replace) and _place(edit) == ("attention", "weights", step)]
    rest = tuple(edit for edit in edits if edit not in here)
    others = Edits(rest) if rest else None
    before = caches.runs(replace(asked, edits=others)).shown
    if step >= len(before.tgt_tokens):
        return step_attention(asked, len(before.tgt_tokens) - 1)
    computed = tuple(map(float, before.attention.weights[step])) if before.attention else ()
    now = here[-1].values if here else computed
    return StepAttention(step, computed, now, others), before


def in_turn(asked: Request, at: StepAttention) -> list[Trace]:
    """For each source position, the trace in which the step has all its weight on this position."""
    rows = (set_weights(at.step, at_place(len(at.computed), position)) for position in range(len(at.computed)))
    edits = (combine(*(each for each in (at.others, row) if each)) for row in rows)
    return [caches.runs(replace(asked, edits=edit)).shown for edit in edits]


def _place(edit: Replace) -> tuple[str, str, int]:
    return edit.part, edit.quantity, edit.step
