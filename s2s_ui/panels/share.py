"""The limits on the disk space of a visitor's trainings, and the reasons for a refusal, in words."""

import math

from s2s_ui.session import caches
from s2s_ui.session.i18n import _
from s2s_ui.workshop import ShareFull, TooManyOpen


def limits() -> str:
    """The limits of this server, as one line."""
    found = caches.workshop().limits
    return _(
        "This server keeps up to {mb} MB of trainings for each visitor, at most {count} of them unfinished, and {all} "
        "MB for everyone. It deletes a training that nobody opens for {days} days."
    ).format(
        mb=_number(found.mb_each),
        count=_number(found.open_each),
        all=_number(found.mb),
        days=_number(found.days),
    )


def refusal(error: ShareFull | TooManyOpen) -> str:
    """Why a training would exceed a limit, with a remedy."""
    match error:
        case TooManyOpen(limit=limit):
            return _(
                "You have as many unfinished trainings as this server keeps for one visitor ({count}): let one finish, "
                "end it or delete it, then try again."
            ).format(count=_number(limit))
        case ShareFull(whose="visitor", limit=limit):
            return _(
                "Your trainings would take more than {mb} MB, which is all that this server keeps for one visitor: "
                "delete one, then try again. What was saved before is kept."
            ).format(mb=_number(limit))
        case ShareFull(limit=limit):
            return _(
                "The trainings of everyone would take more than {mb} MB, which is all that this server keeps: try "
                "again when some have been deleted. What was saved before is kept."
            ).format(mb=_number(limit))


def _number(limit: float) -> str:
    return "∞" if math.isinf(limit) else f"{limit:,.10g}"
