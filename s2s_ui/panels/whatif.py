"""What if: what a reader asks for on the stage becomes an edit of the view.

The stage sends one wish at a time:

    {"add": edit}                              an edit as s2s_core.edits has it in JSON; of the same place, it replaces
    {"remove": number} | {"clear": true}       the edit with this number, or all of them, are taken back
    {"context": {"step": t, "text": text}}     the context of output t is that of another sentence
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from s2s_core.edits import MOST, Clamp, Edits, Replace, set_context
from s2s_core.errors import DataError
from s2s_ui.session import caches
from s2s_ui.session.request import Request

DECIMALS = 3  # of a context that is put in the place of another: a link has to carry it


def wished(asked: Request) -> Callable[[Edits | None, Any], Edits | None]:
    """Edits and a wish -> the edits after it, for the request that is looked at.

    Raises:
        S2SError: for a wish that is no edit, or another sentence that the model cannot read.
    """

    def after(edits: Edits | None, wish: Any) -> Edits | None:
        present = edits.edits if edits else ()
        match wish:
            case {"add": dict(entry)}:
                (new,) = Edits.from_json([entry]).edits
            case {"context": {"step": int(step), "text": str(text)}}:
                (new,) = set_context(step, _context(asked, text, step)).edits
            case {"remove": int(number)}:
                return _or_none(tuple(edit for place, edit in enumerate(present) if place != number))
            case {"clear": True}:
                return None
            case _:
                raise DataError(f"not a wish about edits: {wish!r}")
        if len(present) >= MOST:
            raise DataError(f"there are {len(present)} changes already")
        return Edits((*(edit for edit in present if _place(edit) != _place(new)), new))

    return after


def _context(asked: Request, text: str, step: int) -> tuple[float, ...]:
    """The context of the same output step in another sentence; of its last one where it has fewer."""
    other = caches.runs(replace(asked, text=text, forced=False, edits=None)).shown.context
    return tuple(round(float(value), DECIMALS) for value in other[min(step, len(other) - 1)])


def _place(edit: Clamp | Replace) -> tuple[object, ...]:
    """What an edit changes; two edits of one place cannot both hold."""
    if isinstance(edit, Clamp):
        return (edit.quantities, edit.part, edit.layer, edit.units, edit.steps)
    return (edit.part, edit.quantity, edit.layer, edit.step)


def _or_none(edits: tuple[Clamp | Replace, ...]) -> Edits | None:
    return Edits(edits) if edits else None
