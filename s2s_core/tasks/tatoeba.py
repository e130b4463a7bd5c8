"""Everyday sentences of Tatoeba and their translations, from files of two columns, English first.

Such files are made by www.manythings.org/anki out of what people give to tatoeba.org (CC BY 2.0 FR). An English
sentence often stands there with several translations. Files of newer dates have a third column, which is not read.
"""

from s2s_core.registry import TASKS
from s2s_core.tasks.pairs import FileTask


@TASKS.register("en-fr")
class EnglishFrenchTask(FileTask):
    """English to French: more than a hundred thousand sentences, so a small share of them is enough to measure on."""

    name = "en-fr"
    title = "English → French"
    held_back = (2, 1)
    examples = (
        "I like the red car.",
        "The little girl gave her brother a green apple.",
        "Have you seen my new glasses?",
        "We did not go to school today because it was snowing.",
        "He never drinks black coffee in the evening.",
        "My parents live in a small white house near the sea.",
        "She wants to learn French before she moves to Paris.",
        "Can you tell me where the station is?",
        "I think that the old man knows the answer.",
        "They will give it to him tomorrow.",
    )


@TASKS.register("en-ko")
class EnglishKoreanTask(FileTask):
    """English to Korean: a few thousand sentences."""

    name = "en-ko"
    title = "English → Korean"
    examples = (
        "I like apples.",
        "She is my sister.",
        "Where do you live?",
        "Tom is reading a book.",
        "I don't know what to do.",
        "It is very cold today.",
    )


@TASKS.register("ko-en")
class KoreanEnglishTask(FileTask):
    """Korean to English: the same sentences the other way round."""

    name = "ko-en"
    title = "Korean → English"
    places = (1, 0)
    examples = (
        "나는 프랑스어를 할 수 있어.",
        "너 어디에 살아?",
        "나는 어제 집에 있었어.",
        "톰은 책을 읽고 있어.",
        "나는 사과를 좋아해.",
        "오늘은 정말 춥다.",
    )
