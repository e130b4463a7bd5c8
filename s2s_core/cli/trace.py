"""`trace`: everything that the model computes for one sentence."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from s2s_core import checkpoint
from s2s_core.analysis.temperature import at_temperature
from s2s_core.cli.options import Device, Json, Model, Seed
from s2s_core.cli.output import escape, print_json, print_remarks, print_table, stdout
from s2s_core.files import require_file
from s2s_core.recipes.confidence import temperature_of
from s2s_core.trace import Trace


def trace_command(
    text: Annotated[str, typer.Argument(help="The sentence.")],
    model: Model = "dates",
    reference: Annotated[str | None, typer.Option(help="The right answer: its tokens are fed instead.")] = None,
    teacher_forcing: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of tokens fed from the reference.")
    ] = 1.0,
    calibrated: Annotated[
        bool,
        typer.Option("--calibrated", help="Divide all logits by the temperature that is stored for the model."),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Save every number to this .npz or .json file.")] = None,
    json: Json = False,
    device: Device = "auto",
    seed: Seed = 0,
) -> None:
    """Show for each step what was fed, what was written, how probable it was, and where the attention is.

    Remarks (characters that the model has never seen, an output that is cut off) go to stderr; with `--json`, they are
    part of the document.

    Examples:
    - `python -m s2s_core trace "March 8, 2025"`
    - `python -m s2s_core trace "8 March 2025" --reference 2025-03-08 --teacher-forcing 0.5 --seed 3`
    - `python -m s2s_core trace "2025년 3월 8일" --out trace.npz`
    - `python -m s2s_core trace -m en-fr "I like the red car." --calibrated`
    """
    if out is not None:
        require_file(out)
    translator = checkpoint.load(model, device=device)
    temperature = temperature_of(translator) if calibrated else 1.0
    trace = translator.trace(text, reference=reference, teacher_forcing=teacher_forcing, seed=seed)
    if out is not None:
        trace.save(out)
    if calibrated:
        trace = at_temperature(trace, temperature)
    steps = [_step(trace, t) for t in range(len(trace.tgt_tokens))]
    said = translator.remarks_on(trace)
    if json:
        document = {"text": text, "output": trace.output, "log_prob": trace.log_prob, "steps": steps}
        print_json(document | {"remarks": [remark.to_json() for remark in said]})
        return
    columns = tuple(steps[0])
    print_table(columns, [[_plain(step[column]) for column in columns] for step in steps])
    of = "the output" if reference is None else "the reference"
    stdout().print(
        f"{escape(text)} → [bold]{escape(trace.output)}[/bold]   log p of {of} = {trace.log_prob:.3f}",
        highlight=False,
        soft_wrap=True,
    )
    if out is not None:
        stdout().print(f"every number is in {escape(str(out))}", highlight=False, soft_wrap=True)
    print_remarks(said)


def _step(trace: Trace, t: int) -> dict[str, Any]:
    """One output step; ``p`` is the probability of the reference's token or, if there is none, of the written token."""
    step: dict[str, Any] = {
        "step": t + 1,
        "fed": trace.fed_tokens[t],
        "from": trace.fed_from[t],
        "written": trace.tgt_tokens[t],
    }
    if trace.reference_tokens is not None:
        step["reference"] = trace.reference_tokens[t]
    step["p"] = math.exp(trace.token_log_probs[t])
    if trace.attention is not None:
        weights = trace.attention.weights[t]
        place = int(weights.argmax())
        step |= {"looked at": trace.src_tokens[place], "position": place + 1, "weight": float(weights[place])}
    return step


def _plain(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else repr(value) if value == " " else str(value)
