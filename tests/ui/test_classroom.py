"""A class as the network sees it: who may do what, what is told to whom, and what is kept.

Every attack that is refused here is tried on a real server.
"""

import csv
import gzip
import http.client
import io
import json
import re
import threading
import time
import unicodedata

import pytest
from class_client import LOOK, PATIENCE, SHOW, Client, answer, begin, close_streams
from visitors import ROOT, serving

from s2s_ui.classroom import table
from s2s_ui.classroom.limits import Limit, network
from s2s_ui.classroom.secret import ALPHABET, CODE, new_code, opens, read_code
from s2s_ui.classroom.state import Answer, Handed, Seat
from s2s_ui.classroom.words import words
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.session.pages import PAGES
from s2s_ui.stage.served import WORDS


# ------------------------------------------------------------------------------------------------------- following
def test_a_student_follows_the_teacher_without_asking(teacher, join):
    student = join("Mina")
    assert student.told["seat"] == {"number": 1, "name": "Mina"} and student.told["state"]["step"]["at"] == "17.2"
    stream = student.events()
    identity, told = stream.next()
    assert (identity, told["version"], told["link"]["text"]) == ("1", 1, "March 8, 2025")
    for at in ("18", "18.3"):
        teacher.lead(do="show", step={"at": at, "unit": 7, "side": "backward"})
        assert stream.next()[1]["step"] == {"at": at, "unit": 7, "side": "backward"}
    stream.close()
    missed = student.events(Last_Event_ID="2").next()[1]
    assert missed["version"] == 3
    again = student.events(Last_Event_ID="3")  # nothing is new
    teacher.lead(do="mode", mode="pause")
    assert again.next()[1]["mode"] == "pause"


def test_the_teacher_sees_how_many_are_here(teacher, join):
    leading, student = teacher.events("lead"), join()
    streams = [student.events(), student.events(), join().events()]
    for stream in streams:
        stream.next()
    assert leading.until(lambda told: told["here"] == 2)["seats"] == 2
    streams[2].close()
    assert leading.until(lambda told: told["here"] == 1)["seats"] == 2


def test_a_lost_network_leaves_no_student_outside(teacher, join):
    """Streams that nobody closed do not count against a new one: the oldest ones end."""
    student = join()
    streams = []
    for _ in range(8):
        streams.append(student.events())
        streams[-1].next()
    teacher.lead(do="show", step={"at": "20"})
    assert streams[-1].next()[1]["step"]["at"] == "20"
    assert b"" in {streams[0].answer.readline() for _ in range(9)}


def test_the_trace_is_packed_once_under_its_contents_name(teacher, join):
    first = join().told["state"]["traces"]
    assert first == join().told["state"]["traces"] and first["en"] != first["ko"]
    for language, name in first.items():
        status, headers, content = teacher.send("GET", f"/class/{teacher.code}/trace/{name}", Accept_Encoding="gzip")
        assert status == 200 and headers["Content-Encoding"] == "gzip" and "immutable" in headers["Cache-Control"]
        plain = gzip.decompress(content)
        header = json.loads(plain[4 : 4 + int.from_bytes(plain[:4], "little")])
        assert header["said"] == WORDS[language].file and len(content) < 80_000
    teacher.lead(do="show", link={"model": "dates", "text": "8 mars 2025"})
    changed = join().told["state"]["traces"]
    assert not set(changed.values()) & set(first.values())
    assert teacher.send("GET", f"/class/{teacher.code}/trace/{'0' * 32}")[0] == 404


def test_a_link_that_shows_nothing_is_followed_without_a_stage(teacher, join):
    teacher.lead(do="show", page="gates", link={"model": "nobody has this", "text": "x", "lang": "ko", "hide": "model"})
    state = join().told["state"]
    assert state["traces"] == {} and state["page"] == "gates"
    assert state["link"] == {"model": "nobody has this", "text": "x"}  # the teacher's language and bands stay theirs


@pytest.mark.parametrize("page", PAGES)
def test_a_class_comes_along_to_every_page_and_its_course_says_so(teacher, join, page):
    student = join()
    followed = page != "classroom"  # the teacher's own
    teacher.lead(do="show", page=page, link={"text": "8 mars 2025"})
    assert student.get("state")[1]["state"]["page"] == (page if followed else "")
    for language in LANGUAGES:
        status, written = teacher.get(f"course.toml?lang={language}")
        assert status == 200
        title = translations(language).gettext(PAGES[page].title)
        assert (f'title = "{title}: 8 mars 2025"' in written) == followed
        assert teacher.post("plan", {"do": "load", "text": written})[0] == 200
        assert (words(translations(language).gettext).get(f"page_{page}") == title) == followed


