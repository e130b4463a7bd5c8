"""What every test stands on: shapes and types checked at run time, one thread, and reproducible examples."""

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

# What is trained on the screens lies here, and not beside what a reader has trained.
RUNS = tempfile.TemporaryDirectory(prefix="s2s-runs-", ignore_cleanup_errors=True)
os.environ["S2S_RUNS"] = RUNS.name

# Nor are a reader's fetched models found: there is no such folder.
os.environ["S2S_MODELS"] = os.path.join(RUNS.name, "fetched")

# Without a GPU the kernels run on Triton's interpreter, which has to be known before anything imports Triton.
os.environ["TRITON_INTERPRET"] = "0" if torch.cuda.is_available() else "1"

from s2s_core import threads  # noqa: E402

threads.limit(1)

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is there now stays to the end of the run: nobody needs to look through it again and again."""
    if "streamlit" in sys.modules:  # each run of an AppTest looks for components in every installed package
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
    gc.collect()
    gc.freeze()


@pytest.fixture
def thorough(monkeypatch):
    """Each call is checked, however often what is called was called before."""
    monkeypatch.setattr(typechecker, "OFTEN", sys.maxsize)


@pytest.fixture
def unchecked():
    """For data from outside, whose types the program has to check itself: run without the check of annotations."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
