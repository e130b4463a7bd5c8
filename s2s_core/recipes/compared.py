"""How a sibling differs from its base, always with the number of seeds on which this was observed."""

from textwrap import fill

from s2s_core import seeds
from s2s_core.recipes.identity import digest
from s2s_core.recipes.markdown import table
from s2s_core.recipes.recipe import Recipe

WIDTH = 120

ONE_SEED = "One seed: both were trained once, from seed {seed}, and another seed may give something else."


def compared(recipe: Recipe) -> str:
    """The card's section, in Markdown; empty if the recipe has no findings.

    The findings in a recipe are from one training of each model; the section says so first. If the family was trained
    from several seeds, the numbers with their intervals follow.
    """
    parts = []
    if recipe.findings:
        parts.append(
            fill(f"{ONE_SEED.format(seed=recipe.train.seed)} {recipe.findings}", WIDTH, break_on_hyphens=False)
        )
    if rows := over_seeds(recipe):
        parts.append(
            f"""\
Over seeds, each a training of its own: the mean, with a 95 % bootstrap interval over the seeds, and by how much it
differs from that of `{recipe.base}`, seed by seed."""
        )
        parts.append(table(("", "over seeds", f"minus `{recipe.base}`"), rows))
    return "\n\n".join(parts)


def over_seeds(recipe: Recipe) -> list[tuple[str, str, str]]:
    """Name, value and difference from the base of every measure of this recipe in the table of its family."""
    lines = seeds.read(seeds.path_of(recipe.base)) if recipe.base else ()
    now = digest(recipe)
    mine = [line for line in lines if line.model == recipe.name and line.recipe == now]
    rows = []
    for line in mine:
        base = seeds.base_of(line, lines)
        apart = line.minus(base) if base else None
        rows.append((line.measure, seeds.written(line), "" if apart is None else seeds.written(apart, signed=True)))
    return rows
