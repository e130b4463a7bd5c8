"""The setup of all tests: shapes and types are checked at run time, one thread, and reproducible examples."""

import functools
import gc
import os
import sys
import tempfile

import jaxtyping
import pytest
import torch
import typechecker
from hypothesis import settings

pytest_plugins = ["attack.report"]

# Has to come before the first import of s2s_core: from here on each annotation of its functions and records
# (`Float[Tensor, "batch hidden"]`) is checked at every call.
typechecker.install("s2s_core")

# Trainings of the screens go here, not next to a reader's trainings.
RUNS = tempfile.TemporaryDirectory(prefix="s2s-runs-", ignore_cleanup_errors=True)
os.environ["S2S_RUNS"] = RUNS.name

# A reader's fetched models are not found either, because there is no such folder.
os.environ["S2S_MODELS"] = os.path.join(RUNS.name, "fetched")

# Without a GPU the kernels run on Triton's interpreter, which has to be known before anything imports Triton.
os.environ["TRITON_INTERPRET"] = "0" if torch.cuda.is_available() else "1"

from s2s_core import threads  # noqa: E402

threads.limit(1)

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest tests first, so that the end of a run does not wait for them."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Freeze the objects that exist now, because they stay until the end: the garbage collector skips them."""
    if "streamlit" in sys.modules:  # each run of an AppTest looks for components in every installed package
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
    gc.collect()
    gc.freeze()


@pytest.fixture
def thorough(monkeypatch):
    """Check every call, also of functions that were called often before."""
    monkeypatch.setattr(typechecker, "OFTEN", sys.maxsize)


@pytest.fixture
def unchecked():
    """For data from outside, whose types the program has to check itself: run without the check of annotations."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
