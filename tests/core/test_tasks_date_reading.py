"""What is known of a date by rule: the day that a text says, and what nobody can know."""

import pytest

from s2s_core.tasks import DatesTask, Pair
from s2s_core.tasks.date_reading import doubts

READ = {
    "2025-03-08": [
        *("March 8, 2025", "8 March 2025", "8th of March 2025", "Sat 8 Mar 2025", "MARCH 8, 2025", "Marhc 8, 2025"),
        *(
            "2025년 3월 8일 (토)",
            "2025. 3. 8.",
            "2025.3.8",
            "이천이십오년 삼월 팔일",
            "이천이십오년 삼월 팔일 토요일",
            "2025年3月8日",
            "2025년 3월 8일에 만나요",
        ),
        *("8. März 2025", "8. Maerz 2025", "8 mars 2025", "le samedi 8 mars 2025", "08.03.2025", "8.3.2025"),
        *("2025-03-08", "2025-3-8", "2025/03/08", "20250308", "2025 March 8", "8March2025"),
        *("March 8, 2025 at 3pm", "8. März 2025 um 14:30 Uhr", "8 mars 2025 à 15h30", "2025년 3월 8일 오후 3시 30분"),
        *("2025-03-08T14:30:00Z", "2025-03-08 14:30", "20250308T143000Z", "2025-03-08T14:30:00+09:00"),
    ],
    "2026-11-28": ["11/28/2026", "28/11/2026", "28-11-2026", "11.28.2026", "Nov 28th, 2026"],
    "2025-04-04": ["4/4/2025", "04-04-2025"],  # whichever is the month
    "2025-03-11": ["mar. 11 mars 2025", "Mar 11 2025"],  # Tuesday or March
    "2024-01-01": ["1. Jänner 2024", "1er janvier 2024", "Jan. 1, 2024"],
    "1066-10-14": ["14 October 1066", "천육십육년 시월 십사일"],
    "1747-03-20": ["천칠백사십칠년 삼월 이십일 월요일"],  # 이십일 is 20일 here, and 21 elsewhere
    "2025-03-25": ["mar. 25/03/2025", "25/03/2025"],  # Tuesday, as the month is a number
}
LEFT_OPEN = [
    ("03/04/2025", "ambiguous", ("03/04/2025", "2025-04-03", "2025-03-04")),
    ("7-4-1776", "ambiguous", ("7-4-1776", "1776-04-07", "1776-07-04")),
    ("on 3 / 4 / 2025", "ambiguous", ("3 / 4 / 2025", "2025-04-03", "2025-03-04")),
    ("03/04/25", "ambiguous", ("03/04/25", "2003-04-25", "2025-04-03", "2025-03-04")),
    ("26.11.28", "ambiguous", ("26.11.28", "2026-11-28", "2028-11-26")),
    ("8 March '25", "missing", ("century",)),
    ("25년 3월 8일", "missing", ("century",)),
    ("12/31/99", "missing", ("century",)),
    ("March '25", "missing", ("day", "century")),
    ("March 8", "missing", ("year",)),
    ("3월 8일", "missing", ("year",)),
    ("3/8", "missing", ("year",)),
    ("March 2025", "missing", ("day",)),
    ("2025-03", "missing", ("day",)),
    ("8 Brumaire 1799", "missing", ("month",)),
    ("2025", "missing", ("month", "day")),
    ("March", "missing", ("year", "day")),
    ("tomorrow", "missing", ("year", "month", "day")),
    ("오늘", "missing", ("year", "month", "day")),
    ("12:30", "missing", ("year", "month", "day")),
    ("", "missing", ("year", "month", "day")),
    ("February 30, 2025", "impossible", ("2025-02-30",)),
    ("29.2.2023", "impossible", ("2023-02-29",)),
    ("31 avril 2025", "impossible", ("2025-04-31",)),
    ("2023년 2월 29일", "impossible", ("2023-02-29",)),
    ("2025-13-45", "impossible", ("2025-13-45",)),
    ("13/13/2025", "impossible", ("2025-13-13",)),
    ("Feb 30", "impossible", ("02-30",)),
    ("March 8, 2025 to April 2, 2025", "several", ()),
    ("1939-1945", "several", ()),
]


@pytest.mark.parametrize(("day", "text"), [(day, text) for day, texts in READ.items() for text in texts])
def test_the_day_that_a_text_says(day: str, text: str) -> None:
    assert doubts(text) == ((), day)


@pytest.mark.parametrize(("text", "kind", "pieces"), LEFT_OPEN)
def test_what_a_text_leaves_open(text: str, kind: str, pieces: tuple[str, ...]) -> None:
    (remark,), day = doubts(text)
    assert (remark.kind, remark.pieces, day) == (kind, pieces, None)
    assert all(piece in str(remark) for piece in pieces) or kind == "missing"


@pytest.mark.parametrize("seed", [1, 7])
def test_the_rule_reads_what_the_generator_wrote(seed: int) -> None:
    task = DatesTask()
    for pair in task.pairs("train", size=4000, seed=seed):
        remarks, day = doubts(pair.source)
        assert task.remarks(pair.source, pair.target) == remarks, pair.source
        if remarks:  # two digits of a year: the century goes without saying, and what is read first is the date
            (remark,) = remarks
            assert remark.pieces == ("century",) or (remark.kind == "ambiguous" and remark.pieces[1] == pair.target)
            assert doubts(with_century(pair)) == ((), pair.target), pair.source
        else:
            assert day == pair.target, pair.source


def with_century(pair: Pair) -> str:
    """The text with all four digits of its year."""
    assert pair.links is not None and pair.links[0] is not None and len(pair.links[0].field) == 2
    start = pair.links[0].field[0]
    return pair.source[:start].removesuffix("'") + "20" + pair.source[start:]


@pytest.mark.parametrize(
    ("text", "output", "said"),
    [
        ("11/28/2026", "2026-02-18", ["By rule the text says 2026-11-28."]),
        ("11/28/2026", "2026-11-28", []),
        ("Friday, March 8, 2025", "2025-03-08", ["2025-03-08 is not a “Friday”."]),
        ("Friday, March 8, 2025", "2025-03-18", ["is not a “Friday”.", "By rule the text says 2025-03-08."]),
        ("토요일 2025년 3월 9일", "2025-03-09", ["2025-03-09 is not a “토요일”."]),
        ("hello", "177-07-07", ["seen the word “hello”.", "The text names no date, so the answer is a guess."]),
        ("Christmas 2025", "2025-12-25", ["the word “Christmas”.", "names no month and no day, so the model makes"]),
        ("8 de marzo de 2025", "2025-03-08", ["The model has never seen the word “de”."]),
        ("8 March 12025", "1202-53-08", ["The output “1202-53-08” is no date."]),
    ],
)
def test_an_answer_is_held_against_the_rule(text: str, output: str, said: list[str]) -> None:
    remarks = DatesTask().remarks(text, output)
    assert len(remarks) == len(said)
    assert all(sentence in str(remark) for sentence, remark in zip(said, remarks, strict=True))


def test_of_a_text_alone_the_answer_is_not_judged() -> None:
    assert DatesTask().remarks("11/28/2026") == ()
    assert [remark.kind for remark in DatesTask().remarks("March 8")] == ["missing"]
