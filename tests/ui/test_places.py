"""Who computes at once: no more than cores, and never long computations alone."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError, Event, Lock, Semaphore, Timer

import pytest

import s2s_ui.capacity.places as places_module
from s2s_core.threads import let_pass
from s2s_ui.capacity.places import Places

PATIENCE = 10


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_long_computations_leave_a_place_for_a_short_one(cores):
    places, release = Places(cores), Event()
    taken = []

    def long(number):
        with places.long():
            taken.append(number)
            release.wait(PATIENCE)

    with ThreadPoolExecutor(2 * cores + 3) as pool:
        everyone = [pool.submit(long, number) for number in range(2 * cores + 2)]
        assert pool.submit(_enter, places).result(PATIENCE), "a short one gets in while all the long ones go on"
        release.set()
        for one in everyone:
            one.result(PATIENCE)
    assert sorted(taken) == list(range(2 * cores + 2)), "each had its turn"


def _enter(places):
    with places.short():
        return True


@pytest.mark.parametrize("cores", [2, 4])
def test_as_many_short_ones_run_at_once_as_there_are_cores(cores):
    places, together, lock = Places(cores), Barrier(cores), Lock()
    inside, most = 0, 0

    def short():
        nonlocal inside, most
        with places.short():
            with lock:
                inside += 1
                most = max(most, inside)
            together.wait(PATIENCE)  # passes only where `cores` of them are inside at once
            with lock:
                inside -= 1

    with ThreadPoolExecutor(3 * cores) as pool:
        for one in [pool.submit(short) for _ in range(3 * cores)]:
            try:
                one.result(PATIENCE)
            except BrokenBarrierError:
                pytest.fail("fewer ran at once than there are cores")
    assert most == cores


def test_who_comes_first_is_served_first():
    places, release, served = Places(2), Event(), []
    with places.short(), places.short(), ThreadPoolExecutor(5) as pool:
        waiting = []
        for number in range(5):
            came = Event()
            waiting.append(pool.submit(_serve, places, number, came, served))
            came.wait(PATIENCE)
            while len(places._all._waiting) <= number:  # the queue says nothing when somebody joins it
                pass
        release.set()
        assert served == []
        leaving = places._all
        leaving.__exit__()
        for one in waiting:
            one.result(PATIENCE)
        leaving.__enter__()
    assert served == [0, 1, 2, 3, 4]


def _serve(places, number, came, served):
    came.set()
    with places.short():
        served.append(number)


def test_a_long_computation_lets_a_short_one_pass_and_goes_on(monkeypatch):
    monkeypatch.setattr(places_module, "GRACE", PATIENCE)
    places, came, over = Places(2), Event(), Event()
    with ThreadPoolExecutor(1) as pool, places.long():
        let_pass()  # nobody is there
        one = pool.submit(_stay, places, came, over)
        came.wait(PATIENCE)
        Timer(0.01, over.set).start()
        let_pass()
        assert over.is_set(), "it went on when the short one was done"
        one.result(PATIENCE)


def test_a_long_computation_waits_no_longer_than_it_computes():
    """Short ones may come without end: so often is a step held up in vain, and never for good."""
    places, came, over = Places(2), Event(), Event()
    with ThreadPoolExecutor(1) as pool, places.long():
        one = pool.submit(_stay, places, came, over)
        came.wait(PATIENCE)
        began = time.perf_counter()
        for _ in range(100):
            let_pass()
        assert time.perf_counter() - began < PATIENCE / 2
        over.set()
        one.result(PATIENCE)


def test_a_short_computation_waits_for_nobody():
    places, came, over = Places(2), Event(), Event()
    with ThreadPoolExecutor(1) as pool, places.short():
        one = pool.submit(_stay, places, came, over)
        came.wait(PATIENCE)
        let_pass()
        assert not over.is_set()
        over.set()
        one.result(PATIENCE)


def _stay(places, came, over):
    with places.short():
        came.set()
        over.wait(PATIENCE)


@contextmanager
def _preparing(places):
    with places.preparation(lambda: None, lambda: False):
        yield


FOR_TRAININGS = {"order": Places.order, "preparation": _preparing, "update": Places.update}
OF_VISITORS = {"short": Places.short, "long": Places.long}


@pytest.mark.parametrize("kind", OF_VISITORS)
@pytest.mark.parametrize("work", FOR_TRAININGS)
def test_what_is_done_for_trainings_never_takes_the_place_of_a_visitor(work, kind):
    places, release, inside = Places(2), Event(), Semaphore(0)

    def go_on():
        with FOR_TRAININGS[work](places):
            inside.release()
            release.wait(PATIENCE)

    def come():
        with OF_VISITORS[kind](places):
            return True

    with ThreadPoolExecutor(9) as pool:
        trainings = [pool.submit(go_on) for _ in range(8)]
        assert inside.acquire(timeout=PATIENCE)
        try:
            assert pool.submit(come).result(PATIENCE)
        finally:
            release.set()
        for training in trainings:
            training.result(PATIENCE)


@pytest.mark.parametrize("kind", OF_VISITORS)
@pytest.mark.parametrize("work", FOR_TRAININGS)
def test_what_is_done_for_trainings_lets_visitors_pass_and_goes_on(work, kind, monkeypatch):
    monkeypatch.setattr(places_module, "GRACE", PATIENCE)
    places, came, over = Places(2), Event(), Event()

    def stay():
        with OF_VISITORS[kind](places):
            came.set()
            over.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool, FOR_TRAININGS[work](places):
        let_pass()  # nobody is there
        one = pool.submit(stay)
        came.wait(PATIENCE)
        Timer(0.01, over.set).start()
        let_pass()
        assert over.is_set(), "it went on when the visitor was done"
        one.result(PATIENCE)


def test_trainings_are_prepared_one_after_the_other_and_who_waits_may_give_up():
    places, waiting, tired = Places(2), Event(), Event()
    with ThreadPoolExecutor(2) as pool:

        def wait(given_up):
            with places.preparation(waiting.set, given_up) as mine:
                return mine

        with places.preparation(lambda: pytest.fail("nobody is before it"), tired.is_set) as mine:
            assert mine
            gives_up, stays = pool.submit(wait, tired.is_set), pool.submit(wait, lambda: False)
            assert waiting.wait(PATIENCE)
            tired.set()
            assert gives_up.result(PATIENCE) is False
        assert stays.result(PATIENCE) is True
    with places.preparation(lambda: pytest.fail("nobody is before it"), lambda: False) as mine:
        assert mine, "the place was given back once"
