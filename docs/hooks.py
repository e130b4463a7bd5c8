"""What `make docs` takes from elsewhere: CONTRIBUTING.md, and the help of the command line."""

import re
from pathlib import Path
from typing import Any

from typer.main import get_command

from s2s_core.cli.main import app

ROOT = Path(__file__).parents[1]


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Puts the text in place of its mark; links of CONTRIBUTING to files of the repository become their names."""
    if "{{ contributing }}" in markdown:
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        return re.sub(r"\[([^]]+)\]\((?!http)[^)]+\)", r"\1", text)
    return markdown.replace("{{ commands }}", _commands()) if "{{ commands }}" in markdown else markdown


def _commands() -> str:
    """Every command with its options, as a chapter each."""
    chapters = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        rows = [
            f"| `{'`, `'.join(option.opts)}` | {' '.join((getattr(option, 'help', None) or '').split())} |"
            for option in command.params
            if not getattr(option, "hidden", False)
        ]
        summary = " ".join((command.help or "").split("\n\n")[0].split())
        chapters.append("\n".join([f"## {name}", "", summary, "", "| option | |", "| --- | --- |", *rows]))
    return "\n\n".join(chapters)
