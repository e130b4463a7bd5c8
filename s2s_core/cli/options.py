"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import torch
import typer

from s2s_core.arguments import SEEDS
from s2s_core.errors import UnknownName
from s2s_core.search import MAX_BEAM
from s2s_core.translator import Translator

Model = Annotated[str, typer.Option("--model", "-m", help="A model's name (see `models`), or a checkpoint's folder.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda or mps.")]
Beam = Annotated[int, typer.Option("--beam", min=1, max=MAX_BEAM, help="Width of the beam; 1 is greedy.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=SEEDS, help="The same seed gives the same numbers.")]
Amp = Annotated[str, typer.Option("--amp", help="off, or bf16: products in bfloat16, faster where the chip knows it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Data = Annotated[Path | None, typer.Option("--data", help="A file of pairs: a TSV or CSV of two columns, or more.")]
Columns = Annotated[
    str | None, typer.Option("--columns", help="Its columns as SOURCE,TARGET: names of its header, or numbers from 1.")
]
FileEncoding = Annotated[
    str | None, typer.Option("--encoding", help="Its encoding, where it is not UTF-8: cp949, cp1252, utf-16, ...")
]


def mixed_precision(translator: Translator, amp: str) -> torch.autocast:
    """The autocast context in which a translator computes with `--amp`."""
    if amp not in ("off", "bf16"):
        raise UnknownName("mixed precision", amp, ("off", "bf16"))
    return torch.autocast(translator.net.device.type, torch.bfloat16, enabled=amp == "bf16")


def column_names(columns: str | None) -> tuple[str, str] | None:
    """The names or numbers of the source's and the target's column; None if they were not given."""
    if columns is None:
        return None
    source, _, target = (part.strip() for part in columns.partition(","))
    if not (source and target):
        raise typer.BadParameter(f"expected SOURCE,TARGET, not {columns!r}", param_hint="--columns")
    return source, target
