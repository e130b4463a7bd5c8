"""The explanations of a chart as data: sentences, the element that each one explains, and the chapter of the lesson.

An entry explains the element with its title, or the marks that have all fields in its sentence; the last entry of a
figure explains everything else. shell/explained.js fills in the fields: `{α}` is the number of the mark under the
pointer; `{α.low}`, `{α.high}` and `{α.count}` are the extremes and how many different values are drawn; `{open%}` is a
share, `{step+1}` counts from one, and `{title}` is the title of an axis. A Plotly figure is explained as a `WHOLE`, or
by its points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from s2s_ui.locales import Translate
from s2s_ui.stage.explanations import chapters

ACROSS, UPWARD, SCALE, WHOLE = "axis bottom", "axis left", "legend", "whole"
"""The possible values of `at`, in addition to the text of a title."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and what it explains: elements `at` these titles, marks `of` these values, marks with its fields."""

    sentence: str
    at: tuple[str, ...] = ()
    of: Mapping[str, Any] = field(default_factory=dict)  # values that the mark has; None: any


@dataclass(frozen=True, slots=True)
class Explained:
    """The explanations of a figure, and the chapter of the lesson about it."""

    chapter: str
    said: tuple[Said, ...]

    def to_json(self, _: Translate, lesson: str | None) -> dict[str, Any]:
        """The data for shell/explained.js; without a `lesson` to link to there is no link."""
        titles = chapters(_)
        number = list(titles).index(f"chapter_{self.chapter}")
        link = lesson and f"{lesson}{'&' if '?' in lesson else '?'}chapter={number}"
        chapter = _("In the lesson: {chapter}").format(chapter=titles[f"chapter_{self.chapter}"])
        said = [{"sentence": entry.sentence, "at": entry.at, "of": entry.of} for entry in self.said]
        return {"said": said, "link": link, "chapter": chapter}
