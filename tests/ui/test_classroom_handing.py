"""Handing in as the network sees it: what is computed here, who sees it, and every attack on it that is refused."""

import io
import json
import math
import threading
from csv import DictReader
from dataclasses import replace

import pytest
from class_client import LOOK, PATIENCE, Client, begin
from visitors import serving

import s2s_core
from s2s_core.edits import force_token
from s2s_ui.classroom import handing
from s2s_ui.classroom.limits import SENTENCES
from s2s_ui.classroom.state import State
from s2s_ui.session.address import MAX_LINK_TEXT

CLOSED = "Nothing can be handed in now."
ENGLISH, KOREAN = "May 5, 1999", "1999년 5월 5일"


@pytest.fixture
def teacher(teacher):
    teacher.lead(do="handing", open=True)
    return teacher


@pytest.fixture(scope="module")
def dates():
    return s2s_core.load("dates")


def hand_in(client, text=ENGLISH, id="my hand-in 1", /, **told):
    return client.post("hand-in", {"id": id, "text": text} | told)


def wall(teacher, names=False):
    status, told = teacher.get("wall?names=1" if names else "wall")
    assert status == 200
    return told["handed"]


def test_the_server_says_what_the_model_answers_whatever_the_browser_claims(teacher, join, dates):
    student = join()
    status, own = hand_in(student, answer="2000-01-01", p=0.5, model="ko-en", student="2", number=2)
    p = float(f"{math.exp(dates.trace(ENGLISH).log_prob):.6g}")
    assert status == 200 and own == {"id": "my hand-in 1", "text": ENGLISH, "answer": "1999-05-05", "p": p}
    (line,) = wall(teacher)
    assert (line["text"], line["answer"], line["p"], line["model"]) == (ENGLISH, "1999-05-05", p, "dates")
    assert line["link"] == {"model": "dates", "text": ENGLISH} and not line["changed"]


def test_it_is_answered_with_the_model_that_the_class_is_at(teacher, join):
    student = join()
    teacher.lead(do="show", link={"model": "ko-pronounce", "text": "국물", "edits": "[]", "forcing": "1"})
    assert hand_in(student, "국민")[1]["answer"] == "궁민"
    teacher.lead(do="show", link={"text": "March 8, 2025", "peepholes": "0"})
    hand_in(student, KOREAN, "my hand-in 2")
    without, with_model = wall(teacher)
    assert without["link"] == {"model": "dates", "text": KOREAN, "peepholes": "0"} and without["changed"]
    assert with_model["link"] == {"model": "ko-pronounce", "text": "국민"} and not with_model["changed"]


def test_what_somebody_sees_in_the_app_is_handed_in_as_its_link(teacher, join, dates):
    seen = {
        "model": "dates-gru",
        "text": KOREAN,
        "forcing": "1",
        "reference": "1998-05-05",
        "lang": "ko",
        "hide": "model",
    }
    status, own = join().post("hand-in", {"id": "my hand-in 1", "link": seen})
    assert status == 200 and own["answer"] == "1999-05-05"  # what the model writes itself, not what it was forced to
    two = force_token(0, dates.trace("2025").tgt_ids[0]).to_json()
    status, own = join().post("hand-in", {"id": "my hand-in 1", "link": {"text": ENGLISH, "edits": json.dumps(two)}})
    assert status == 200 and own["answer"].startswith("2")
    edited, forced = wall(teacher)
    assert edited["changed"] and edited["link"]["model"] == "dates" and "edits" in edited["link"]
    assert forced["link"] == {"model": "dates-gru", "text": KOREAN, "forcing": "1", "reference": "1998-05-05"}
    status, own = join().post("hand-in", {"id": "my hand-in 1", "link": {}})  # the app's first example
    assert status == 200 and own["text"] in dates.info.examples


def test_a_student_hands_in_so_many_and_each_once(teacher, join):
    one, two = join(), join()
    for number in range(SENTENCES):
        first = hand_in(one, f"May {number + 1}, 1999", f"my hand-in {number}")
        assert first == hand_in(one, "another sentence", f"my hand-in {number}") and first[0] == 200
    status, told = hand_in(one, ENGLISH, "one too many", lang="ko")
    assert status == 409 and str(SENTENCES) in told["reason"] and "이미" in told["reason"]
    assert hand_in(two, ENGLISH, "my hand-in 0")[0] == 200  # an id is a student's own
    assert [line["text"] for line in wall(teacher)] == [ENGLISH, *(f"May {day}, 1999" for day in range(5, 0, -1))]
    told = one.get("state")[1]
    assert [own["id"] for own in told["handed"]] == [f"my hand-in {number}" for number in range(SENTENCES)]
    assert told["sentences"] == SENTENCES


