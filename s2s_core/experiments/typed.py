"""Measure translation of sentences as people type them, and of names and numbers that are not in the training pairs."""

import random
from collections.abc import Iterator, Sequence

import numpy as np

from s2s_core.bootstrap import Estimate, ratio
from s2s_core.evaluation import attention
from s2s_core.metrics import bleu_interval
from s2s_core.pair import Pair
from s2s_core.tasks import Task
from s2s_core.tasks.as_typed import in_other_form, without_final_mark
from s2s_core.translator import Translator

MADE = 200  # sentences with a name or a number

# People and places of many countries; the tests check that no training sentence contains them
_NAMES = """
Minji Jihoon Seoyeon Hyunwoo Eunji Doyun Haeun Sunwoo Kowalczyk Nkemelu Ayodele Chukwuma Thandeka Sipho Tamika Rashida
Farouk Yasmina Zainab Khadija Nguyen Phuong Wanjiru Makena Otieno Ximena Joaquim Thiago Marisol Sigrid Torsten Ulrike
Gunther Dagmar Zsofia Piroska Zdenka Radek Jarmila Vojtech Oksana Bogdan Dmytro Mikko Tuomas Jukka Gudrun Saoirse Niamh
Ciaran Rhys Gethin Rajesh Priyanka Lakshmi Suresh Anjali Harpreet Busan Daejeon Gwangju Incheon Daegu Ulsan Suwon Jeonju
Gdansk Wroclaw Poznan Brno Debrecen Szeged Tampere Turku Trondheim Uppsala Malmo Aarhus Odense Kumasi Nakuru Mombasa
"""
NAMES = tuple(_NAMES.split())
_WITH_A_NAME = (
    "My name is {}.",
    "{} lives next door.",
    "I met {} at the station yesterday.",
    "Do you know {}?",
    "We are going to visit {} next week.",
    "I got a letter from {} this morning.",
)
_WITH_A_NUMBER = (
    "My room number is {}.",
    "There are {} books in this library.",
    "She paid {} dollars for the ring.",
    "He was born in {}.",
)


def typed(translator: Translator, task: Task, pairs: Sequence[Pair]) -> Iterator[tuple[str, Estimate, int]]:
    """Measures of one model, each with its interval and the number of sentences it was measured on.

    "bleu" is corpus BLEU with the task's beam. Each change of the sources is measured on the sentences that it changes;
    "..., before" is the score of the same sentences without the change. "first on the mark" is the share of sentences
    whose first output token has its largest weight on the final mark. "name copied" and "number copied" are the shares
    of made sentences whose name or number is in the output. All are in percent.
    """
    beam = task.beam_size
    unchanged = translator.translate([pair.source for pair in pairs], beam_size=beam)
    yield "bleu", bleu_interval(unchanged, [pair.answers for pair in pairs]), len(pairs)
    for name, change in (("no final mark", _bare), ("lower case", _lower), ("short or long form", _other_form)):
        changed = [(change(pair), pair, output) for pair, output in zip(pairs, unchanged, strict=True)]
        changed = [entry for entry in changed if entry[0].source != entry[1].source and translator.takes(entry[0])]
        if changed:
            asked, before, known = zip(*changed, strict=True)
            outputs = translator.translate([pair.source for pair in asked], beam_size=beam)
            yield f"{name}, before", bleu_interval(known, [pair.answers for pair in before]), len(asked)
            yield name, bleu_interval(outputs, [pair.answers for pair in asked]), len(asked)
    ended = [pair for pair in pairs if pair.source.endswith((".", "?", "!"))]
    looks = [int(weights[0].argmax()) == len(source) - 1 for _, source, _, weights in attention(translator, ended)]
    if looks:
        yield "first on the mark", _share(looks), len(looks)
    for name, sentences in made().items():
        outputs = translator.translate([text for text, _ in sentences], beam_size=beam)
        there = [part in output for output, (_, part) in zip(outputs, sentences, strict=True)]
        yield f"{name} copied", _share(there), len(there)


def made() -> dict[str, list[tuple[str, str]]]:
    """Made sentences, half of them with a name and half with a number, each with the part that has to be copied."""
    draw = random.Random(0)
    half = MADE // 2
    names = [NAMES[i % len(NAMES)] for i in range(half)]
    numbers = [str(draw.randint(1300, 1999)) if i % 4 == 3 else str(draw.randint(110, 990)) for i in range(half)]
    return {
        kind: [(frames[i % len(frames)].format(part), part) for i, part in enumerate(parts)]
        for kind, frames, parts in (("name", _WITH_A_NAME, names), ("number", _WITH_A_NUMBER, numbers))
    }


def _bare(pair: Pair) -> Pair:
    """The pair with the final mark removed from the source and from each answer."""
    texts = [without_final_mark(pair.source, answer) for answer in pair.answers]
    bare = [answer for source, answer in texts if source != pair.source]
    return (
        Pair(texts[0][0] if len(bare) == len(texts) else pair.source, bare[0], references=tuple(bare)) if bare else pair
    )


def _lower(pair: Pair) -> Pair:
    return Pair(pair.source.lower(), pair.target, references=pair.references)


def _other_form(pair: Pair) -> Pair:
    return Pair(in_other_form(pair.source), pair.target, references=pair.references)


def _share(hits: Sequence[bool]) -> Estimate:
    rows = np.array(hits, dtype=float)
    return ratio(100 * rows, np.ones_like(rows))
