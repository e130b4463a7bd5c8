"""A class plan: what is read and what is refused, the plans that are shipped, a class that goes through one."""

import json
import tomllib

import pytest
from class_client import Client, answer, begin, close_streams
from visitors import serving

from s2s_core import load
from s2s_ui.classroom.commands import FOLLOWED
from s2s_ui.classroom.plans import SHIPPED, checking, course, reading, shipped, stepping
from s2s_ui.classroom.plans.problems import AT, BEFORE, SENTENCES, PlanProblem
from s2s_ui.classroom.state import State, Step
from s2s_ui.lesson import for_class
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.locales import translations
from s2s_ui.session import caches, messages
from s2s_ui.session.address import parse
from s2s_ui.session.asked import asked
from s2s_ui.session.pages import PAGES

DATE = "/?model=dates&text=March+8%2C+2025"


def plan(*steps, head='title = "T"'):
    return "\n".join([head, *(f"[[steps]]\n{step}" for step in steps)])


def step(link=DATE, more="", question=""):
    asks = f"\n[steps.question]\n{question}" if question else ""
    return f'title = "S"\nlink = "{link}"\n{more}{asks}'


def test_a_plan_is_read_as_it_was_written():
    question = 'kind = "choice"\ntext = "Why?"\nchoices = ["a", "나"]\nright = 2'
    text = plan(
        step("/gates?model=dates&text=3월 8일&unit=3&lang=ko&hide=model"),
        step(f"{DATE}&step=17.2", 'minutes = 2.5\nnote = """\none\n  two\n"""', question),
    )
    found = reading.read(text.encode("utf-8-sig"))
    first, second = found.steps
    assert (found.title, found.language) == ("T", None)
    assert (first.page, first.at, first.wish) == ("gates", None, None)
    assert first.link == {"model": "dates", "text": "3월 8일", "unit": "3"}  # the teacher's language stays theirs
    assert (second.page, second.at, second.minutes, second.note) == ("", "17.2", 2.5, "one\ntwo")
    assert second.wish == {"kind": "choice", "text": "Why?", "choices": ["a", "나"], "right": 2}
    assert reading.read(text.replace("\n", "\r\n")) == found