def test_the_wall_grows_by_itself_and_is_put_on_every_screen_without_its_name(teacher, join):
    mina, jun = join("Mina"), join("Jun")
    leading, following = teacher.events("lead"), jun.events()
    teacher.lead(do="mode", mode="explore")
    teacher.lead(**LOOK)
    hand_in(mina), hand_in(jun, KOREAN)
    assert leading.until(lambda told: told["handed"] == [2, 0])["handing"]
    lines = wall(teacher)
    assert [line["text"] for line in lines] == [KOREAN, ENGLISH] and "Mina" not in str(lines) + str(leading)
    assert not {"number", "who", "student"} & lines[0].keys()
    assert [(line["number"], line["who"]) for line in wall(teacher, names=True)] == [(2, "Jun"), (1, "Mina")]
    teacher.lead(do="put", handed=lines[1]["name"])
    shown = following.until(lambda told: told["link"].get("text") == ENGLISH)
    assert (shown["mode"], shown["page"], shown["question"]) == ("look", "", None)
    assert shown["step"]["at"] == lines[1]["step"] == str(len(ENGLISH) + 1 + 11)  # the last one, with both ends
    assert jun.send("GET", f"/class/{jun.code}/trace/{shown['traces']['en']}")[0] == 200
    assert "Mina" not in json.dumps(shown) and lines[1]["name"] not in json.dumps(shown)


def test_what_is_taken_off_the_wall_stays_in_the_table(teacher, join):
    one, two = join("Mina"), join()
    hand_in(one, "=1+1"), hand_in(two)
    leading = teacher.events("lead")
    line = wall(teacher)[1]
    teacher.lead(do="off", handed=line["name"])
    assert leading.until(lambda told: told["handed"] == [2, 1])
    assert [entry["text"] for entry in wall(teacher)] == [ENGLISH]
    rows = list(DictReader(io.StringIO(teacher.get("answers.csv")[1].removeprefix("\ufeff"))))
    assert [(row["student"], row["question"], row["sentence"], row["taken off the wall"]) for row in rows] == [
        ("1", "hand in", "'=1+1", "1"),
        ("2", "hand in", ENGLISH, "0"),
    ]
    assert rows[1]["link"] == "?model=dates&text=May+5%2C+1999" and rows[1]["answer"] == "1999-05-05"
    assert rows[1]["model"] == "dates" and float(rows[1]["p of the answer"]) > 0.5 and "Mina" not in str(rows)
    named = DictReader(io.StringIO(teacher.get("answers.csv?names=1")[1].removeprefix("\ufeff")))
    assert [row["name"] for row in named] == ["Mina", ""]


@pytest.mark.parametrize(
    ("told", "english", "korean"),
    [
        ({"text": " \n\u200b"}, "There is nothing to read: type a sentence or choose an example.", "읽을"),
        ({"text": 7}, "There is nothing to read: type a sentence or choose an example.", "읽을"),
        ({"text": "5" * 300}, "The text has 300 characters and the model reads at most", "300"),
        ({"text": "5" * 9_000}, "The text has 2001 characters and the model reads at most", "2001"),
        ({"link": {"model": "nobody has this", "text": ENGLISH}}, "There is no model “nobody has this”", "nobody"),
        ({"link": {"model": "../dates", "text": ENGLISH}}, "There is no model “../dates”", "../dates"),
    ],
    ids=str,
)
def test_what_the_app_refuses_is_refused_in_its_own_words(teacher, join, told, english, korean):
    student = join()
    for language, expected in (("en", english), ("ko", korean), ({}, english), ("xx", english)):
        status, said = student.post("hand-in", {"id": "my hand-in 1", "lang": language} | told)
        assert status == 422 and expected in said["reason"] and len(said["reason"]) < 500
    assert not wall(teacher) and not student.get("state")[1]["handed"]


# ---------------------------------------------------------------------------------------------------------- attacks
def test_nobody_hands_in_where_it_is_closed_or_the_class_is_over(teacher, join):
    student = join()
    teacher.lead(do="handing", open=False)
    assert student.get("state")[1]["state"]["handing"] is False
    assert hand_in(student) == (409, {"reason": CLOSED})
    teacher.lead(do="handing", open="yes")  # which is not true
    assert hand_in(student)[0] == 409
    teacher.lead(do="handing", open=True)
    teacher.lead(do="mode", mode="ended")
    assert student.get("state")[1]["state"]["handing"] is False and hand_in(student)[0] == 409
    assert not wall(teacher)