def test_a_class_watches_the_teachers_training_and_keeps_what_is_the_teachers_own_off_its_screens(teacher, join):
    link = {"run": "reverse-1a2b", "new_cell": "gru", "lang": "ko", "hide": "model", "lock": "1"}
    teacher.lead(do="show", page="train", link=link)
    assert join().told["state"]["link"] == {"run": "reverse-1a2b", "new_cell": "gru"}


def test_every_script_is_a_page():
    assert {page.script for page in PAGES.values()} == {path.stem for path in (ROOT / "pages").glob("*.py")}


def test_the_teachers_own_screen_is_brought_where_the_class_is(teacher, join):
    """The plan, the wall and the reveal move it; what it showed before it has heard of that counts no more."""
    leading, student = teacher.events("lead"), join()
    assert leading.next()[1]["brought"] == 0 and "brought" not in student.told["state"]
    for kind, output, at in (("look", 3, "18.2"), ("next", 0, "15"), ("next", 10, "25")):
        teacher.lead(do="ask", question={"kind": kind, "output": output}, step={"at": "14"})
        before = leading.until(lambda told: told["question"] and not told["question"]["shown"])
        teacher.lead(do="reveal")
        told = leading.until(lambda told: told["question"]["shown"])
        assert (told["step"]["at"], told["step"]["unit"], told["brought"]) == (at, None, before["brought"] + 1)
        teacher.lead(do="show", page="gates", link={"model": "dates"}, step={"at": "2"}, brought=before["brought"])
        state = student.get("state")[1]["state"]
        assert (state["page"], state["link"]["text"], state["step"]["at"]) == ("", "March 8, 2025", at)
        teacher.lead(do="show", step={"at": "19"}, brought=told["brought"])
        assert student.get("state")[1]["state"]["step"]["at"] == "19"
    teacher.lead(do="ask", question={"kind": "text", "text": "Why?"})
    teacher.lead(do="reveal")  # it is about nothing on the stage
    told = leading.until(lambda told: told["question"]["kind"] == "text" and told["question"]["shown"])
    assert (told["step"]["at"], told["brought"]) == ("19", 3)
    teacher.lead(do="again")
    assert (student.get("state")[1]["state"]["step"]["at"], leading.next()[1]["brought"]) == ("19", 3)
    teacher.lead(do="ask", question={"kind": "next", "output": 10})
    teacher.lead(
        do="show", link={"model": "ko-pronounce", "text": "국물"}
    )  # the teacher has gone on to another sentence
    teacher.lead(do="reveal")
    assert student.get("state")[1]["state"]["step"]["at"] == "19"


@pytest.mark.parametrize(("kind", "before", "after"), [("look", "16", "17"), ("next", "17.4", "18.4")])
def test_a_question_is_asked_again_and_about_the_next_output(teacher, join, kind, before, after):
    student = join()
    assert teacher.post("lead", {"do": "again"})[0] == 400  # none was asked
    teacher.lead(do="ask", question={"kind": kind, "output": 2})
    first = student.get("state")[1]["state"]["question"]
    assert answer(student, first["id"], choice=0)[0] == 200
    teacher.lead(do="reveal")
    teacher.lead(do="again")
    state = student.get("state")[1]["state"]
    again = state["question"]
    assert {**again, "id": first["id"]} == first and again["id"] != first["id"] and state["step"]["at"] == before
    assert answer(student, first["id"], choice=0)[0] == 409 and answer(student, again["id"], choice=1)[0] == 200
    teacher.lead(do="reveal")
    teacher.lead(do="again", onwards=True, lang="ko")
    state = student.get("state")[1]["state"]
    assert (state["question"]["output"], state["question"]["shown"], state["step"]["at"]) == (3, False, after)
    assert teacher.get("answers.csv")[1].count("\n") == 3  # both are kept
    teacher.lead(do="ask", question={"kind": kind, "output": 10})
    assert teacher.post("lead", {"do": "again", "onwards": True})[0] == 400  # it was the last one
    teacher.lead(do="ask", question={"kind": "text", "text": "Why?"})
    assert teacher.post("lead", {"do": "again", "onwards": True})[0] == 400