WRONG = {
    "size": ["# " + "x" * 64_000, "# " + "값" * 22_000],
    "encoding": [b"title = '\xb1\xb3'", "title = '\ud800'"],
    "syntax": ["title = ", 'title = "T\n', "[" * 5_000, "a = 2025-02-30", "a = 1\na = 2", '{"title": "T"}'],
    "no steps": ['title = "T"', 'title = "T"\nsteps = []'],
    "many": [plan(*[step()] * 101)],
    "key": [
        plan(step(), head='title = "T"\nauthor = "x"'),
        plan(step(more="time = 5\n")),
        plan(step(question='kind = "next"\noutput = 1\ntext = "?"')),
        plan(step(question='kind = "text"\ntext = "?"\nright = 1')),
    ],
    "missing": [
        plan(step(), head=""),
        plan('title = "S"'),
        plan(f'link = "{DATE}"'),
        plan('title = " "\nlink = "/"'),
        plan(step(question='output = 1')),
        plan(step(question='kind = "next"')),
        plan(step(question='kind = "text"')),
        plan(step(question='kind = "choice"\ntext = "?"')),
    ],
    "type": [
        'title = "T"\nsteps = 3',
        'title = "T"\nsteps = ["a"]',
        plan("title = 3\nlink = '/'"),
        plan('title = "S"\nlink = ["/"]'),
        plan(step(more='minutes = "5"\n')),
        plan(step(more="minutes = true\n")),
        plan(step(more="note = 3\n")),
        plan(step(more='question = "next"\n')),
        plan(step(question='kind = "next"\noutput = "1"')),
        plan(step(question='kind = "next"\noutput = true')),
        plan(step(question='kind = "next"\noutput = 0')),
        plan(step(question='kind = "where"\noutput = -1')),
        plan(step(question='kind = "choice"\ntext = "?"\nchoices = "ab"')),
        plan(step(question='kind = "choice"\ntext = "?"\nchoices = ["a", 2]')),
        plan(step("/lesson?chapter=1", question='kind = "lesson"\nsecond = 1')),
    ],
    "long": [
        plan(step(), head=f'title = "{"t" * 121}"'),
        plan(step(more=f'note = "{"n" * 4_001}"\n')),
        plan(step(f"/?text={'x' * 30_000}")),
        plan(step(f"/?text={'x' * 9_000}")),
        plan(step(question=f'kind = "text"\ntext = "{"t" * 301}"')),
        plan(step(question=f'kind = "choice"\ntext = "?"\nchoices = ["a", "{"b" * 81}"]')),
    ],
    "minutes": [plan(step(more=f"minutes = {value}\n")) for value in ("0", "-3", "241", "nan", "inf", "1" * 60)],
    "language": [plan(step(), head='title = "T"\nlanguage = "fr"'), plan(step(), head='title = "T"\nlanguage = 3')],
    "address": [
        plan(step(link))
        for link in (
            "https://evil.example/login", "ftp://school.example/gates", "https:///gates", "javascript:alert(1)",
            "//evil.example/gates", "/class/ACDEFH", "/gates/x",
            "gate", "/Gates", "/../gates", "/gates#x", "http://[", "data:text/html,x", "/?" + "&".join(["text=a"] * 99),
            "/?text=%ff",
        )
    ],
    "parameter": [
        plan(step(link))
        for link in (
            "/?modl=dates", "/?model=dates&model=dates-last", "/?step=end", "/?peepholes=off", "/gates?unit=x",
            "/?edits=[", "/lesson?chapter=13", "/?lang=fr",
        )
    ],
    "kind": [plan(step(question=f"kind = {value}")) for value in ('"riddle"', "3", '"look"', '["next"]')],
    "choices": [
        plan(step(question=f'kind = "choice"\ntext = "?"\nchoices = {value}'))
        for value in ("[]", '["a"]', '["a", "a"]', '["a", " "]', json.dumps([str(number) for number in range(9)]))
    ],
    "right": [
        plan(step(question=f'kind = "choice"\ntext = "?"\nchoices = ["a", "b"]\nright = {value}'))
        for value in ("0", "3", "true", '"a"', "[1]")
    ] + [plan(step(question=f'kind = "change"\nright = {value}')) for value in ("1", '"gates"', "[]")],
    "page": [
        plan(step("/gates", question='kind = "next"\noutput = 1')),
        plan(step("/lesson?chapter=1", question='kind = "where"\noutput = 1')),
        plan(step(question='kind = "lesson"')),
    ],
    "output": [
        plan(step(question=f'kind = "next"\noutput = {value}')) for value in ("99999999999999999999", "12")
    ],
    "model": [
        plan(step("/?model=dats&text=x")), plan(step("/gates?model=../dates")),
        plan(step("/compare?model=dates&other=nobody")),
    ],
    "text": [plan(step(f"/?model=dates&text={'1' * 1_900}")), plan(step("/?model=dates&text="))],
    "at": [plan(step(f"{DATE}&step=26")), plan(step(f"{DATE}&step=0"))],
    "attention": [plan(step(DATE.replace("dates", "dates-last"), question='kind = "where"\noutput = 1'))],
    "chapter": [
        plan(step("/lesson?chapter=10", question='kind = "lesson"')),
        plan(step("/lesson?chapter=3", question='kind = "lesson"\nsecond = true')),
    ],
}  # fmt: skip
"""Each kind of problem, and plans that have it."""


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("http://192.168.0.3:8501/gates?model=dates&text=8+mars+2025", "gates"),
        ("https://school.example/a/tool/?model=dates&text=8+mars+2025&hide=model&lang=ko", ""),
        ("https://school.example/a/tool/gradient?model=dates&text=8%20mars%202025", "gradient"),
    ],
)
def test_a_whole_address_is_a_link_of_whatever_server(link, page):
    (found,) = reading.read(plan(step(link))).steps
    assert (found.page, found.link) == (page, {"model": "dates", "text": "8 mars 2025"})


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in WRONG.items() for text in texts])
def test_a_wrong_plan_is_refused_with_one_sentence(kind, text, unchecked):
    good = step()
    if isinstance(text, str) and kind not in ("size", "encoding", "syntax", "no steps", "many") and "[[steps]]" in text:
        head, _, rest = text.partition("[[steps]]")
        text = (
            f"{head}[[steps]]\n{good}\n[[steps]]{rest}"  # a sound one comes first: the number is that of the wrong one
        )
    with pytest.raises(PlanProblem) as problem:
        checking.check(reading.read(text), for_class.question)
    found = problem.value
    assert found.kind == kind
    if found.step:
        assert found.step == 2
    for language in SHIPPED:
        _ = translations(language).gettext
        said = found.sentence(_)
        where = _(AT).format(step=found.step) if found.step else _(BEFORE)
        assert said.startswith(where) == (found.step is not None)
        assert "{" not in said and len(said) < 900 and "\n" not in said


