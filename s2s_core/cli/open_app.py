"""`app`: run the screens with Streamlit, in a separate process."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from s2s_core.extras import require
from s2s_core.home import HOME

LOCAL = "localhost"


def app_command(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="By default 8501, or the next one free.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Whom to serve: 0.0.0.0 is everybody on the network, not this computer alone.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Serve, and open no browser.")] = False,
) -> None:
    """Open the app in the browser, until Ctrl-C ends it. All further options are passed to Streamlit.

    Examples:
    - `python -m s2s_core app`
    - `python -m s2s_core app --port 8080 --host 0.0.0.0 --no-browser`
    - `python -m s2s_core app --server.baseUrlPath seq2scope`
    """
    require("streamlit", "app")
    options = list(context.args)
    if host is None and not _named("server.address", options):
        host = LOCAL
    options += [f"--server.port={port}"] if port is not None else []
    options += [f"--server.address={host}"] if host is not None else []
    options += ["--server.headless=true"] if no_browser else []
    raise typer.Exit(_run([sys.executable, "-P", "-m", "streamlit", "run", str(HOME / "app.py"), *options]))


def _named(option: str, options: list[str]) -> bool:
    """Whether an option of Streamlit is given, on the command line or in the environment."""
    variable = "STREAMLIT_" + option.replace(".", "_").upper()
    return variable in os.environ or any(word.split("=")[0] == f"--{option}" for word in options)


def _run(command: list[str]) -> int:
    """Replace this process by a program. On Windows that is not possible: run the program and return its exit code."""
    if os.name != "nt":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(command[0], command)
    return subprocess.call(command)
