"""The player as one script and one style sheet, for any page: a component of Streamlit, a file, a notebook.

The player is written as ES modules, but a component takes only one script. `script` joins them: each module becomes a
function that is called once, in the order of the imports, so private names stay private. Comments with types are only
for `make check` and are removed.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from importlib.resources import files

SHEETS = ("stage.css", "answer.css", "guide.css", "explain.css", "present.css", "paper.css", "lesson.css")
"""Later sheets override earlier ones."""
ENTRY = "mount.js"  # a module is named by its path under js/
_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)  # comments on separate lines
_EXPORT = re.compile(r"^export (?:const|class|function) (\w+)", re.MULTILINE)


@cache
def style() -> str:
    """The style sheets of the stage as one."""
    return "\n".join(files(__package__).joinpath(name).read_text(encoding="utf-8") for name in SHEETS)


@cache
def script() -> str:
    """All modules of the stage as one."""
    ordered: list[str] = []
    _visit(ENTRY, ordered, ())
    return "\n".join(_wrapped(name) for name in ordered)


def _visit(name: str, ordered: list[str], path: tuple[str, ...]) -> None:
    """Appends a module after those it imports."""
    if name in path:
        raise ImportError(f"the modules of the stage import each other in a circle: {' -> '.join((*path, name))}")
    if name in ordered:
        return
    for _, imported in _IMPORT.findall(_read(name)):
        _visit(_beside(name, imported), ordered, (*path, name))
    ordered.append(name)


def _wrapped(name: str) -> str:
    """A module as a function called once that returns what it exports; the entry keeps its default export."""
    source = _COMMENT.sub("", _read(name))
    exported = _EXPORT.findall(source)
    body = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_variable(_beside(name, match[2]))};\n", source)
    if re.search(r"^import\b", body, re.MULTILINE):
        raise ImportError(f'{name}: the stage only takes imports of the form: import {{ name }} from "./module.js";')
    if name == ENTRY:
        return body
    body = re.sub(r"^export (?=const|class|function)", "", body, flags=re.MULTILINE)
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _beside(name: str, imported: str) -> str:
    """The module that `name` imports as "./x.js" or "../draw/x.js"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), imported))


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _read(name: str) -> str:
    return files(__package__).joinpath("js", name).read_text(encoding="utf-8")
