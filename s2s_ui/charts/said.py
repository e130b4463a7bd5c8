"""What a chart says of itself, as data: sentences, what each is about, and the chapter of the lesson.

An entry answers for what bears its title, for what has all the fields that its sentence asks for, or, as the last of
its figure, for all the rest. `{α}` is the number of the mark that is pointed at, `{α.low}`, `{α.high}` and `{α.count}`
are the extremes and how many different ones are drawn, `{open%}` is a share, `{step+1}` counts from one, and `{title}`
is the title of an axis: shell/explained.js fills them in. A figure of Plotly answers as a `WHOLE`, or by its points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from s2s_ui.locales import Translate
from s2s_ui.stage.explanations import chapters

ACROSS, UPWARD, SCALE, WHOLE = "axis bottom", "axis left", "legend", "whole"
"""What an entry is `at`, beside the words of a title."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and what it is about: `at` these titles, or marks `of` these values, or whatever has its fields."""

    sentence: str
    at: tuple[str, ...] = ()
    of: Mapping[str, Any] = field(default_factory=dict)  # values that the mark has; None: any


@dataclass(frozen=True, slots=True)
class Explained:
    """What a figure says, and the chapter of the lesson about it."""

    chapter: str
    said: tuple[Said, ...]

    def to_json(self, _: Translate, lesson: str | None) -> dict[str, Any]:
        """What shell/explained.js reads; without a `lesson` to link to there is no link."""
        titles = chapters(_)
        number = list(titles).index(f"chapter_{self.chapter}")
        link = lesson and f"{lesson}{'&' if '?' in lesson else '?'}chapter={number}"
        chapter = _("In the lesson: {chapter}").format(chapter=titles[f"chapter_{self.chapter}"])
        said = [{"sentence": entry.sentence, "at": entry.at, "of": entry.of} for entry in self.said]
        return {"said": said, "link": link, "chapter": chapter}
