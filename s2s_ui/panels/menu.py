"""The menu of models."""

from s2s_core.errors import S2SError
from s2s_ui.panels import training_order
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _


def models() -> dict[str, str]:
    """The models of the program, the reader's own models, and the model of the link: name -> title."""
    titles = {name: _(info.title) if info.title else name for name, info in caches.models().items()}
    mine = {name: _own(name) for name in (*training_order.known(), state.view().model) if name and name not in titles}
    return titles | {name: title for name, title in mine.items() if title}


def _own(name: str) -> str | None:
    """The title of a model that was trained here; None if it has no checkpoint yet."""
    try:
        info = caches.described(name).info
    except S2SError:
        return None
    found = caches.workshop().training(name)
    return training_order.title(found.order) if found else info.title or name
