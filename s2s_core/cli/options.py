"""Options that several commands share."""

from typing import Annotated

import typer

Model = Annotated[str, typer.Option("--model", "-m", help="A model's name (see `models`), or a checkpoint's folder.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda or mps.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same numbers.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