def test_only_the_teacher_sees_the_wall_and_puts_something_on_the_screens(teacher, join):
    student, other = join(), join()
    hand_in(student)
    name = wall(teacher)[0]["name"]
    for client in (other, Client(teacher.address, teacher.code)):
        for path in ("wall", "wall?names=1", "answers.csv"):
            assert client.get(path)[0] == 403
        for command in ({"do": "put", "handed": name}, {"do": "off", "handed": name}, {"do": "handing", "open": False}):
            assert client.post("lead", command)[0] == 403
    told = [json.dumps(other.get("state")[1]), json.dumps(other.post("join", {})[1]), str(other.events().next())]
    assert ENGLISH not in "".join(told) and name not in "".join(told)
    for wrong in ("nothing", None, 7, {}, ""):
        for do in ("put", "off"):
            assert teacher.post("lead", {"do": do, "handed": wrong})[0] == 400
    assert len(wall(teacher)) == 1


def test_nobody_hands_in_for_another_or_without_a_seat(teacher, join):
    one, two = join(), join()
    assert hand_in(one, student="2", seat=2, number=2)[0] == 200
    assert two.get("state")[1]["handed"] == [] and wall(teacher, names=True)[0]["number"] == 1
    for cookies in ({}, {"s2s-sits": "x" * 32}, {"s2s-sits": "2"}, {"s2s-sits": ""}, dict(teacher.cookies)):
        stranger = Client(teacher.address, teacher.code)
        stranger.cookies = cookies
        assert hand_in(stranger)[0] == 403
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
    ):
        assert two.post("hand-in", {"id": "my hand-in 1", "text": ENGLISH}, **headers)[0] == 403


def test_texts_are_bounded_and_taken_as_text(teacher, join):
    student = join()
    status, own = hand_in(student, "\ud800<script>alert(1)</script>\u202e\n 1999")
    assert status == 200 and own["text"] == "<script>alert(1)</script> 1999"
    assert student.post("hand-in", {"x": "y" * 40_000})[0] == 413
    for wrong in ("short", 7, "x" * 99, "ü" * 9, None):
        assert hand_in(student, ENGLISH, wrong)[0] == 400
    link = {"text": "\u202e<img src=x>\u0007 5", "edits": "[" * 5_000, "model": "dates"}
    assert join().post("hand-in", {"id": "my hand-in 1", "link": link})[1]["text"] == "<img src=x> 5"
    for link in ([], "text", 7, {"text": 7}, {"text": ["x"]}, {"text": "x" * 9_000}):
        assert join().post("hand-in", {"id": "my hand-in 1", "link": link})[0] in (200, 422)
    for line in wall(teacher):
        assert len(line["text"]) <= MAX_LINK_TEXT and line["text"].isprintable()


def test_who_sends_what_no_model_reads_again_and_again_is_slowed_down(teacher, join):
    student, other = join(), join()
    found = [hand_in(student, "")[0] for _ in range(40)]
    assert found[0] == 422 and found[-1] == 429 and "Wait a moment" in hand_in(student)[1]["reason"]
    assert hand_in(other)[0] == 200


def test_a_class_that_hands_in_at_once_is_stored_completely(teacher, join):
    students = [join() for _ in range(12)]
    found = []

    def send(student):
        for number in range(3):
            for _ in range(2):
                found.append(hand_in(student, f"May {number + 1}, 1999", f"my hand-in {number}")[0])

    threads = [threading.Thread(target=send, args=(student,)) for student in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == [200] * 72 and len(wall(teacher)) == 36
    teacher.lead(do="delete")
    assert teacher.get("wall")[0] == 404 and hand_in(students[0])[0] == 404


def test_what_was_handed_in_outlives_the_server(tmp_path):
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": ""}
    with serving(tmp_path / "log.txt", environment) as (address, _):
        teacher = begin(address)
        teacher.lead(do="handing", open=True)
        student = teacher.seat()
        own = hand_in(student)
    with serving(tmp_path / "log.txt", environment) as (address, _):
        student.address = teacher.address = address
        assert hand_in(student) == own and student.get("state")[1]["handed"] == [own[1]]
        (line,) = wall(teacher)
        teacher.lead(do="put", handed=line["name"])
        assert student.get("state")[1]["state"]["link"]["text"] == ENGLISH


def test_a_wall_shows_the_newest_and_counts_all(monkeypatch):
    monkeypatch.setattr(handing, "ON_THE_WALL", 2)
    view = handing.place({"text": ENGLISH}, State())
    made = [handing.computed(view, "en", student=f"s{number}", id=f"my hand-in {number}") for number in range(4)]
    told = handing.wall([*made[:3], replace(made[3], off=True)], [], names=True)
    assert told["count"] == 3 and [line["name"] for line in told["handed"]] == [made[2].name, made[1].name]
    assert len({entry.name for entry in made}) == 4
