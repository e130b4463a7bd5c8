"""The cached files of a class's pages: each module imports others by names with their hashes."""

import re
from functools import partial
from importlib.resources import files

from s2s_ui.kept import Kept, colours
from s2s_ui.stage.served import ENTRY

_IMPORTED = re.compile(r'(?:(?<=from ")|(?<= import\("))(\.{1,2}/[\w./-]+\.js)(?="\)?;)')


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _module(name: str) -> str:
    return _IMPORTED.sub(lambda match: f"./{_MODULES[match[1]].file}", _read(name))


def _sheet(*names: str) -> str:
    return "".join(map(_read, names))


_SCRIPTS = (
    *("question.js", "joining.js", "line.js", "outbox.js", "placed.js", "hand_in.js"),
    *("student_parts.js", "student.js"),
    *("plan.js", "plan_parts.js", "place.js", "leading.js", "lead.js", "lead_parts.js", "journey.js", "wall.js"),
    *("strip.js", "own.js", "start.js", "lobby.js", "answered.js", "desk.js"),
)
_MODULES = {"../stage/served.js": ENTRY} | {f"./{name}": Kept(name, partial(_module, name)) for name in _SCRIPTS}
STUDENT, PLACE, START, LOBBY, DESK = (
    _MODULES[f"./{name}.js"] for name in ("student", "place", "start", "lobby", "desk")
)
STUDENT_SHEET = Kept("class.css", partial(_sheet, "fonts.css", "class.css", "answers.css", "hand_in.css"))
LEAD_SHEET = Kept("lead.css", partial(_sheet, "lead.css", "answers.css", "wall.css", "plan.css"))
_DESK = ("fonts.css", "lead.css", "answers.css", "wall.css", "plan.css", "desk.css")
DESK_SHEET = Kept("desk.css", lambda: colours() + _sheet(*_DESK))
LOBBY_SHEET = Kept("lobby.css", partial(_sheet, "lobby.css"))
