"""What if: a reader's request on the stage becomes an edit of the view.

The stage sends one request at a time:

    {"add": edit}                              add an edit (JSON of s2s_core.edits); it replaces one of the same place
    {"remove": number} | {"clear": true}       remove the edit with this number, or all edits
    {"context": {"step": t, "text": text}}     replace the context of output t by that of another sentence
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from s2s_core.edits import MOST, Clamp, Edits, Replace, set_context
from s2s_core.errors import DataError
from s2s_ui.session import caches
from s2s_ui.session.request import Request

DECIMALS = 3  # of a context's numbers, which are part of the link


def edited(asked: Request) -> Callable[[Edits | None, Any], Edits | None]:
    """A function of the current edits and the stage's request that returns the new edits, for the shown sentence.

    The function raises S2SError if the request is not valid, or the model cannot read the other sentence.
    """

    def after(edits: Edits | None, request: Any) -> Edits | None:
        present = edits.edits if edits else ()
        match request:
            case {"add": dict(entry)}:
                (new,) = Edits.from_json([entry]).edits
            case {"context": {"step": int(step), "text": str(text)}}:
                (new,) = set_context(step, _context(asked, text, step)).edits
            case {"remove": int(number)}:
                return _or_none(tuple(edit for place, edit in enumerate(present) if place != number))
            case {"clear": True}:
                return None
            case _:
                raise DataError(f"not a wish about edits: {request!r}")
        if len(present) >= MOST:
            raise DataError(f"there are {len(present)} changes already")
        return Edits((*(edit for edit in present if _place(edit) != _place(new)), new))

    return after


def _context(asked: Request, text: str, step: int) -> tuple[float, ...]:
    """The context of the same output step of another sentence, or of its last step if it has fewer."""
    other = caches.runs(replace(asked, text=text, forced=False, edits=None)).shown.context
    return tuple(round(float(value), DECIMALS) for value in other[min(step, len(other) - 1)])


def _place(edit: Clamp | Replace) -> tuple[object, ...]:
    """The place that an edit changes: there can be only one edit of each place."""
    if isinstance(edit, Clamp):
        return (edit.quantities, edit.part, edit.layer, edit.units, edit.steps)
    return (edit.part, edit.quantity, edit.layer, edit.units, edit.step)


def _or_none(edits: tuple[Clamp | Replace, ...]) -> Edits | None:
    return Edits(edits) if edits else None
