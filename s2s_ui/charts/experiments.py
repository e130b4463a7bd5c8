"""Charts of the experiments: a measure over an axis, one line per model with its interval."""

from collections.abc import Collection, Mapping

import altair as alt
import pandas as pd

from s2s_core.bootstrap import Estimate
from s2s_core.experiments import Figure
from s2s_core.recipes import RECIPES
from s2s_core.seeds import Spread
from s2s_core.tasks import FileTask
from s2s_ui.charts.layers import Layers
from s2s_ui.charts.theme import LABEL_SIZE, Palette

DASHES = ([1, 0], [6, 3], [2, 3], [8, 3, 2, 3])
MOST_DECIMALS = 5
AXIS = 56  # pixels: the height of the axis


def frame(figures: Collection[Figure], measures: Collection[str], titles: Mapping[str, str]) -> pd.DataFrame:
    """The results of these measures as a frame; `titles` maps a model to its name."""
    rows = [
        entry.to_json() | {"model": titles[entry.model]}
        for entry in figures
        if entry.measure in measures and entry.model in titles
    ]
    return pd.DataFrame(rows, columns=["model", "kind", "measure", "at", "value", "low", "high", "pairs"])


def table(
    figures: Collection[Figure], columns: Mapping[str, str], titles: Mapping[str, str], *, first: str = ""
) -> pd.DataFrame:
    """One row per model in the order of `titles`, one column per measure, "value (low–high)"; `columns` names them.

    `first` is the name of the column of titles. If a model lacks a measure, the cell is empty; if all models lack it,
    there is no column.
    """
    cells: dict[str, dict[str, str]] = {}
    for entry in figures:
        if entry.measure in columns and entry.model in titles:
            cells.setdefault(entry.model, {})[entry.measure] = written(entry)
    known = [measure for measure in columns if any(measure in row for row in cells.values())]
    rows = [
        [title, *(cells[model].get(measure, "") for measure in known)]
        for model, title in titles.items()
        if model in cells
    ]
    return pd.DataFrame(rows, columns=[first, *(columns[measure] for measure in known)])


def over_seeds(
    spreads: Collection[Spread], columns: Mapping[str, str], titles: Mapping[str, str], *, first: str, count: str
) -> pd.DataFrame:
    """One row per model in the order of `titles`: the number of seeds, and each measure's mean with its interval.

    `first` and `count` name the first two columns. With one seed there is no interval.
    """
    mine = [entry for entry in spreads if entry.measure in columns and entry.model in titles]
    known = [measure for measure in columns if any(entry.measure == measure for entry in mine)]
    rows = []
    for model, title in titles.items():
        cells = {entry.measure: entry for entry in mine if entry.model == model}
        if cells:
            seeds = max(len(entry.seeds) for entry in cells.values())
            rows.append([title, str(seeds), *(_spread(cells[name]) if name in cells else "" for name in known)])
    return pd.DataFrame(rows, columns=[first, count, *(columns[measure] for measure in known)])


def sweep(family: str) -> str:
    """The command that trains a family from several seeds, in Markdown."""
    return f"`python -m s2s_core sweep {family} --seeds 1-5{_data(family)}`"


def command(experiment: str, family: str, figures: Collection[Figure] = ()) -> str:
    """The command that measures a family, or repeats these measurements, in Markdown."""
    size = max((entry.size for entry in figures), default=None)
    options = f" --size {size}" if size else ""
    return f"`python -m s2s_core experiment {experiment} --family {family}{options}{_data(family)}`"


def _data(family: str) -> str:
    return " --data FILE" if family in RECIPES and isinstance(RECIPES[family]().task, FileTask) else ""


