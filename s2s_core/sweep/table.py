"""The table of a sweep: every measure of every member over its seeds, as CSV for programs and as a page for readers."""

from collections.abc import Iterable, Mapping, Sequence

from s2s_core import seeds
from s2s_core.files import writing
from s2s_core.recipes import RECIPES, VARIATIONS
from s2s_core.recipes.markdown import escaped, table
from s2s_core.seeds import Spread, base_of, written
from s2s_core.sweep.folder import PAGE, TABLE, Folder, Result

_ABOUT = """\
Means over seeds, each of a training of its own; in brackets a 95 % bootstrap interval over the seeds (of three seeds it
reaches from the smallest figure to the largest). One seed alone has no interval. Percent, and nats for the entropy."""


def spreads(family: str, results: Iterable[Result]) -> list[Spread]:
    """One line per member and measure, in the order of the family, without trainings that could not continue."""
    by_name: dict[str, list[Result]] = {}
    for result in sorted(results, key=lambda result: result.seed):
        if not result.stopped:
            by_name.setdefault(result.name, []).append(result)
    lines = []
    for name in in_family(family, by_name):
        for measure in {measure: None for result in by_name[name] for measure in result.measures}:
            measured = [result for result in by_name[name] if measure in result.measures]
            lines.append(
                Spread(
                    family=family,
                    model=name,
                    kind=VARIATIONS[name].kind if name in VARIATIONS else "",
                    recipe=measured[0].recipe,
                    measure=measure,
                    seeds=tuple(result.seed for result in measured),
                    values=tuple(result.measures[measure] for result in measured),
                )
            )
    return lines


def write(folder: Folder, family: str) -> list[Spread]:
    """Write both tables of every finished cell, and return the lines."""
    results = folder.results()
    lines = spreads(family, results)
    seeds.write(folder.path / TABLE, lines)
    with writing(folder.path / PAGE) as new:
        new.write_text(page(family, lines, results), encoding="utf-8")
    return lines


def page(family: str, lines: Sequence[Spread], results: Sequence[Result]) -> str:
    """The table as Markdown."""
    title = escaped(RECIPES[family]().title)
    parts = [f"# {title}, over seeds", _ABOUT, "## Figures", _rows(family, lines, {line: line for line in lines})]
    apart = {line: line.minus(base) for line in lines if (base := base_of(line, lines)) is not None}
    if any(apart.values()):
        parts += [
            f"## Minus {family}",
            "The mean of the differences, seed by seed: both are trained on the pairs that the seed draws.",
            _rows(family, [line for line in lines if line in apart], apart, signed=True),
        ]
    if stopped := [result for result in results if result.stopped]:
        parts += ["## Trainings that could not go on"]
        parts += ["\n".join(f"- {result.name}, seed {result.seed}: {escaped(result.stopped)}" for result in stopped)]
    return "\n\n".join(parts) + "\n"


def in_family(family: str, names: Iterable[str]) -> list[str]:
    """The names in the order of the family, its base first."""
    there = {*names}
    return [name for name in (family, *VARIATIONS) if name in there]


def _rows(family: str, lines: Sequence[Spread], shown: Mapping[Spread, Spread | None], *, signed: bool = False) -> str:
    """One row per member, one column per measure."""
    columns = list({line.measure: None for line in lines})
    cells: dict[str, dict[str, str]] = {}
    for line in lines:
        entry = shown[line]
        cells.setdefault(line.model, {})[line.measure] = "" if entry is None else written(entry, signed=signed)
    titles = {name: VARIATIONS[name].title if name in VARIATIONS else "the base" for name in cells}
    return table(
        ("model", "what differs", *columns),
        [
            (name, titles[name], *(cells[name].get(column, "") for column in columns))
            for name in in_family(family, cells)
        ],
    )
