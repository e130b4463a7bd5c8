"""In which order scripts run: so many at once, the one that came first next, and nobody waits for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from visitors import serving, visit
from websockets.sync.client import connect

from s2s_ui.capacity import memory as memory_module
from s2s_ui.capacity import places as places_module
from s2s_ui.capacity.collector import Collector
from s2s_ui.capacity.memory import Memory
from s2s_ui.capacity.places import Places
from s2s_ui.capacity.turns import Turns

PATIENCE = 20


def nothing():
    """A reader who asks for nothing else."""


def until(true):
    """Wait for what another thread does; the queue says nothing when somebody joins it."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_so_many_scripts_run_at_once_and_no_more(at_once):
    turns, together = Turns(at_once), Barrier(at_once)
    inside, most = [], []

    def script(number):
        with turns.taken(number, nothing):
            inside.append(number)
            most.append(len(inside))
            together.wait(PATIENCE)  # passes only where `at_once` of them are inside
            inside.remove(number)

    with ThreadPoolExecutor(3 * at_once) as pool:
        for one in [pool.submit(script, number) for number in range(3 * at_once)]:
            one.result(PATIENCE)
    assert max(most) == at_once and turns.served == 3 * at_once


def test_the_request_that_came_first_is_served_first():
    turns, served = Turns(1), []

    def script(since):
        with turns.taken(since, nothing):
            served.append(since)

    with ThreadPoolExecutor(5) as pool:
        with turns.taken(0, nothing):
            waiting = []
            for number, since in enumerate((3, 1, 5, 2, 4)):
                waiting.append(pool.submit(script, since))
                until(lambda count=number: turns.waiting > count)
        for one in waiting:
            one.result(PATIENCE)
    assert served == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit], ids=lambda e: e.__name__)
def test_a_turn_is_given_back_whatever_ends_the_script(error):
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(error), turns.taken(0, nothing):
            raise error
    with turns.taken(0, nothing):
        assert turns.waiting == 0


@pytest.mark.parametrize("late", [False, True], ids=["while it waits", "when it was called already"])
def test_whoever_gives_up_is_not_waited_for(late):
    """A newer request of the same reader ends the waiting of the older one, or the reader has gone."""
    turns, holder = Turns(1), Turns(1)

    def give_up():
        if late:
            turns._leave()  # the turn becomes free, and this script is called
        raise KeyboardInterrupt

    turns._enter(0, nothing)
    with pytest.raises(KeyboardInterrupt), turns.taken(1, give_up):
        pytest.fail("it has no turn")
    assert turns.waiting == 0
    if not late:
        turns._leave()
    with ThreadPoolExecutor(1) as pool, holder.taken(0, nothing):
        assert pool.submit(_run, turns).result(PATIENCE), "the turn is free"


def _run(turns):
    with turns.taken(2, nothing):
        return True


def test_a_page_that_runs_the_app_that_runs_the_page_takes_one_turn():
    turns = Turns(1)
    with turns.taken(0, nothing), turns.taken(1, nothing):
        assert turns.served == 1
    with turns.aside(), turns.taken(0, nothing):  # without a turn there is none to give back
        assert turns.served == 2


@pytest.fixture
def one(monkeypatch):
    """A server on which one script runs at once."""
    turns = Turns(1)
    monkeypatch.setattr(memory_module, "TURNS", turns)
    monkeypatch.setattr(places_module, "TURNS", turns)
    return turns


@pytest.mark.parametrize("kind", ["long", "order"])
def test_others_run_while_a_script_computes_for_long(one, kind):
    places, begun, over = Places(2), Event(), Event()

    def slow():
        with one.taken(0, nothing):
            with getattr(places, kind)():
                begun.set()
                assert over.wait(PATIENCE)
            return one._has()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow)
        assert begun.wait(PATIENCE)
        assert pool.submit(_run, one).result(PATIENCE)
        over.set()
        assert first.result(PATIENCE), "it has its turn again for what comes after"


