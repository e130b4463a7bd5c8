"""Both stores of a class do the same: versions that only grow, one answer each, nothing left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
import redis
from engines import store as redis_server

from s2s_ui.classroom.errors import Closed, Full, Gone
from s2s_ui.classroom.hub import Hub
from s2s_ui.classroom.redis import PREFIX, RedisStore
from s2s_ui.classroom.sqlite import SqliteStore
from s2s_ui.classroom.state import Answer, Handed, InPlan, Question, Room, State, Step
from s2s_ui.classroom.store import hours, open_store

ASKED = Question("q1", "choice", "Which?", choices=("a", "b"), model=(0.9, 0.1), right=0)
PATIENCE = 60


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture(params=["sqlite", "redis"])
def two(request, tmp_path):
    """One store as two processes have it."""
    if request.param == "sqlite":
        made = [SqliteStore(tmp_path / "folder" / "classes.sqlite3") for _ in range(2)]
        yield made
        for store in made:
            store.close()
        return
    clients = [redis.Redis.from_url(request.getfixturevalue("server")) for _ in range(2)]
    clients[0].flushdb()
    yield [RedisStore(client) for client in clients]
    for client in clients:
        client.close()


@pytest.fixture
def store(two):
    return two[0]


def room(code="ACDEFH", *, lasts=3600.0, state=None):
    now = time.time()
    return Room(code, "0" * 64, now, now + lasts, state or State(question=ASKED))


def answer(student="s1", *, question="q1", id="a1", choice=0, text=""):
    return Answer(question, student, id, choice, text, "Which?")


def handed(student="s1", id="h1", name="n1", text="March 8, 2025"):
    return Handed(student, id, name, {"model": "dates", "text": text}, text, "2025-03-08", 0.98, 24)


def test_a_class_comes_back_as_it_was_stored(store):
    place = {"text": "3월 8일 🙂", "lang": "ko"}
    within = InPlan("a", 3, True)
    state = State(7, "look", "gates", place, Step("17.2", 3, "forward"), ASKED, handing=True, plan=within)
    made = room(state=state)
    assert store.find(made.code) is None
    assert store.create(made) and store.find(made.code) == made
    assert not store.create(replace(made, key="1" * 64)) and store.find(made.code) == made
    assert store.count() == 1


def test_versions_only_grow_however_many_change_at_once(two):
    two[0].create(room())
    seen = [[], []]

    def walk(at):
        for step in range(25):
            seen[at].append(two[at].change("ACDEFH", lambda state: replace(state, step=Step(str(step)))).version)  # noqa: B023

    threads = [threading.Thread(target=walk, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(seen[0] + seen[1]) == list(range(2, 52))
    assert all(part == sorted(part) for part in seen)
    assert two[1].find("ACDEFH").state.version == 51


def test_a_change_that_fails_changes_nothing(store):
    store.create(room())
    with pytest.raises(ZeroDivisionError):
        store.change("ACDEFH", lambda state: 1 / 0)
    assert store.find("ACDEFH").state.version == 1


def test_seats_are_numbered_and_keep_their_number(two):
    store, other = two
    store.create(room())
    assert store.seat("ACDEFH", "s1", most=2).number == 1
    assert other.seat("ACDEFH", "s2", "Mina", most=2).number == 2
    assert store.seat("ACDEFH", "s3", most=2) is None
    again = store.seat("ACDEFH", "s1", "Jun", most=2)
    assert (again.number, again.name) == (1, "Jun")
    assert store.seat("ACDEFH", "s1", most=2).name == "Jun"
    assert [seat.name for seat in other.seats("ACDEFH")] == ["Jun", "Mina"]
    assert store.find_seat("ACDEFH", "s1") == again and store.find_seat("ACDEFH", "s9") is None


def test_an_answer_that_is_sent_twice_is_stored_once_and_the_first_one_stays(two):
    store, other = two
    store.create(room())
    first = store.answer("ACDEFH", answer())
    assert (first.choice, first.at > 0) == (0, True)
    assert other.answer("ACDEFH", answer()) == first
    assert other.answer("ACDEFH", answer(id="a2", choice=1)) == first
    store.answer("ACDEFH", answer("s2", choice=None, text="둘 다"))
    assert [(given.student, given.choice, given.text) for given in other.answers("ACDEFH", "q1")] == [
        ("s1", 0, ""),
        ("s2", None, "둘 다"),
    ]


def test_an_answer_to_what_is_not_asked_is_refused(store):
    store.create(room())
    with pytest.raises(Closed):
        store.answer("ACDEFH", answer(question="q0"))
    first = store.answer("ACDEFH", answer())
    store.change("ACDEFH", lambda state: replace(state, question=replace(ASKED, closed=True)))
    with pytest.raises(Closed):
        store.answer("ACDEFH", answer("s2"))
    assert store.answer("ACDEFH", answer()) == first  # it had been stored, and is acknowledged again
    store.change("ACDEFH", lambda state: replace(state, question=None))
    with pytest.raises(Closed):
        store.answer("ACDEFH", answer())
    assert len(store.answers("ACDEFH")) == 1


def test_many_who_answer_at_once_are_all_stored_and_nobody_twice(two):
    two[0].create(room())

    def send(at):
        for number in range(100):
            two[at].answer("ACDEFH", answer(f"s{number}", id=f"a{number}"))

    threads = [threading.Thread(target=send, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len({given.student for given in two[0].answers("ACDEFH", "q1")}) == 100
    assert len(two[1].answers("ACDEFH")) == 100


def test_what_is_handed_in_comes_back_as_it_was_stored_and_once(two):
    store, other = two
    store.create(room(state=State(handing=True)))
    assert store.handed_count("ACDEFH") == (0, 0) and not store.handed("ACDEFH")
    first = store.hand_in("ACDEFH", handed(text="3월 8일 🙂"), most=2)
    assert first == replace(handed(text="3월 8일 🙂"), at=first.at) and first.at > 0
    assert other.hand_in("ACDEFH", handed(name="n9", text="another"), most=2) == first
    second = other.hand_in("ACDEFH", handed(id="h2", name="n2"), most=2)
    theirs = store.hand_in("ACDEFH", handed("s2", name="n3"), most=2)  # another student may have the same id
    for full in (handed(id="h3", name="n4"), handed(id="h4", name="n5")):
        with pytest.raises(Full):
            store.hand_in("ACDEFH", full, most=2)
    assert other.own("ACDEFH", "s1", most=2) == [first, second] and other.own("ACDEFH", "s9", most=2) == []
    assert other.handed("ACDEFH") == [first, second, theirs] and other.handed_count("ACDEFH") == (3, 0)


def test_nothing_is_handed_in_where_it_is_not_asked_for(store):
    store.create(room())
    with pytest.raises(Closed):
        store.hand_in("ACDEFH", handed(), most=2)
    store.change("ACDEFH", lambda state: replace(state, handing=True))
    first = store.hand_in("ACDEFH", handed(), most=2)
    for closed in ({"handing": False}, {"handing": True, "mode": "ended"}):
        store.change("ACDEFH", lambda state: replace(state, **closed))  # noqa: B023
        with pytest.raises(Closed):
            store.hand_in("ACDEFH", handed("s2"), most=2)
        assert store.hand_in("ACDEFH", handed(), most=2) == first  # it had been stored, and is acknowledged again
    assert store.handed_count("ACDEFH") == (1, 0)


def test_what_is_taken_off_the_wall_stays_in_the_store(two):
    store, other = two
    store.create(room(state=State(handing=True)))
    for at in range(3):
        store.hand_in("ACDEFH", handed(f"s{at}", name=f"n{at}"), most=2)
    for _ in range(2):
        store.take_off("ACDEFH", "n1")
    assert [entry.off for entry in other.handed("ACDEFH")] == [False, True, False]
    assert other.handed_count("ACDEFH") == (3, 1)
    store.delete("ACDEFH")
    with pytest.raises(Gone):
        other.take_off("ACDEFH", "n2")
    assert other.handed_count("ACDEFH") == (0, 0) and not other.handed("ACDEFH")


def test_many_who_hand_in_at_once_are_all_stored_and_nobody_has_more_than_allowed(two):
    two[0].create(room(state=State(handing=True)))
    full = []

    def send(at):
        for number in range(120):
            student, id = f"s{number % 20}", f"h{number // 20}"
            try:
                two[at].hand_in("ACDEFH", handed(student, id, f"{at}-{number}"), most=4)
            except Full:
                full.append(number)

    threads = [threading.Thread(target=send, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert two[1].handed_count("ACDEFH") == (80, 0) and len(full) == 80
    assert {len(two[0].own("ACDEFH", f"s{number}", most=9)) for number in range(20)} == {4}


def test_a_class_whose_time_is_over_is_gone_with_all_that_belongs_to_it(store):
    store.create(room(lasts=0.3, state=State(question=ASKED, handing=True)))
    store.answer("ACDEFH", answer())
    store.hand_in("ACDEFH", handed(), most=2)
    time.sleep(0.4)
    assert store.find("ACDEFH") is None
    for act in (
        lambda: store.change("ACDEFH", lambda state: state),
        lambda: store.seat("ACDEFH", "s1", most=2),
        lambda: store.answer("ACDEFH", answer()),
        lambda: store.hand_in("ACDEFH", handed(id="h2"), most=2),
        lambda: store.take_off("ACDEFH", "n1"),
    ):
        with pytest.raises(Gone):
            act()
    store.sweep()
    deadline = time.monotonic() + PATIENCE
    while (store.answers("ACDEFH") or store.handed("ACDEFH")) and time.monotonic() < deadline:
        time.sleep(0.1)  # Redis counts whole seconds
    assert not store.answers("ACDEFH") and not store.handed("ACDEFH") and not store.count()


def test_what_is_deleted_leaves_nothing_behind(two, tmp_path, request):
    store, other = two
    store.create(room(state=State(question=ASKED, handing=True)))
    store.seat("ACDEFH", "s1", "Gwendolyn", most=9)
    store.answer("ACDEFH", answer(choice=None, text="a rare sentence"))
    store.hand_in("ACDEFH", handed(text="an unheard-of date"), most=2)
    store.take_off("ACDEFH", "n1")
    store.write("ACDEFH", "plan", "a rare plan")
    store.present("ACDEFH", "one", 1)
    store.delete("ACDEFH")
    assert other.find("ACDEFH") is None and not other.answers("ACDEFH") and not other.seats("ACDEFH")
    assert not other.handed("ACDEFH")
    if isinstance(store, SqliteStore):
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"Gwendolyn" not in written and b"a rare" not in written and b"an unheard-of date" not in written
    else:
        assert not list(store.client.scan_iter(f"{PREFIX}*"))


def test_who_is_here_is_counted_over_all_servers_and_forgotten(two, monkeypatch):
    assert two[0].create(room())
    assert two[0].present("ACDEFH", "one", 3) == 3
    assert two[1].present("ACDEFH", "two", 4) == 7
    assert two[0].present("ACDEFH", "one", 2) == 6
    for name in ("sqlite", "redis"):
        monkeypatch.setattr(f"s2s_ui.classroom.{name}.PRESENT", 1.0)
    time.sleep(2.1)  # server "one" says nothing any more; Redis counts whole seconds
    assert two[1].present("ACDEFH", "two", 1) == 1
    with pytest.raises(Gone):
        two[0].present("CCCCCC", "one", 1)


def test_the_papers_of_a_class_are_kept_in_their_order_the_newest_ones(two):
    store, other = two
    store.create(room())
    assert store.written("ACDEFH", "plan") == []
    for text in ("첫째", "second"):
        store.write("ACDEFH", "plan", text)
    for number in range(12):
        other.write("ACDEFH", "course", str(number), most=10)
    assert other.written("ACDEFH", "plan") == ["second"]
    assert store.written("ACDEFH", "course") == [str(number) for number in range(2, 12)]
    with pytest.raises(Gone):
        store.write("ACDEFJ", "plan", "x")
    assert store.count() == 1
    store.delete("ACDEFH")
    assert other.written("ACDEFH", "plan") == [] and other.written("ACDEFH", "course") == []


def test_a_state_that_an_older_version_stored_is_read():
    assert State.from_json(json.dumps({**json.loads(State(4).to_json()), "plan": None})) == State(4)
    old = json.loads(State(4, link={"text": "x"}).to_json())
    del old["plan"]
    assert State.from_json(json.dumps(old)) == State(4, link={"text": "x"})


def test_a_server_deletes_what_is_over_by_itself(tmp_path):
    store = SqliteStore(tmp_path / "classes.sqlite3")
    store.create(room(lasts=0.3))
    store.seat("ACDEFH", "s1", "Gwendolyn", most=9)
    time.sleep(0.4)

    async def serve():
        hub = Hub(store)
        hub.begin()
        deadline = time.monotonic() + PATIENCE
        while store.seats("ACDEFH") and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        hub.end()
        await asyncio.sleep(0.1)

    asyncio.run(serve())
    store.close()
    assert b"Gwendolyn" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_another_server_hears_of_a_change(server):
    client, another = (redis.Redis.from_url(server) for _ in range(2))
    client.flushdb()
    heard, came = [], threading.Event()
    stop = RedisStore(another).listen(lambda code: (heard.append(code), came.set()))
    try:
        store = RedisStore(client)
        store.create(room())
        deadline = time.monotonic() + PATIENCE
        while not came.is_set() and time.monotonic() < deadline:  # the listener may not have begun
            store.change("ACDEFH", lambda state: state)
            came.wait(0.2)
        assert set(heard) == {"ACDEFH"}
    finally:
        stop()
        client.close()
        another.close()


def test_what_was_acknowledged_outlives_a_server_that_is_killed(tmp_path):
    file = tmp_path / "classes.sqlite3"
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(os.getcwd())!r})
from pathlib import Path
from s2s_ui.classroom.sqlite import SqliteStore
from s2s_ui.classroom.state import *
store = SqliteStore(Path({str(file)!r}))
store.create(Room("ACDEFH", "0" * 64, 0.0, 1e12, State(question=Question("q1", "text"), handing=True)))
for number in range(20):
    store.answer("ACDEFH", Answer("q1", f"s{{number}}", "a", None, "x"))
    store.hand_in("ACDEFH", Handed(f"s{{number}}", "a", f"n{{number}}", {{}}, "x", "y", 1.0, 2), most=1)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], timeout=PATIENCE)
    assert ended.returncode == -signal.SIGKILL
    store = SqliteStore(file)
    assert len(store.answers("ACDEFH")) == 20 and store.handed_count("ACDEFH") == (20, 0)
    store.close()


def test_a_file_of_an_older_version_takes_what_is_handed_in(tmp_path):
    """Its states know nothing of handing in, and it has no table for it."""
    store = SqliteStore(tmp_path / "classes.sqlite3")
    store.create(room())
    with store._writing() as file:
        file.execute("DROP TABLE handed")
        file.execute("UPDATE rooms SET state = json_remove(state, '$.handing')")
    store.close()
    store = SqliteStore(tmp_path / "classes.sqlite3")
    assert store.find("ACDEFH").state.handing is False
    store.change("ACDEFH", lambda state: replace(state, handing=True))
    assert store.hand_in("ACDEFH", handed(), most=1) in store.handed("ACDEFH")
    store.close()


def test_nothing_is_written_before_the_first_class(tmp_path):
    store = open_store(environment={"S2S_RUNS": str(tmp_path / "runs")})
    assert store.find("ACDEFH") is None and not store.answers("ACDEFH") and store.count() == 0
    assert store.handed_count("ACDEFH") == (0, 0) and not store.handed("ACDEFH")
    with pytest.raises(Gone):
        store.seat("ACDEFH", "s1", most=9)
    assert not (tmp_path / "runs").exists()
    assert open_store(environment={"S2S_CLASSES": str(tmp_path / "x.db")}).path == tmp_path / "x.db"


@pytest.mark.parametrize(("said", "meant"), [("", 24), ("2", 2), ("0.5", 0.5), ("-1", 24), ("soon", 24), ("nan", 24)])
def test_a_class_lasts_as_long_as_the_server_says(said, meant):
    assert hours({"S2S_CLASS_HOURS": said}) == meant
