"""Who computes at once: no more than cores, and never long computations alone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError, Event, Lock

import pytest

from s2s_ui.places import Places

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