def test_every_kind_of_problem_is_tried():
    assert WRONG.keys() == SENTENCES.keys()


# -------------------------------------------------------------------------------------------------- what is shipped
@pytest.mark.parametrize("language", SHIPPED)
def test_the_shipped_plan_takes_fifty_minutes_and_every_place_of_it_can_be_shown(language):
    found = reading.read(shipped(language))
    checking.check(found, for_class.question)
    assert found.language == language and sum(entry.minutes for entry in found.steps) == 50
    assert all(entry.note.count("\n") >= 1 for entry in found.steps)
    for entry in found.steps:
        assert entry.page in FOLLOWED
        view, _, bad = parse(entry.link)
        assert not bad
        if PAGES[entry.page].reads:
            request = asked(view)
            trace = caches.runs(request).shown
            assert messages.remarks(trace, caches.model(request.model)) is None
        if entry.wish:
            question, _ = stepping.question(entry, language, for_class.question)
            assert question.text or question.kind in ("next", "look")
            assert not question.choices or question.right is not None


def test_the_shipped_plans_go_the_same_way_in_both_languages():
    english, korean = (reading.read(shipped(language)) for language in SHIPPED)
    for one, other in zip(english.steps, korean.steps, strict=True):
        assert (one.page, one.link, one.at, one.minutes) == (other.page, other.link, other.at, other.minutes)
        assert one.title != other.title and one.note != other.note
        first, second = ({**(entry.wish or {})} for entry in (one, other))
        assert len(first.pop("choices", ())) == len(second.pop("choices", ()))
        assert bool(first.pop("text", "")) == bool(second.pop("text", "")) and first == second
    pages = [entry.page for entry in english.steps]
    assert {"gates", "directions", "attention", "forcing"} <= set(pages)
    at = [pages.index(page) for page in ("gates", "directions", "attention", "forcing")]
    assert at == sorted(at)  # the subject's own path


def test_the_unit_that_the_plans_mark_keeps_its_memory_and_lets_go_where_they_say():
    entry = next(entry for entry in reading.read(shipped("en")).steps if entry.page == "gates")
    cell = load(entry.link["model"]).trace(entry.link["text"]).encoder.forward
    forget, let_in, kept = (part[:, int(entry.link["unit"])] for part in (cell.forget_gate, cell.input_gate, cell.cell))
    reading_on = slice(entry.link["text"].index("e"), entry.link["text"].index("b") + 1)
    assert forget[reading_on].min() > 0.9 and let_in[reading_on].max() < 0.2
    assert kept[reading_on] == pytest.approx(1.3, abs=0.05)
    assert entry.link["text"][let_in[: reading_on.start].argmax()] == "D"
    assert forget.argmin() == len(forget) - 1 and forget[-1] < 0.05  # the end mark
    assert entry.wish["choices"][entry.wish["right"] - 1] == "at the end mark"


