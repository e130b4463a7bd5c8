"""`python -m s2s_core.recipes`: ask every shipped model its specimens, and bring the words of the cards up to date.

The answers are kept as experiments/specimens.csv. What the training and its scores put on a card stays.
"""

from s2s_core import checkpoint
from s2s_core.files import writing
from s2s_core.recipes import RECIPES
from s2s_core.recipes.card import retold
from s2s_core.recipes.specimens import ask, specimens, write_table


def main() -> None:
    """Ask the models, and rewrite the cards whose words are others now."""
    shipped = [name for name in RECIPES if (checkpoint.SHIPPED / name / checkpoint.CARD).exists()]
    asked = []
    for name in shipped:
        translator = checkpoint.load(checkpoint.SHIPPED / name, device="cpu")
        asked += ask(translator, specimens(translator.info.task))
    write_table(asked)
    for name in shipped:
        place = checkpoint.SHIPPED / name / checkpoint.CARD
        card = place.read_text(encoding="utf-8")
        if (new := retold(card, RECIPES[name]())) != card:
            with writing(place) as path:
                path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
