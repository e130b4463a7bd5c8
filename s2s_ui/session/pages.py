"""The pages of the app, in the order of the navigation: one line each, and a script of the same name in pages/."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from s2s_ui.locales import N_


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    script: str  # its name in pages/, without .py
    title: str  # marked for translation
    reads: bool = True  # whether it shows the link's model and sentence
    followed: bool = True  # whether a class follows the teacher to it


_ALL = (
    Page("watch", N_("Watch")),
    Page("gates", N_("Gates")),
    Page("directions", N_("Both directions")),
    Page("attention", N_("Attention")),
    Page("why", N_("Why")),
    Page("gradient", N_("Gradient")),
    Page("forcing", N_("Teacher forcing")),
    Page("compare", N_("Compare")),
    Page("train", N_("Train"), reads=False),
    Page("lesson", N_("Lesson"), reads=False),
    Page("classroom", N_("Class"), reads=False, followed=False),
)

PAGES: Mapping[str, Page] = MappingProxyType({page.script if at else "": page for at, page in enumerate(_ALL)})
"""The pages by their paths below the app's address; the first one is the app's address itself."""