def test_the_teachers_own_window_shows_nothing_without_the_key(teacher):
    for path in ("/class/ACDEFH/desk", f"/class/{teacher.code}/desk"):
        status, headers, content = Client(teacher.address).send("GET", f"{path}?lang=ko", Accept_Language="en")
        page = content.decode()
        assert status == 200 and len(content) < 2_000 and 'lang="ko"' in page and teacher.code not in page
        assert headers["Cache-Control"] == "no-store" and headers["X-Frame-Options"]
        for kept in re.findall(r'"\.\./\.\./(kept/[^"]+)"', page):
            assert Client(teacher.address).send("GET", f"/{kept}")[0] == 200


def test_the_page_is_light_and_in_the_browsers_language(class_server):
    for path, up in (("/class", "./"), ("/class/ACDEFH", "../")):
        status, headers, content = Client(class_server).send("GET", path, Accept_Language="ko-KR,ko;q=0.9,en;q=0.8")
        page = content.decode()
        assert status == 200 and len(content) < 2_000 and 'lang="ko"' in page
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'" and headers["X-Frame-Options"]
        for kept in re.findall(rf'"{re.escape(up)}(kept/[^"]+)"', page):
            assert Client(class_server).send("GET", f"/{kept}")[0] == 200
    assert 'lang="en"' in Client(class_server).send("GET", "/class", Accept_Language="fr")[2].decode()


# ------------------------------------------------------------------------------------------------ questions, answers
def test_an_answer_is_stored_once_and_shown_to_nobody_before_it_is_revealed(teacher, join):
    one, two = join(), join()
    leading, following = teacher.events("lead"), one.events()
    teacher.lead(**LOOK)
    asked = following.until(lambda told: told["question"])["question"]
    assert asked["choices"][-1] == "end" and not {"model", "right", "tally"} & asked.keys()
    assert answer(one, asked["id"], choice=6) == answer(one, asked["id"], choice=6)
    assert answer(one, asked["id"], choice=6)[0] == 200
    status, stored = answer(one, asked["id"], choice=2, id="another id")
    assert (status, stored["choice"]) == (409, 6)
    assert answer(two, asked["id"], choice=0)[0] == 200
    seen = leading.until(lambda told: told["question"] and told["question"]["tally"]["count"] == 2)
    assert seen["question"]["tally"]["choices"][:7] == [1, 0, 0, 0, 0, 0, 1] and seen["here"] == 1
    for path in ("state", "join"):
        state = (two.get(path) if path == "state" else two.post(path, {}))[1]["state"]
        assert not {"model", "right", "tally"} & state["question"].keys()
    assert next(iter(two.get("state")[1]["answers"].values()))["choice"] == 0  # one's own, and nobody else's
    teacher.lead(do="reveal", step={"at": "18.2"})
    shown = following.until(lambda told: told["question"]["shown"])
    assert shown["question"]["tally"]["count"] == 2 and shown["step"]["at"] == "18.2"
    assert shown["question"]["tally"]["entropy"] == 1.0 and shown["question"]["model"][shown["question"]["right"]] > 0.5
    assert answer(join(), asked["id"], choice=1)[0] == 409  # it is closed