# ---------------------------------------------------------------------------------------------------------- a class
def do(teacher, **command):
    status, told = teacher.post("plan", command)
    assert status == 200, told
    return told


def now(student):
    return student.get("state")[1]["state"]


def test_a_class_goes_through_its_plan(teacher):
    student = teacher.seat()
    leading = teacher.events("lead")
    do(teacher, do="load", shipped="en")
    seen = leading.until(lambda told: told["plan"])
    assert seen["plan"]["at"] is None and now(student)["link"]["text"] == "March 8, 2025"
    told = teacher.get("plan")[1]
    assert len(told["steps"]) == 16 and told["steps"][3]["asks"] == "lesson"
    assert teacher.get("plan.toml")[1] == shipped("en")
    assert do(teacher, do="go", at=2)["page"] == "compare" and now(student)["page"] == "compare"
    place = do(teacher, do="go", at=10)
    assert (place["page"], place["step"]) == ("", {"at": "23"}) and now(student)["step"]["at"] == "23"
    assert now(student)["question"] is None and "plan" not in now(student)
    assert do(teacher, do="ask", at=10)["step"] == {"at": "23"}
    question = now(student)["question"]
    assert (question["kind"], question["output"]) == ("look", 9)
    seen = leading.until(lambda told: told["question"])
    assert seen["plan"] == {"name": seen["plan"]["name"], "at": 10, "asked": True}
    assert answer(student, question["id"], choice=6)[0] == 200
    do(teacher, do="go", at=11)
    assert now(student)["question"] is None
    do(teacher, do="leave")
    assert teacher.get("plan")[0] == 404 and teacher.post("plan", {"do": "go", "at": 1})[0] == 404


@pytest.mark.parametrize(
    ("language", "kind", "words"), [("en", "text", "Above the first step"), ("ko", "text", "첫 단계 위")]
)
def test_a_wrong_plan_leaves_the_class_as_it_was_and_says_why(teacher, language, kind, words):
    do(teacher, do="load", text=plan(step()))
    status, said = teacher.post("plan", {"do": "load", kind: 'name = "x"', "lang": language})
    assert status == 422 and said.startswith(words)
    assert teacher.get("plan.toml")[1] == plan(step())
    for wrong in ({"do": "go", "at": 1}, {"do": "go", "at": True}, {"do": "ask", "at": 0}, {"do": "x"}, {"do": "load"}):
        assert teacher.post("plan", wrong)[0] == 400
    assert teacher.post("plan", {"do": "load", "text": "x" * 300_000})[0] == 413


def test_nobody_but_the_teacher_has_the_plan(teacher):
    do(teacher, do="load", shipped="ko")
    student = teacher.seat()
    for path in ("plan", "plan.toml", "course.toml"):
        assert student.get(path)[0] == 403 and Client(teacher.address, teacher.code).get(path)[0] == 403
    assert student.post("plan", {"do": "go", "at": 0})[0] == 403
    assert teacher.post("plan", {"do": "go", "at": 0}, Origin="https://evil.example")[0] == 403
    stream = student.events()
    do(teacher, do="go", at=0)
    assert "plan" not in stream.until(lambda told: told["step"]["at"] == "1")


@pytest.mark.parametrize(
    ("link", "kind", "right"),
    [
        ("/lesson?chapter=1", 'kind = "lesson"', 0),
        ("/lesson?chapter=1", 'kind = "lesson"\nsecond = true', 2),
        (DATE, 'kind = "change"\nright = "answer"', 2),
        (DATE, 'kind = "change"', None),
        (DATE, 'kind = "choice"\ntext = "?"\nchoices = ["a", "b"]\nright = 2', 1),
    ],
)
def test_what_is_right_is_told_with_the_answers(teacher, link, kind, right):
    student = teacher.seat()
    do(teacher, do="load", text=plan(step(link, question=kind)))
    do(teacher, do="ask", at=0, lang="ko")
    hidden = now(student)["question"]
    assert "right" not in hidden and len(hidden["choices"]) >= 2
    assert ("셀 상태" in hidden["text"]) == ("lesson" in kind and "second" not in kind)
    teacher.lead(do="reveal")
    assert now(student)["question"]["right"] == right


