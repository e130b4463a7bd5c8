"""The files of a class's screens that a browser keeps: each module names those that it imports by their hashes."""

import re
from functools import partial
from importlib.resources import files

from s2s_ui.kept import Kept
from s2s_ui.stage.served import ENTRY

_IMPORTED = re.compile(r'(?<=from ")(\.{1,2}/[\w./-]+\.js)(?=";)')


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _module(name: str) -> str:
    return _IMPORTED.sub(lambda match: f"./{_MODULES[match[1]].file}", _read(name))


def _sheet(name: str) -> str:
    return _read(name) + _read("answers.css")


_SCRIPTS = (
    *("question.js", "joining.js", "outbox.js", "placed.js", "student.js"),
    *("plan.js", "plan_parts.js", "lead.js", "lead_parts.js", "start.js", "lobby.js"),
)
_MODULES = {"../stage/served.js": ENTRY} | {f"./{name}": Kept(name, partial(_module, name)) for name in _SCRIPTS}
STUDENT, LEAD, START, LOBBY = (_MODULES[f"./{name}.js"] for name in ("student", "lead", "start", "lobby"))
STUDENT_SHEET = Kept("class.css", partial(_sheet, "class.css"))
LEAD_SHEET = Kept("lead.css", lambda: _sheet("lead.css") + _read("plan.css"))
LOBBY_SHEET = Kept("lobby.css", partial(_read, "lobby.css"))