def test_what_comes_next_is_chosen_from_the_models_candidates_or_written(teacher, join):
    student, other = join(), join()
    teacher.lead(do="ask", question={"kind": "next", "output": 0}, lang="ko")
    asked = student.get("state")[1]["state"]["question"]
    assert "2" in asked["choices"] and asked["choices"] == sorted(asked["choices"]) and asked["free"]
    assert answer(student, asked["id"], text=" 2 ")[1]["choice"] == asked["choices"].index("2")
    assert answer(other, asked["id"], text="zwei")[1] | {"id": 0} == {
        "id": 0, "question": asked["id"], "choice": None, "text": "zwei",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wish",
    [
        None, {}, {"kind": "riddle"}, {"kind": "next"}, {"kind": "next", "output": 99}, {"kind": "look", "output": -1},
        {"kind": "look", "output": True}, {"kind": "text", "text": " \n "}, {"kind": "choice", "text": "?"},
        {"kind": "choice", "text": "?", "choices": ["a", "a"]}, {"kind": "choice", "text": "?", "choices": "ab"},
        {"kind": "choice", "text": "?", "choices": [str(n) for n in range(9)]},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(teacher, wish):
    assert teacher.post("lead", {"do": "ask", "question": wish})[0] == 400


def test_a_model_without_attention_is_not_asked_where_it_looks(teacher):
    teacher.lead(do="show", link={"model": "dates-last", "text": "March 8, 2025"})
    assert teacher.post("lead", LOOK)[0] == 400


def test_the_answers_go_as_csv_with_numbers_for_names(teacher, join):
    one, two = join("Mina"), join("Jun")
    question = {"kind": "text", "text": "Why, then?"}
    teacher.lead(do="ask", question=question)
    asked = one.get("state")[1]["state"]["question"]["id"]
    for student, text in ((one, '=HYPERLINK("x")'), (two, "because, 그래서"), (join("＝1+1"), "＋82 10")):
        assert answer(student, asked, text=text)[0] == 200
    status, written = teacher.get("answers.csv")
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    assert status == 200 and [row["student"] for row in rows] == ["1", "2", "3"]
    assert [row["answer"] for row in rows] == ['\'=HYPERLINK("x")', "because, 그래서", "'＋82 10"]
    assert rows[0]["question"] == "Why, then?" and "Mina" not in written
    named = csv.DictReader(io.StringIO(teacher.get("answers.csv?names=1")[1].removeprefix("\ufeff")))
    assert [(row["student"], row["name"]) for row in named] == [("1", "Mina"), ("2", "Jun"), ("3", "'＝1+1")]


def test_the_table_says_which_question_about_which_sentence(teacher, join):
    student = join()
    for text, question in (
        ("March 8, 2025", {"kind": "look", "output": 3}),
        ("8\nmars 2025", {"kind": "next", "output": 0}),
    ):
        teacher.lead(do="show", link={"model": "dates", "text": text})
        teacher.lead(do="ask", question=question)
        asked = student.get("state")[1]["state"]["question"]["id"]
        teacher.lead(do="show", link={"model": "dates", "text": "5"})  # the teacher goes on meanwhile
        assert answer(student, asked, choice=0)[0] == 200
    rows = csv.DictReader(io.StringIO(teacher.get("answers.csv")[1].removeprefix("\ufeff")))
    assert [row["question"] for row in rows] == [
        "Where will it look? Output 4 of: March 8, 2025",
        "What comes next? Output 1 of: 8 mars 2025",
    ]


@pytest.mark.parametrize("text", ["=1+1", "me;=1+1;you", 'me"; ＋1', ";@x;;\u3000-2+3", "=1, =2;=3"])
def test_no_spreadsheet_finds_a_formula_however_it_separates_cells(text):
    written = table.written(
        [Seat("s", 1, text)],
        [Answer("q", "s", "id", None, text, text)],
        [Handed("s", "id", "wall", {"model": text}, text, text, 0.5, 3)],
        names=True,
    )
    rows = [row for mark in ",;\t" for row in csv.reader(io.StringIO(written), delimiter=mark)]
    cells = [cell for row in [*rows, *(line.split(";") for line in written.splitlines())] for cell in row]
    assert len(cells) > 30 and any("+" in cell or "＋" in cell or "=" in cell for cell in cells)
    for cell in cells:
        assert unicodedata.normalize("NFKC", cell).lstrip(' "')[:1] not in ("=", "+", "-", "@")


def test_the_teachers_own_window_asks_who_answered_what_and_nobody_else_is_told(teacher, join):
    assert teacher.get("answered") == (200, {"question": None, "answers": []})
    mina, jun, third = join("Mina"), join("Jun"), join()
    leading, following = teacher.events("lead"), jun.events()
    teacher.lead(do="ask", question={"kind": "next", "output": 0}, lang="en")
    asked = following.until(lambda told: told["question"])["question"]
    two = asked["choices"].index("2")
    assert answer(jun, asked["id"], text="2")[0] == answer(third, asked["id"], text="zwei")[0] == 200
    assert answer(mina, asked["id"], choice=two)[0] == 200
    status, told = teacher.get("answered")
    assert status == 200 and told["question"] == asked["id"]
    assert told["answers"] == [
        {"choice": two, "answer": "2", "students": [{"number": 1, "who": "Mina"}, {"number": 2, "who": "Jun"}]},
        {"choice": None, "answer": "zwei", "students": [{"number": 3, "who": ""}]},
    ]
    # A student has a seat and no key; the bar, which is projected, has the events alone
    for other in (jun, Client(teacher.address, teacher.code)):
        assert other.get("answered")[0] == other.get("answered?names=1")[0] == 403
    seen = leading.until(lambda told: told["question"] and told["question"]["tally"]["count"] == 3)
    teacher.lead(do="reveal")
    shown = following.until(lambda told: told["question"]["shown"])
    led = leading.until(lambda told: told["question"]["shown"])
    heard = [seen, shown, led, jun.get("state")[1]["state"], third.post("join", {})[1]["state"]]
    assert not any(name in json.dumps(told) for told in heard for name in ("Mina", "Jun", "students"))
    teacher.lead(do="again")
    assert teacher.get("answered")[1]["answers"] == []  # another question, though its words are the same
    teacher.lead(do="mode", mode="ended")
    assert jun.get("answered")[0] == 403


# ---------------------------------------------------------------------------------------------------------- attacks
def test_codes_cannot_be_misread_and_are_read_as_people_type_them():
    assert not set(ALPHABET) & set("0O1IL5S8B2Z6GQ") and len({new_code() for _ in range(500)}) == 500
    assert all(CODE.fullmatch(new_code()) for _ in range(100))
    assert read_code(" acd-efh ") == "ACDEFH" and read_code("ACDEF") is None and read_code("ACDEF0") is None


def test_only_the_key_leads(teacher, join):
    student = join()
    commands = [{"do": "show", "step": {"at": "1"}}, {"do": "mode", "mode": "ended"}, LOOK, {"do": "delete"}]
    stolen = Client(teacher.address, teacher.code)
    stolen.cookies = {"s2s-leads": student.cookies["s2s-sits"]}
    forged = Client(teacher.address, teacher.code)
    forged.cookies = {"s2s-leads": teacher.cookies["s2s-leads"][:-1] + "?"}
    for client in (student, stolen, forged, Client(teacher.address, teacher.code)):
        for command in commands:
            assert client.post("lead", command)[0] == 403
        for path in ("lead", "answers.csv", "qr.svg"):
            assert client.get(path)[0] == 403
    assert student.get("state")[1]["state"]["version"] == 1


def test_a_key_of_one_class_leads_no_other(teacher, class_server):
    other = begin(class_server)
    other.code, own = teacher.code, other.code
    assert other.post("lead", {"do": "mode", "mode": "pause"})[0] == 403
    other.code = own
    assert other.post("lead", {"do": "delete"})[0] == 200


def test_the_key_has_128_bits_lies_in_no_address_and_is_not_stored(teacher, join, class_folder):
    key = teacher.cookies["s2s-leads"]
    assert len(key) * 6 >= 128
    status, headers, content = Client(teacher.address).send("POST", "/class", SHOW)
    cookie, code = headers["Set-Cookie"], json.loads(content)["code"]
    assert status == 200 and f"Path=/class/{code}" in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie
    join().post("join", {"name": "Mina"})
    told = [json.dumps(teacher.get(path)[1]) for path in ("lead", "state")] + [json.dumps(join().told)]
    written = b"".join(path.read_bytes() for path in class_folder.rglob("*") if path.is_file())
    assert key not in "".join(told) and key.encode() not in written
    assert b"127.0.0.1" not in b"".join(path.read_bytes() for path in class_folder.glob("runs/.classes*"))
    assert opens("x" * 32, "no hash") is False and opens(None, "0" * 64) is False


def test_no_student_answers_for_another_or_without_a_seat(teacher, join):
    one, two = join(), join()
    teacher.lead(**LOOK)
    asked = one.get("state")[1]["state"]["question"]["id"]
    assert answer(one, asked, choice=1, student="2", seat=2, number=2)[0] == 200
    assert two.get("state")[1]["answers"] == {}
    for cookies in ({}, {"s2s-sits": "x" * 32}, {"s2s-sits": "2"}, {"s2s-sits": ""}):
        stranger = Client(teacher.address, teacher.code)
        stranger.cookies = dict(cookies)
        assert answer(stranger, asked, choice=1)[0] == 403
        assert stranger.get("state")[0] == 403 and stranger.get("stream")[0] == 403
    stranger = Client(teacher.address, teacher.code)
    stranger.cookies = {"s2s-sits": "x" * 32}  # a seat of one's own making is none: a new one is given
    assert stranger.post("join", {})[1]["seat"]["number"] == 3 and stranger.cookies["s2s-sits"] != "x" * 32


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_what_another_site_sends_is_refused(teacher, join, headers):
    student = join()
    teacher.lead(do="ask", question={"kind": "text", "text": "?"})
    asked = student.get("state")[1]["state"]["question"]["id"]
    assert teacher.post("lead", {"do": "mode", "mode": "ended"}, **headers)[0] == 403
    assert student.post("answer", {"question": asked, "id": "x" * 9, "text": "y"}, **headers)[0] == 403
    assert student.post("join", {"name": "y"}, **headers)[0] == 403
    assert Client(teacher.address).send("POST", "/class", SHOW, **headers)[0] == 403
    for own in (
        {"Sec_Fetch_Site": "same-origin", "Origin": "https://school.example"},  # a proxy has asked under its own name
        {"Origin": f"http://{teacher.address}"},
        {"Origin": "http://school.example", "X_Forwarded_Host": "school.example"},
    ):
        assert teacher.post("lead", {"do": "mode", "mode": "pause"}, **own)[0] == 200


def test_texts_are_bounded_and_taken_as_text(teacher, join):
    student = join("<b>" + "n" * 1_000)
    assert student.told["seat"]["name"] == "<b>" + "n" * 21
    teacher.lead(do="ask", question={"kind": "text", "text": "t" * 1_000 + "\u202e"})
    asked = student.get("state")[1]["state"]["question"]
    assert asked["text"] == "t" * 300
    assert answer(student, asked["id"], text="\ud800\x00  <script>\n" + "a" * 999)[0] == 200
    (stored,) = student.get("state")[1]["answers"].values()
    assert stored["text"].startswith("<script> aaa") and len(stored["text"]) <= 200
    assert student.post("answer", {"x": "y" * 40_000})[0] == 413
    for body in (b"[]", b"{", b"[" * 30_000, b"\xff", b"null"):
        assert student.post("answer", body)[0] == 400
    for wrong in ({"id": "short"}, {"id": 7}, {"id": "x" * 99}, {"id": "ü" * 9}):
        assert answer(student, asked["id"], text="x", **wrong)[0] == 400
    for wrong in ({"choice": 0}, {"choice": True}, {"text": " "}, {"text": 5}, {}):
        assert answer(join(), asked["id"], **wrong)[0] == 400
    for wrong in ([], {}, 7, "\ud800"):  # a language that is none is English
        assert student.post("hand-in", {"id": "my hand-in", "text": "x", "lang": wrong})[0] == 409
        assert teacher.post("plan", {"do": "go", "at": 0, "lang": wrong})[0] == 404
        assert teacher.post("lead", {"do": "again", "lang": wrong})[0] == 200
    teacher.lead(do="show", link={"text": "x" * 9_000}, step={"at": "../1"}, page="https://evil.example")
    state = student.get("state")[1]["state"]
    assert state["link"] == {} and state["step"]["at"] == "17.2" and state["page"] == ""


def test_thirty_phones_behind_one_address_are_never_held_up_and_whoever_tries_codes_is(tmp_path):
    with serving(tmp_path / "log.txt", {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": ""}) as (address, _):
        teacher = begin(address)
        students = [Client(address, teacher.code) for _ in range(30)]
        for student in students:
            for _ in range(4):  # each reloads the page, and again
                assert student.post("join", {})[0] == 200 and student.get("state")[0] == 200
            student.code = "ACDEFH"  # and each mistypes the code once
            assert student.get("state")[0] == 404
            student.code = teacher.code
        thief = Client(address)
        found, began = [], time.monotonic()
        for _ in range(100):
            thief.code = new_code()
            found.append(thief.get("state")[0])
        assert found[0] == 404 and 429 in found and found.count(404) <= 61 + time.monotonic() - began

        def joins_after_a_wrong_try():
            late = Client(address, new_code())
            late.get("state")
            late.code = teacher.code
            return late.post("join", {})[0]

        # then it is not told either that a code is right; on a busy machine a second, and one more try, lie between
        assert 429 in (joins_after_a_wrong_try() for _ in range(20))
        assert all(student.get("state")[0] == 200 for student in students)  # who sits there is not held up
        assert teacher.post("lead", {"do": "mode", "mode": "pause"})[0] == 200
        started = [Client(address).send("POST", "/class", {})[0] for _ in range(80)]
        assert started[0] == 200 and started[-1] == 429


def test_behind_the_proxy_of_several_replicas_each_address_is_its_own(tmp_path):
    trusted = re.search(r'FORWARDED_ALLOW_IPS: "(.+)"', (ROOT / "compose.yaml").read_text())[1]
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": "", "FORWARDED_ALLOW_IPS": trusted}
    with serving(tmp_path / "log.txt", environment) as (address, _):

        def ask(method, code, of, body=None):
            line = http.client.HTTPConnection(address, timeout=PATIENCE, source_address=("127.0.0.2", 0))
            headers = {"Content-Type": "application/json", "X-Forwarded-For": of, "X-Forwarded-Proto": "https"}
            line.request(method, f"/class{code}", body, headers | {"Host": "scope.school.example"})
            reply = line.getresponse()
            told = reply.status, reply.read()
            line.close()
            return told

        started = json.loads(ask("POST", "", "198.51.100.1", b"{}")[1])
        assert started["address"].startswith("https://scope.school.example/")
        thief = [ask("GET", f"/{new_code()}/state", "198.51.100.66")[0] for _ in range(90)]
        assert thief[0] == 404 and 429 in thief
        assert ask("POST", f"/{started['code']}/join", "198.51.100.2", b"{}")[0] == 200


def test_the_limit_forgets_and_takes_a_half_of_ipv6_as_one():
    now = [0.0]
    limit = Limit(2, 10.0, lambda: now[0])
    for address in ("2001:db8::1", "2001:db8::2"):
        assert not limit.reached(address)
        limit.count(address)
    assert limit.reached("2001:db8::3") and not limit.reached("2001:db8:0:1::1")
    now[0] = 10.0
    assert not limit.reached("2001:db8::3")
    assert network("fe80::1%eth0") == "fe80::/64" and network("testclient") == "testclient"


# ------------------------------------------------------------------------------------------------------------- ends
def test_a_class_that_ended_takes_nobody_and_one_that_is_deleted_is_gone(teacher, join):
    student = join()
    stream = student.events()
    stream.next()
    teacher.lead(do="mode", mode="ended")
    assert stream.next()[1]["mode"] == "ended"
    assert Client(teacher.address, teacher.code).post("join", {})[0] == 410
    assert teacher.get("answers.csv")[0] == 200
    teacher.lead(do="delete")
    stream.next("gone")
    assert student.get("state")[0] == 404 and teacher.get("lead")[0] == 404


def test_a_server_with_open_streams_stops_and_knows_the_class_when_it_starts_again(tmp_path):
    environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": ""}
    with serving(tmp_path / "log.txt", environment) as (address, _):
        teacher = begin(address)
        student = Client(address, teacher.code)
        student.post("join", {"name": "Mina"})
        stream, leading = student.events(), teacher.events("lead")
        stream.next(), leading.next()
        teacher.lead(**LOOK)
        asked = student.get("state")[1]["state"]["question"]["id"]
        assert answer(student, asked, choice=6)[0] == 200
        name = student.get("state")[1]["state"]["traces"]["en"]
        began = time.monotonic()
    assert time.monotonic() - began < 30
    with serving(tmp_path / "log.txt", environment, below="/a/tool") as (address, _):
        student.address = teacher.address = address
        student.code = teacher.code = f"../a/tool/class/{teacher.code}".removeprefix("../")
        path = f"/{student.code}"
        status, _, content = student.send("GET", f"{path}/state")
        told = json.loads(content)
        assert status == 200 and told["seat"]["name"] == "Mina" and told["answers"][asked]["choice"] == 6
        assert told["state"]["traces"]["en"] == name and told["state"]["version"] == 2
        assert student.send("GET", f"{path}/trace/{name}")[0] == 200
        assert teacher.send("POST", f"{path}/lead", {"do": "reveal"})[0] == 200
        status, headers, _ = Client(address).send("GET", "/a/tool/class")
        assert status == 200 and headers["X-Frame-Options"] == "SAMEORIGIN"
        other = Client(address)
        cookie = other.send("POST", "/a/tool/class", SHOW)[1]["Set-Cookie"]
        assert "Path=/a/tool/class/" in cookie
    close_streams()


def test_many_answers_at_once_are_all_acknowledged_and_stored_once(teacher, join):
    students = [join() for _ in range(20)]
    teacher.lead(**LOOK)
    asked = students[0].get("state")[1]["state"]["question"]["id"]
    found = []

    def send(student):
        for _ in range(2):
            found.append(answer(student, asked, choice=2)[0])

    threads = [threading.Thread(target=send, args=(student,)) for student in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == [200] * 40
    assert teacher.get("answers.csv")[1].count("\n") == 21