def test_the_chapter_of_the_lesson_that_is_shown_asks_its_question(teacher):
    student = teacher.seat()
    teacher.lead(do="show", page="lesson", link={"chapter": "9"})
    teacher.lead(do="ask", question={"kind": "lesson"}, lang="en")
    asked = now(student)["question"]
    assert (asked["kind"], len(asked["choices"])) == ("choice", 3) and "\\" not in asked["text"]
    teacher.lead(do="show", link={"chapter": "10"})
    assert teacher.post("lead", {"do": "ask", "question": {"kind": "lesson"}})[0] == 400


@pytest.mark.parametrize("number", range(len(CHAPTERS) + 1))
def test_a_chapter_offers_each_of_its_questions_before_any_is_answered(number):
    link = {"chapter": str(number)} if number else {}
    asks = [for_class.question(link, second, "en") for second in (False, True)]
    assert for_class.asks(link) == len(list(filter(None, asks)))


def test_the_course_of_a_lesson_is_a_plan_that_can_be_loaded_again(teacher):
    teacher.seat()
    text = "3월 8일, 2025년 “&=+%#\u200b\n"
    teacher.lead(do="show", page="gates", link={"model": "dates", "text": text})
    teacher.lead(do="show", page="gates", link={"model": "dates", "text": text}, step={"at": "3"})  # no other place
    teacher.lead(do="show", page="", link={"model": "dates", "text": "8 mars 2025"}, step={"at": "11"})
    teacher.lead(do="ask", question={"kind": "look", "output": 3}, step={"at": "14"})
    teacher.lead(do="reveal")
    teacher.lead(do="ask", question={"kind": "choice", "text": 'Is "this"\nso?', "choices": ["네 \\", "no"]})
    status, written = teacher.get("course.toml?lang=ko")
    assert status == 200 and "3월" in written and tomllib.loads(written)["title"].startswith("교실")
    found = reading.read(written)
    assert [entry.page for entry in found.steps] == ["", "gates", "", "", ""]
    assert found.steps[1].link == {"model": "dates", "text": text} and found.steps[2].at == "11"
    assert found.steps[3].wish == {"kind": "where", "output": 4} and found.steps[3].at == "14"
    assert found.steps[4].wish == {"kind": "choice", "text": 'Is "this" so?', "choices": ["네 \\", "no"]}
    assert all(entry.minutes for entry in found.steps)
    do(teacher, do="load", text=written)
    assert do(teacher, do="go", at=1)["link"]["text"] == text


def test_a_long_course_is_as_long_as_a_plan_may_be():
    entries = []
    state = State(link={"text": "가" * 600})
    for number in range(300):
        after = State(link={"text": f"{number}" + "가" * 600}, step=Step("1"))
        entries.append(course.entry(state, after, 1e9 + number))
        state = after
    found = reading.read(course.toml(entries, "ACDEFH", "en", 2e9))
    assert len(found.steps) >= 20 and found.steps[-1].link["text"].startswith("299")
    assert course.entry(state, state, 1e9) is None


def test_a_plan_outlives_a_new_start_of_the_server(tmp_path):
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": ""}
    with serving(tmp_path / "log.txt", environment) as (address, _):
        teacher = begin(address)
        do(teacher, do="load", shipped="en")
        do(teacher, do="go", at=1)
    with serving(tmp_path / "log.txt", environment) as (address, _):
        teacher.address = address
        assert teacher.get("plan.toml")[1] == shipped("en")
        leading = teacher.events("lead")
        assert leading.next()[1]["plan"]["at"] == 1
        close_streams()
        assert reading.read(teacher.get("course.toml")[1]).steps[-1].link["model"] == "dates-last"
        teacher.lead(do="delete")
