"""The line for a first visit, about a model and its output; the browser decides whether it is shown."""

from s2s_core import Trace
from s2s_ui.locales import N_
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _

MOST = 48  # characters of a text or an answer in the line

TASKS = {
    "dates": N_("This network writes dates in ISO form."),
    "ko-pronounce": N_("This network writes Korean as it is spoken."),
    "pronounce": N_("This network writes how English words sound."),
    "en-fr": N_("This network translates English into French."),
    "ko-en": N_("This network translates Korean into English."),
}
"""What each shipped model does, by task."""

OTHER = N_("This network turns one sequence into another.")


def line(trace: Trace) -> dict[str, object]:
    """What the network does, with this text and its output; and whether the session began with a link for a step."""
    lead = TASKS.get(caches.described(trace.model).info.task, OTHER)
    return {
        "lead": _(lead),
        "text": _shortened(trace.text),
        "output": _shortened(trace.output),
        "linked": state.is_linked(),
    }


def _shortened(text: str) -> str:
    return text if len(text) <= MOST else f"{text[: MOST - 1].rstrip()}…"