def percents(figures: pd.DataFrame) -> tuple[float, float]:
    """The part of 0 to 100 that an axis has to show, between two round numbers."""
    low, high = (float(figures["low"].min()), float(figures["high"].max())) if len(figures) else (0.0, 100.0)
    return (low // 10 * 10 if low < 100 else 90.0, -(-high // 10) * 10)


def written(entry: Figure | Estimate) -> str:
    """A value with its interval, with as many decimals as the interval needs; without it if it has no width."""
    width, decimals = entry.high - entry.low, 1
    if not width > 0:
        return f"{entry.value:.4g}"
    while width < 2 * 10**-decimals and decimals < MOST_DECIMALS:
        decimals += 1
    low, high = f"{entry.low:.{decimals}f}", f"{entry.high:.{decimals}f}"
    return f"{entry.value:.{decimals}f} ({low}–\N{WORD JOINER}{high})"  # a line may end before the interval, not in it


def _spread(entry: Spread) -> str:
    return f"{entry.mean:.4g}" if entry.estimate is None else written(entry.estimate)


def lines(
    figures: pd.DataFrame,
    palette: Palette,
    *,
    x: str,
    y: str,
    height: int,
    domain: tuple[float, float] | None = None,
    marked: tuple[float, str] | None = None,
) -> Layers:
    """One line per model over `at`, with its own dashes, a label at its end, and the interval as a band.

    The base has the decoder's accent colour, its siblings the text colour. `marked`: a place on the axis and its name.
    """
    models = list(dict.fromkeys(figures["model"]))
    bases = set(figures.loc[figures["kind"] == "", "model"])
    colours = [palette.decoder if model in bases else palette.ink2 for model in models]
    colour = alt.Color("model:N", scale=alt.Scale(domain=models, range=colours), legend=None)
    dashes = [DASHES[number % len(DASHES)] for number in range(len(models))]
    dash = alt.StrokeDash("model:N", scale=alt.Scale(domain=models, range=dashes), legend=None)
    base = alt.Chart(figures)
    place = alt.X("at:Q", title=x, scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(grid=False, tickMinStep=1))
    scale = alt.Scale(domain=list(domain)) if domain else alt.Scale(nice=True)
    value = alt.Y("value:Q", title=y, scale=scale, axis=alt.Axis(tickCount=4))
    said = [
        "model",
        alt.Tooltip("at:Q", format=".3~g", title=x),
        alt.Tooltip("value:Q", format=".3~g", title=y),
        alt.Tooltip("low:Q", format=".3~g"),
        alt.Tooltip("high:Q", format=".3~g"),
        "pairs",
    ]
    ends = _ends(figures, height, domain)
    layers: list[alt.Chart] = [
        base.mark_area(opacity=0.14).encode(x=place, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour),
        base.mark_line(strokeWidth=1.8).encode(x=place, y=value, color=colour, strokeDash=dash),
        base.mark_point(size=26, opacity=1).encode(x=place, y=value, color=colour, tooltip=said),
        alt.Chart(ends)
        .mark_text(align="left", dx=8, fontSize=LABEL_SIZE)
        .encode(x=place, y=alt.Y("level:Q", scale=scale), text="model:N", color=colour),
    ]
    if marked:
        at, name = marked
        here = alt.Chart(pd.DataFrame({"at": [at], "text": [name]})).encode(x=place)
        layers += [
            here.mark_rule(color=palette.ink3, strokeDash=[2, 4]),
            here.mark_text(align="left", dx=5, fontSize=LABEL_SIZE, color=palette.ink3).encode(
                y=alt.value(4), text="text:N"
            ),
        ]
    return Layers(*layers, height=height, padding={"left": 2, "right": 2, "top": 10, "bottom": 2})


def _ends(figures: pd.DataFrame, height: int, domain: tuple[float, float] | None) -> pd.DataFrame:
    """The position of each line's name: at its last point, but moved up if two names would overlap."""
    ends = figures.loc[figures.groupby("model")["at"].idxmax(), ["model", "at", "value"]].sort_values("value")
    low, high = domain or (min(0.0, float(figures["low"].min())), float(figures["high"].max()))
    apart = (high - low) * (LABEL_SIZE + 3) / (height - AXIS)
    levels: list[float] = []
    for value in ends["value"]:
        levels.append(max(float(value), levels[-1] + apart) if levels else float(value))
    if levels and levels[-1] > high:  # the top names are outside: move all down
        levels = [level - (levels[-1] - high) for level in levels]
    return ends.assign(level=levels)
