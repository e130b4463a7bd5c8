"""The pairs of two languages in one file: what a parent is trained on gives nothing away that its child is asked."""

import gzip
import os
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import regex

from s2s_core.errors import DataError
from s2s_core.tasks import KoreanEnglishTask, ToEnglishTask
from s2s_core.tasks.splits import words

DATA = Path(os.environ.get("S2S_DATA", Path(__file__).parents[3] / "shared" / "data"))
FRENCH, KOREAN = (DATA / f"tatoeba-{name}" / "pairs.tsv.gz" for name in ("en-fr", "en-ko"))


def zipped(path: Path, rows: list[tuple[str, str]]) -> bytes:
    path.write_bytes(gzip.compress("".join(f"{english}\t{other}\n" for english, other in rows).encode()))
    return path.read_bytes()


def is_korean(text: str) -> bool:
    return bool(regex.search(r"\p{Hangul}", text))


def check(both: ToEnglishTask, korean: KoreanEnglishTask) -> None:
    """That the same Korean is held out, and nothing that answers it is trained on."""
    trained = both.pairs("train")
    for split in ("dev", "test"):
        asked = {pair.source for pair in korean.pairs(split)}
        assert asked and {pair.source for pair in both.pairs(split) if is_korean(pair.source)} == asked
        answers = {words(answer) for pair in korean.pairs(split) for answer in pair.answers}
        assert not answers & {words(pair.target) for pair in trained}
    assert {pair for pair in trained if is_korean(pair.source)} <= set(korean.pairs("train"))


@pytest.fixture
def both(tmp_path: Path) -> ToEnglishTask:
    korean = zipped(tmp_path / "ko.tsv.gz", [(f"Sentence {n}.", f"문장 {n}.") for n in range(300)])
    french = zipped(tmp_path / "fr.tsv.gz", [(f"sentence {n}!", f"la phrase {n}") for n in range(100, 900)])
    (tmp_path / "both.tsv.gz").write_bytes(french + korean)
    return ToEnglishTask(path=tmp_path / "both.tsv.gz")


def test_no_answer_of_held_out_korean_is_trained_on_in_french(both: ToEnglishTask, tmp_path: Path) -> None:
    korean = KoreanEnglishTask(path=tmp_path / "ko.tsv.gz")
    check(both, korean)
    held = {words(pair.target) for split in ("dev", "test") for pair in korean.pairs(split)}
    french = {words(f"sentence {n}!") for n in range(100, 900)}
    assert held & french, "the rule had something to drop"


@pytest.mark.slow
def test_of_the_pairs_of_tatoeba_none_is_either() -> None:
    if not (FRENCH.exists() and KOREAN.exists()):
        pytest.skip("the pairs are not shipped: set S2S_DATA")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.tsv.gz"
        path.write_bytes(FRENCH.read_bytes() + KOREAN.read_bytes())
        check(ToEnglishTask(path=path), KoreanEnglishTask(path=KOREAN))


def test_a_korean_pair_comes_several_times_and_a_french_one_once(both: ToEnglishTask) -> None:
    times = Counter(both.pairs("train"))
    assert {times[pair] for pair in times if is_korean(pair.source)} == {ToEnglishTask.OFTEN}
    assert {times[pair] for pair in times if not is_korean(pair.source)} == {1}
    assert both.pairs("train", seed=1) == both.pairs("train", seed=1) != both.pairs("train", seed=2)
    assert both.pairs("train", size=9) == both.pairs("train")[:9]
    assert set(Counter(both.pairs("test")).values()) == {1}


def test_a_file_without_korean_would_hold_none_out_and_is_refused(both: ToEnglishTask, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"fr\.tsv\.gz has no Korean: name a file with the pairs of both languages"):
        ToEnglishTask(path=tmp_path / "fr.tsv.gz")
