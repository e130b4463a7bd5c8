"""Which model a text is for: what is plainly another model's is told, and no ordinary text is."""

import pytest

from s2s_core import checkpoint
from s2s_core.registry import TASKS
from s2s_core.suits import Reader, strange, suited, unread

BASES = ("dates", "ko-pronounce", "pronounce", "en-fr", "ko-en")


def read(name: str) -> Reader:
    told = checkpoint.describe(name)
    task = TASKS[told.info.task]()
    limit = told.config.max_src_len
    return Reader(checkpoint.source_tokenizer(name), told.info.examples, limit, task.words(), task.is_own)


@pytest.fixture(scope="module")
def readers() -> dict[str, Reader]:
    return {name: read(name) for name in checkpoint.names() if (checkpoint.locate(name) / "model.safetensors").exists()}


@pytest.fixture(scope="module")
def better(readers):
    """The model that a text typed into another one is offered."""

    def offered(name, text):
        if not strange(readers[name], text):
            return None
        return suited({base: readers[base] for base in BASES if base != name}, text)

    return offered


def test_no_example_is_strange_to_a_model_of_its_task(readers):
    task = {name: checkpoint.describe(name).info.task for name in readers}
    wrong = {
        (name, text)
        for name, reader in readers.items()
        for other in readers
        if task[other] == task[name]
        for text in readers[other].examples
        if strange(reader, text)
    }
    assert not wrong


def test_no_date_that_the_task_writes_is_strange(readers):
    texts = [pair.source for split in ("dev", "test") for pair in TASKS["dates"]().pairs(split, size=400)]
    assert not [text for text in texts if strange(readers["dates"], text)]


PLAINLY = (
    ("en-fr", "ko-en"),
    ("en-fr", "ko-pronounce"),
    ("pronounce", "dates"),
    ("pronounce", "en-fr"),
    ("pronounce", "ko-en"),
    ("pronounce", "ko-pronounce"),
    ("ko-pronounce", "dates"),
    ("ko-pronounce", "en-fr"),
    ("ko-pronounce", "pronounce"),
    ("ko-en", "en-fr"),
    ("ko-en", "pronounce"),
    ("dates", "en-fr"),
    ("dates", "ko-en"),
    ("dates", "ko-pronounce"),
    ("dates", "pronounce"),
)
"""Every example of the second is plainly none for the first."""


@pytest.mark.parametrize(("name", "other"), PLAINLY, ids=map("<-".join, PLAINLY))
def test_the_examples_of_another_task_are_offered_their_own_model(readers, better, name, other):
    assert {better(name, text) for text in readers[other].examples} == {other}


@pytest.mark.parametrize("other", BASES)
@pytest.mark.parametrize("name", BASES)
def test_an_example_is_never_offered_a_third_model(readers, better, name, other):
    assert {better(name, text) for text in readers[other].examples} <= {other, None}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("en-fr", "나는 학교에 간다", "ko-en"),
        ("en-fr", "궁물", "ko-pronounce"),
        ("pronounce", "april 8, 2025", "dates"),
        ("pronounce", "i like the red car", "en-fr"),
        ("ko-pronounce", "Attention is all you need", "en-fr"),
        ("ko-en", "I was born in 1990.", "en-fr"),
        ("dates", "I was born in 1990.", "en-fr"),
        ("dates", "국물", "ko-pronounce"),
    ],
)
def test_what_is_plainly_another_models(better, name, text, found):
    assert better(name, text) == found


ORDINARY = {
    "en-fr": (
        "hello",
        "Hi!",
        "I was born in 1990.",
        "She has 3 cats.",
        "Zoë",
        "Où est la gare ?",
        "12345",
        "ATTENTION",
        "Seoul",
    ),
    "pronounce": ("hello", "Hello", "it's", "résumé", "good morning"),
    "ko-pronounce": ("한국 사람", "나는 사과를 좋아해.", "값"),
    "ko-en": ("톰은 12살이야.", "BTS를 좋아해.", "안녕", "2025년 3월 8일에 만나자."),
    "dates": (
        "MARCH 8 2025",
        "Marhc 8, 2025",
        "12 May",
        "March",
        "3월",
        "8/3/2025",
        "2025-03-08",
        "the 8th of march 2025",
    ),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in ORDINARY.items() for text in texts])
def test_an_ordinary_text_is_offered_nothing(better, name, text):
    assert better(name, text) is None


def test_what_nobody_reads_is_offered_to_nobody(better):
    assert {better(name, text) for name in BASES for text in ("你好", "😀", "x" * 5000, " ", "...")} == {None}


def test_what_is_not_read_is_measured(readers):
    lost = unread(readers["pronounce"], " I see 2 ")
    assert (lost.letters, lost.characters, lost.blanks) == (1 / 4, 2 / 5, True)
    assert unread(readers["en-fr"], "a red car").characters == 0
