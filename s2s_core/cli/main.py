"""`seq2scope COMMAND`, `python -m s2s_core COMMAND`: all commands, with every error on one line.

Exit codes: 0 done, 1 an error that the user can fix (one line on stderr), 2 wrong usage, 130 interrupted, 143 ended.
"""

import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from itertools import takewhile
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from s2s_core import __version__
from s2s_core.cli.evaluate import evaluate_command
from s2s_core.cli.experiment import experiment_command
from s2s_core.cli.fetch import fetch_command
from s2s_core.cli.models import models_command
from s2s_core.cli.open_app import app_command
from s2s_core.cli.output import stderr
from s2s_core.cli.sweep import sweep_command
from s2s_core.cli.trace import trace_command
from s2s_core.cli.train import train_command
from s2s_core.cli.translate import translate_command
from s2s_core.errors import InvalidConfig, S2SError

PROGRAM = "python -m s2s_core"
INTERRUPTED = 130

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")
app.command("app", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(app_command)
app.command("models")(models_command)
app.command("translate")(translate_command)
app.command("trace")(trace_command)
app.command("train")(train_command)
app.command("sweep")(sweep_command)
app.command("evaluate")(evaluate_command)
app.command("experiment")(experiment_command)
app.command("fetch")(fetch_command)

_debug = ContextVar("debug", default=False)


def _print_version(wanted: bool) -> bool:
    if wanted:
        typer.echo(f"seq2scope {__version__}")
        raise typer.Exit()
    return wanted


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A microscope for sequence-to-sequence networks: what a model writes, and why.

    `python -m s2s_core COMMAND --help` has examples. `seq2scope` without a command opens the app.
    """
    _debug.set(debug)


def seq2scope() -> int:
    """The installed program: the same commands; without a command it opens the app."""
    return main(or_app(sys.argv[1:]), program="seq2scope")


def or_app(words: list[str]) -> list[str]:
    """The words of a command line, with the command `app` added at the beginning if there is no command."""
    flags = list(takewhile("--debug".__eq__, words))
    rest = words[len(flags) :]
    unnamed = not rest or (rest[0].startswith("--") and rest[0] not in ("--help", "--version"))
    return [*flags, "app", *rest] if unnamed else words


def main(argv: Sequence[str] | None = None, *, program: str = PROGRAM) -> int:
    """Run one command and return its exit code; ``program`` is what the user called."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        for word in words:
            _check_encoding(word)
        _commands(program).main(args=words, prog_name=program)
    except SystemExit as exit:
        return _flushed(exit.code if isinstance(exit.code, int) else 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (S2SError, OSError) as error:
        if _debug.get():
            raise
        where = f": {error.filename}" if isinstance(error, OSError) and error.filename else ""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _say(f"{reason}{where}")
        return _flushed(1)
    return _flushed(0)


def _commands(program: str) -> TyperGroup:
    """The commands, with help that calls the program as its user does."""
    commands = get_command(app)
    assert isinstance(commands, TyperGroup)
    for command in (commands, *commands.commands.values()):
        command.help = (command.help or "").replace(PROGRAM, program)
    return commands


def _check_encoding(word: str) -> None:
    """Refuse an argument that is not UTF-8: its bytes arrive as lone surrogates, which cannot be printed."""
    try:
        word.encode()
    except UnicodeEncodeError as error:
        raise InvalidConfig(f"an argument is not UTF-8 at character {error.start + 1}: {word!a}") from None


def _flushed(code: int) -> int:
    """The exit code, after stdout was flushed. The program that reads our output may have ended already (`| head`)."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code == 0 and not isinstance(error, BrokenPipeError):
            _say(f"{error.strerror}: the output cannot be written")
        return 1
    return code


def _say(problem: str) -> None:
    stderr().print(f"error: {problem}", style="red", markup=False, highlight=False, soft_wrap=True)