def test_a_script_that_waits_for_the_value_of_another_does_not_hold_it_up(one):
    """The one that computes the value stands aside meanwhile, and needs a turn to go on."""
    places, memory, begun, over = Places(2), Memory(most=9, budget=1000), Event(), Event()

    def slow():
        with places.long():
            begun.set()
            assert over.wait(PATIENCE)
        return "value"

    def script():
        with one.taken(0, nothing):
            return memory.get("key", slow)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(script)
        assert begun.wait(PATIENCE)
        second = pool.submit(script)
        until(lambda: one.served == 2)
        assert pool.submit(_run, one).result(PATIENCE), "a third reader waits for neither"
        over.set()
        assert first.result(PATIENCE) == second.result(PATIENCE) == "value"


@pytest.mark.parametrize("kind", ["short", "long", "order", "update"])
def test_what_is_no_script_of_a_reader_needs_no_turn(one, kind):
    with ThreadPoolExecutor(1) as pool, one.taken(0, nothing):
        assert pool.submit(_compute, getattr(Places(2), kind)).result(PATIENCE)


def _compute(place):
    with place():
        return True


class Circle:
    """Garbage that only the collector finds."""

    left = 0

    def __init__(self):
        self.itself = self
        Circle.left += 1

    def __del__(self):
        Circle.left -= 1


def test_garbage_is_collected_as_long_as_something_is_done():
    done = [0]
    collector = Collector(lambda: done[0], every=0.01)
    collector.start()
    try:
        for _ in range(10):
            Circle()
            done[0] += 1
            rounds = collector.rounds
            until(lambda seen=rounds: collector.rounds > seen)
        until(lambda: Circle.left == 0)
        rounds = collector.rounds
        time.sleep(0.1)
        assert collector.rounds <= rounds + 1, "where nothing is done there is nothing to collect"
    finally:
        collector.stop()


SLOW = """
import time
import streamlit as st
from s2s_ui.session import state
from s2s_ui.shell import queue

state.begin()
with queue.in_turn():
    typed = st.text_input("text", key="text")
    if typed == "slow":
        time.sleep(6)
    st.text(f"saw {typed}")
"""


def test_the_newest_request_replaces_the_waiting_one_and_the_screen_tells_the_wait(tmp_path):
    app = tmp_path / "app.py"
    app.write_text(SLOW, "utf-8")
    with serving(tmp_path / "log.txt", app=str(app)) as (address, _):
        assert not visit(address).problems
        url = f"ws://{address}/_stcore/stream"
        with (
            connect(url, subprotocols=["streamlit"]) as one,
            connect(url, subprotocols=["streamlit"]) as two,
            connect(url, subprotocols=["streamlit"]) as waiting,
        ):
            for line in (one, two, waiting):
                _type(line, "", "")
            fields = [_typed(line)[0] for line in (one, two, waiting)]
            for line, field in ((one, fields[0]), (two, fields[1])):
                _type(line, field, "slow")
            time.sleep(0.5)  # both have their turn now
            began = time.monotonic()
            for text in ("a", "b", "c"):
                _type(waiting, fields[2], text)
                time.sleep(0.5)
            _, seen, told = _typed(waiting)
            assert time.monotonic() - began > 2, "it had to wait"
        assert seen == ["saw c"]
        *said, gone = [kind for kind, _ in told]
        assert 1 <= len(said) <= 3 and {*said} == {"html"}, "each of the three requests says it once, if it waits"
        assert gone == "empty"
        assert "Many are asking" in told[0][1]


def _type(line, field, text):
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    if field:
        asked.rerun_script.widget_states.widgets.add(id=field, string_value=text)
    line.send(asked.SerializeToString())


def _typed(line):
    """The field, the texts that came until a script ended well, and what was told at the place of the wait."""
    field, seen, told = "", [], []
    while True:
        message = ForwardMsg.FromString(line.recv(3 * PATIENCE))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            match element.WhichOneof("type"):
                case "text_input":
                    field = element.text_input.id
                case "text":
                    seen.append(element.text.body)
                case "html":
                    told.append(("html", element.html.body))
                case "empty" if told:
                    told.append(("empty", ""))
        if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return field, seen, told
