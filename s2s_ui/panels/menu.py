"""The menu of models: tasks first, then the siblings of the chosen model, then all others, then the reader's own."""

from s2s_core.errors import S2SError
from s2s_ui.panels import known_trainings, training_order
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _


def models() -> dict[str, str]:
    """The models of the program, the reader's own models, and the model of the link: name -> title."""
    listed = caches.models()
    chosen = state.view().model
    near = {sibling.name for sibling in caches.siblings(chosen or next(iter(listed)))}
    bases = set(tasks())
    names = sorted(listed, key=lambda name: 0 if name in bases else 1 if name in near else 2)
    titles = {name: _(listed[name].title) if listed[name].title else name for name in names}
    mine = {name: _own(name) for name in (*known_trainings.known(), chosen) if name and name not in titles}
    return titles | {name: title for name, title in mine.items() if title}


def tasks() -> tuple[str, ...]:
    """The first model of every task, in the order of the recipes; all others are siblings of these."""
    first: dict[str, str] = {}
    for name, info in caches.models().items():
        first.setdefault(info.task, name)
    return tuple(first.values())


def base_of(name: str) -> str | None:
    """The first model of the task that a model is for; None if it is the first itself, or there is none."""
    task = caches.described(name).info.task
    found = next((base for base in tasks() if caches.described(base).info.task == task), None)
    return None if found == name else found


def _own(name: str) -> str | None:
    """The title of a model that was trained here; None if it has no checkpoint yet."""
    try:
        info = caches.described(name).info
    except S2SError:
        return None
    found = caches.workshop().training(name)
    return training_order.title(found.order) if found else info.title or name
