"""`models`: list the models that can be loaded."""

from typing import Any

from s2s_core import checkpoint
from s2s_core.cli.options import Json
from s2s_core.cli.output import print_json, print_table, stderr
from s2s_core.errors import CheckpointError


def models_command(json: Json = False) -> None:
    """List the models that can be loaded by name.

    They came with the program or were installed by `fetch`; the environment variable `S2S_CHECKPOINTS` adds further
    folders. A damaged model is named on stderr.

    Examples:
    - `python -m s2s_core models`
    - `python -m s2s_core models --json`
    """
    entries = []
    for name in checkpoint.names():
        try:
            entries.append(_entry(name))
        except CheckpointError as error:
            stderr().print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    if json:
        print_json(entries)
    else:
        columns = ("name", "title", "task", "cell", "peephole", "context", "parameters")
        print_table(columns, [[entry[column] for column in columns] for entry in entries])


def _entry(name: str) -> dict[str, Any]:
    translator = checkpoint.load(name, device="cpu")
    info, config = translator.info, translator.net.config
    return {
        "name": info.name,
        "title": info.title,
        "task": info.task,
        "cell": config.cell,
        "peephole": config.peephole,
        "context": config.attention if config.context == "attention" else config.context,
        "parameters": sum(parameter.numel() for parameter in translator.net.parameters()),
        "examples": list(info.examples),
        "folder": str(checkpoint.locate(name)),
        "fingerprint": info.fingerprint,
    }
