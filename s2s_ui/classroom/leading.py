"""The files of the teacher's bar that a browser keeps."""

from importlib.resources import files

from s2s_ui import kept
from s2s_ui.classroom.page import QUESTION
from s2s_ui.kept import Kept


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


SCRIPT = Kept("lead.js", lambda: _read("lead.js").replace("./question.js", f"./{QUESTION.file}"))
SHEET = Kept("lead.css", lambda: _read("lead.css") + _read("answers.css"))
START = kept.of(__package__, "start.js")
