"""What holds for every task of the registry: splits that never meet, the same pairs for the same seed, sound links."""

import functools
import os
from collections.abc import Callable

import pytest
from debian import lists

from s2s_core.registry import TASKS, TOKENIZERS
from s2s_core.tasks import SPLITS, FileTask, Link, Pair, Split, SynopsisTask, Task, split_of
from s2s_core.tasks.ko_pronounce import WORDS
from s2s_core.tasks.synopsis import READER

Draw = Callable[..., list[Pair]]


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Task]:
    """Every task of the registry; those of files with a file of their own."""
    path = tmp_path_factory.mktemp("tasks") / "numbers.tsv"
    lines = (f"this is the number {n} of many\t이것은 많은 수 가운데 {n}번이다\n" for n in range(600))
    path.write_text("".join(lines), encoding="utf-8")
    made = {name: TASKS[name]() for name in TASKS}
    made["synopsis"] = SynopsisTask(path=lists(path.parent / "lists", packages=9000))
    return {name: task.reading(path) if isinstance(task, FileTask) else task for name, task in made.items()}


@pytest.fixture(scope="module")
def draw(tasks: dict[str, Task]) -> Draw:
    """The first 200 pairs of a task's split; each is drawn once."""

    @functools.cache
    def drawn(name: str, split: Split, seed: int = 0) -> list[Pair]:
        if name == "ko-pronounce" and not WORDS.exists() and os.environ.get("CI") != "true":
            pytest.skip("the list of Korean words is not here: on Debian, apt-get install hunspell-ko")
        if name == "synopsis" and not READER.exists() and os.environ.get("CI") != "true":
            pytest.skip("reads the lists of apt, which only Debian and its like have")
        return tasks[name].pairs(split, size=200, seed=seed)

    return drawn


every = pytest.mark.parametrize("name", list(TASKS))


def test_the_names_are_the_classes_own() -> None:
    assert {"dates", "reverse", "pairs"} <= set(TASKS)
    assert all(TASKS[name].name == name for name in TASKS)


@every
def test_the_defaults_are_known_names_and_there_is_something_to_try(name: str, tasks: dict[str, Task]) -> None:
    task = tasks[name]
    assert task.src_tokenizer in TOKENIZERS and task.tgt_tokenizer in TOKENIZERS
    assert task.title and task.examples and all(task.examples)


@every
def test_a_seed_gives_the_same_pairs_again_and_another_seed_others(
    name: str, tasks: dict[str, Task], draw: Draw
) -> None:
    drawn = draw(name, "train", 3)
    assert len(drawn) == 200
    assert drawn == tasks[name].pairs("train", size=200, seed=3)
    assert drawn != draw(name, "train", 0)


@every
def test_no_source_is_in_two_splits_whatever_the_seeds(name: str, draw: Draw) -> None:
    sources = [{pair.source for seed in (0, 3) for pair in draw(name, split, seed)} for split in SPLITS]
    assert all(sources)
    assert sum(map(len, sources)) == len(set.union(*sources))


@every
def test_links_are_one_a_character_and_copies_are_copies(name: str, draw: Draw) -> None:
    for pair in draw(name, "dev"):
        if pair.links is None:
            continue
        assert len(pair.links) == len(pair.target)
        for character, link in zip(pair.target, pair.links, strict=True):
            if link is None:
                continue
            assert link.field and all(0 <= place < len(pair.source) for place in link.field)
            if link.exact is not None:
                assert link.exact in link.field
                assert pair.source[link.exact] == character


@every
def test_the_references_score_a_hundred(name: str, tasks: dict[str, Task], draw: Draw) -> None:
    pairs = draw(name, "test")
    right = tasks[name].score(pairs, [pair.target for pair in pairs])
    wrong = tasks[name].score(pairs, ["#"] * len(pairs))
    assert right[tasks[name].metric] == pytest.approx(100) and right["exact"] == 100
    assert wrong.keys() == right.keys() and wrong["exact"] == 0


def test_reversal_links_run_backwards() -> None:
    pair = TASKS["reverse"]().pairs("train", size=1)[0]
    assert pair.target == pair.source[::-1]
    assert pair.links == tuple(Link((i,), i) for i in range(len(pair.source) - 1, -1, -1))


@pytest.mark.parametrize("max_len", [1, 5])
def test_reversal_keeps_to_its_letters_and_length(max_len: int) -> None:
    pairs = TASKS["reverse"](max_len=max_len).pairs("train", size=100)
    assert {len(pair.source) for pair in pairs} == set(range(1, max_len + 1))
    assert all(pair.source.isascii() and pair.source.islower() for pair in pairs)


def test_a_tenth_is_held_back_and_the_rule_is_fixed() -> None:
    shares = [split_of(f"key {n}") for n in range(20_000)]
    assert shares.count("test") == pytest.approx(1000, abs=120)
    assert shares.count("dev") == pytest.approx(1000, abs=120)


def test_the_rule_never_changes() -> None:
    """A shipped model's held-out texts are held out by it, so these are golden."""
    assert [split_of(key) for key in GOLDEN] == list(GOLDEN.values())


GOLDEN = {
    "2025-03-08": "train",
    "2025-03-25": "dev",
    "2025-03-12": "test",
    "한글 27": "dev",
    "한글 45": "test",
    "": "train",
}
