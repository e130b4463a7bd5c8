"""What a server remembers: so many bytes, each value made once, no failure kept."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis import corpus
from s2s_ui.capacity.memory import Memory
from s2s_ui.capacity.size import bytes_of
from s2s_ui.session import caches
from s2s_ui.session.request import Request

ROOT = Path(__file__).parents[2]
PATIENCE = 20


def test_the_longest_unasked_goes_first_until_the_rest_fits():
    memory = Memory(most=100, budget=100)
    made = []

    def ask(key, size):
        return memory.get(key, lambda: made.append(key) or key, lambda _: size)

    for key in "abc":
        ask(key, 30)
    ask("a", 30)  # asked for again, so b is the oldest now
    ask("d", 50)
    assert (len(memory), memory.size) == (2, 80)
    made.clear()
    assert [ask(key, 30) for key in "ad"] == ["a", "d"] and not made
    ask("c", 30)
    assert made == ["c"]


def test_as_many_are_kept_as_may_be():
    memory = Memory(most=3, budget=1000)
    for key in range(10):
        memory.get(key, lambda: "value", lambda _: 1)
    assert (len(memory), memory.size) == (3, 3)


def test_the_last_one_is_kept_however_large():
    memory = Memory(most=3, budget=10)
    memory.get("small", lambda: 1, lambda _: 5)
    large = memory.get("large", object, lambda _: 500)
    assert memory.get("large", object) is large and len(memory) == 1
    memory.get("small", lambda: 1, lambda _: 5)
    assert (len(memory), memory.size) == (1, 5)


def test_what_many_ask_for_is_made_once_and_others_do_not_wait_for_it():
    memory, begun, go_on = Memory(most=10, budget=1000), Event(), Event()
    made = []

    def slow():
        made.append("slow")
        begun.set()
        assert go_on.wait(PATIENCE)
        return object()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(memory.get, "slow", slow) for _ in range(6)]
        assert begun.wait(PATIENCE)
        assert pool.submit(memory.get, "quick", lambda: 1).result(PATIENCE) == 1
        go_on.set()
        values = {id(one.result(PATIENCE)) for one in asked}
    assert made == ["slow"] and len(values) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt], ids=lambda kind: kind.__name__)
def test_a_failure_is_neither_kept_nor_in_the_way_of_others(error):
    memory, begun, go_on = Memory(most=10, budget=1000), Event(), Event()

    def broken():
        begun.set()
        assert go_on.wait(PATIENCE)
        raise error("once")

    def ask_first():
        with pytest.raises(error):
            memory.get("key", broken)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ask_first)
        assert begun.wait(PATIENCE)
        second = pool.submit(memory.get, "key", lambda: "a value")
        go_on.set()
        first.result(PATIENCE)
        assert second.result(PATIENCE) == "a value"
    assert memory.get("key", broken) == "a value"


def test_a_view_counts_what_it_keeps_alive_and_two_views_count_once():
    block = np.zeros((100, 10), np.float32)
    assert block.nbytes <= bytes_of([block[:, 0], block[:, 1], block]) < block.nbytes + 300
    assert bytes_of(block[:1]) == block.nbytes


def test_a_trace_counts_its_arrays_once_and_not_the_vocabulary_of_its_model():
    model = small_translator()
    trace = model.trace("abcdefg")
    arrays = {id(array if array.base is None else array.base): array for _, array in trace._arrays()}
    own = sum(array.nbytes if array.base is None else array.base.nbytes for array in arrays.values())
    shared = {id(model.vocabulary)}
    assert own <= bytes_of(trace, shared=shared) < own + 10_000
    assert bytes_of(trace) > bytes_of(trace, shared=shared)


@pytest.mark.parametrize("what", ["model", "corpus", "search"])
def test_every_kind_of_value_knows_its_numbers(what):
    model = small_translator()
    weights = sum(parameter.nbytes for parameter in model.net.parameters())
    states = corpus.corpus(model, ["abc", "gfedcba"])
    value, least = {
        "model": (model, weights),
        "corpus": (states, sum(cell.hidden.nbytes for cell in states.cells.values())),
        "search": (model.search("abc", beam_size=3), 500),
    }[what]
    assert least <= bytes_of(value) < 2 * least + 100_000


def test_two_visitors_who_ask_for_one_trace_get_one(monkeypatch):
    traced = []
    real = caches.Translator.trace

    def noted(model, text, **options):
        traced.append(text)
        return real(model, text, **options)

    monkeypatch.setattr(caches.Translator, "trace", noted)
    request = Request(model="dates", text="April 21, 1987")
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(caches.runs, [request] * 4))
    assert traced == ["April 21, 1987"] and len({id(runs.shown) for runs in seen}) == 1


LONG_SENTENCES = """
import sys
from s2s_ui.session import caches
from s2s_ui.session.request import Request

def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")) / 1000

words = "I think that the old man who lives in the small white house near the sea knows the answer to it".split()
sizes = []
for number in range(int(sys.argv[1])):
    text = " ".join(words[(number + place) % len(words)] for place in range(45)) + f" {number}"
    caches.runs(Request(model="en-fr", text=text))
    if number >= int(sys.argv[2]):
        sizes.append(resident())
print("grown by", sizes[-1] - sizes[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_many_long_sentences_stay_within_the_budget():
    """The first dozen fills the budget; from there on the process is as large as it was."""
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), "S2S_CACHE_MB": "40", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", LONG_SENTENCES, "40", "12"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (grown,) = re.findall(r"grown by ([-.\d]+)", done.stdout)
    assert float(grown) < 40, "megabytes"
