"""`python -m s2s_core.recipes`: bring the words of every shipped card up to date with its recipe and the seeds' tables.

Nothing is trained or measured: what the training and its scores put on a card stays.
"""

from s2s_core import checkpoint
from s2s_core.files import writing
from s2s_core.recipes import RECIPES
from s2s_core.recipes.card import retold


def main() -> None:
    """Rewrite the cards whose words are others now."""
    for name in RECIPES:
        place = checkpoint.SHIPPED / name / checkpoint.CARD
        if place.exists():
            card = place.read_text(encoding="utf-8")
            if (new := retold(card, RECIPES[name]())) != card:
                with writing(place) as path:
                    path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
