"""A class whose students sit on two servers: both have the classes of one Redis or Valkey."""

from contextlib import ExitStack

import pytest
from class_client import LOOK, Client, answer, begin, close_streams
from engines import store as redis_server
from visitors import serving


@pytest.fixture
def two(tmp_path):
    with redis_server(tmp_path) as store:
        environment = {"S2S_RUNS": str(tmp_path / "runs"), "S2S_STORE": store}
        with serving(tmp_path / "1.txt", environment) as (one, _), serving(tmp_path / "2.txt", environment) as (two, _):
            yield one, two
            close_streams()


def test_a_class_sits_on_two_servers(two):
    teacher = begin(two[0])
    students = [Client(address, teacher.code) for address in two]
    for number, student in enumerate(students):
        assert student.post("join", {})[1]["seat"]["number"] == number + 1
    streams = [student.events() for student in students]
    leading = teacher.events("lead")
    assert {stream.next()[1]["version"] for stream in streams} == {1}
    assert leading.until(lambda told: told["here"] == 2)  # wherever they sit
    for at in ("18", "19", "20.3"):
        teacher.lead(do="show", step={"at": at})
        for stream in streams:
            assert stream.until(lambda told: told["step"]["at"] == at)  # noqa: B023
    teacher.address = two[1]  # the teacher's next request reaches the other server
    teacher.lead(**LOOK)
    names = []
    for student, stream in zip(students, streams, strict=True):
        told = stream.until(lambda told: told["question"])
        names.append(told["traces"]["en"])
        assert student.send("GET", f"/class/{student.code}/trace/{names[-1]}")[0] == 200
        assert answer(student, told["question"]["id"], choice=6)[0] == 200
    assert len(set(names)) == 1
    students[0].address = two[1]  # so does a student's, who sends the answer again
    asked = told["question"]["id"]
    assert answer(students[0], asked, choice=6)[0] == 200
    assert answer(students[0], asked, choice=1, id="another id")[0] == 409
    seen = leading.until(lambda told: told["question"] and told["question"]["tally"]["count"] == 2)
    assert seen["seats"] == 2
    teacher.lead(do="handing", open=True)
    assert all(stream.until(lambda told: told["handing"]) for stream in streams)
    for address, student in zip((two[1], two[0]), students, strict=True):  # each on the other server
        student.address = address
        for number in range(2):  # and sent again
            told = student.post("hand-in", {"id": "my hand-in 1", "text": f"May {number + 5}, 1999"})
            assert told[0] == 200 and told[1]["answer"] == "1999-05-05"
    assert leading.until(lambda told: told["handed"] == [2, 0])
    line = teacher.get("wall")[1]["handed"][1]
    teacher.lead(do="put", handed=line["name"])
    shown = [stream.until(lambda told: told["link"]["text"] == "May 5, 1999")["traces"] for stream in streams]
    assert shown[0] == shown[1]
    teacher.lead(do="off", handed=line["name"])
    here = leading.until(lambda told: told["handed"] == [2, 1])["brought"]

    # A plan that is loaded on one server goes on, asks and is answered on the other
    assert teacher.post("plan", {"do": "load", "shipped": "en"})[0] == 200
    for number, server in enumerate((two[0], two[1], two[0])):
        teacher.address = server
        assert teacher.get("plan")[1]["title"] and teacher.post("plan", {"do": "go", "at": number + 8})[0] == 200
        place = teacher.get("plan")[1]["steps"][number + 8]
        for stream in streams:
            shown = stream.until(lambda told: told["link"] == place["link"])  # noqa: B023
            assert shown["page"] == place["page"] and (not place["at"] or shown["step"]["at"] == place["at"])
    assert teacher.post("plan", {"do": "ask", "at": 10})[0] == 200
    asked = {stream.until(lambda told: told["question"])["question"]["id"] for stream in streams}
    assert len(asked) == 1
    for student in students:
        assert answer(student, *asked, choice=6)[0] == 200
    seen = leading.until(lambda told: told["question"] and told["question"]["tally"]["count"] == 2)
    assert (seen["plan"]["at"], seen["plan"]["asked"], seen["brought"]) == (10, True, here + 4)
    teacher.lead(do="delete")
    for stream in streams:
        stream.next("gone")


def test_a_class_whose_store_is_away_says_so(tmp_path):
    with ExitStack() as there:
        environment = {
            "S2S_RUNS": str(tmp_path / "runs"),
            "S2S_STORE": there.enter_context(redis_server(tmp_path)),
        }
        with serving(tmp_path / "log.txt", environment) as (address, _):
            teacher = begin(address)
            there.close()
            for status, told in (Client(address, teacher.code).post("join", {}), teacher.post("lead", {"do": "clear"})):
                assert status == 503 and "try again" in str(told)
    assert "Traceback" not in (tmp_path / "log.txt").read_text()
