"""`fetch`: install a model that did not come with the program."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from s2s_core import checkpoint
from s2s_core.cli.options import Json
from s2s_core.cli.output import escape, print_json, progress_bar, stdout


def fetch_command(
    name: Annotated[str, typer.Argument(help="The name by which it is found from then on.")],
    source: Annotated[
        str, typer.Option("--from", metavar="SOURCE", help="A folder, a zip or tar.gz, or the address of one.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the one that was fetched before.")] = False,
    json: Json = False,
) -> None:
    """Install a model from a folder, an archive or an address: check it and store it under a name.

    The source is the checkpoint's folder, or contains a folder with that name, as an archive of this program's source
    does. The model is stored in the folder that the environment variable `S2S_MODELS` names; by default, this is a
    folder of the user.

    Examples:
    - `python -m s2s_core fetch en-fr --from seq2scope-main.zip`
    - `python -m s2s_core fetch pronounce --from ~/seq2scope/checkpoints`
    - `python -m s2s_core fetch our-model --from https://example.org/our-model.tar.gz`
    """
    with progress_bar() as bar:
        folder = checkpoint.fetch(
            name, source, overwrite=overwrite, progress=_shown(bar, bar.add_task(name, total=None))
        )
    if json:
        print_json({"name": name, "folder": str(folder)})
    else:
        stdout().print(f"{escape(name)} lies in {escape(str(folder))}", highlight=False, soft_wrap=True)


def _shown(bar: Progress, task: TaskID) -> Callable[[int, int | None], None]:
    return lambda done, size: bar.update(task, completed=done, total=size)
