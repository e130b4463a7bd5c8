"""A fresh server whose first visitors all come at once, to different pages."""

import ast
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from visitors import ROOT, serving, visit

PAGES = sorted((ROOT / "pages").glob("*.py"))
SHOWN = {
    "watch": "bidi_component",
    "gates": "vega_lite_chart",
    "directions": "vega_lite_chart",
    "attention": "vega_lite_chart",
    "why": "vega_lite_chart",
    "gradient": "vega_lite_chart",
    "forcing": "vega_lite_chart",
    "compare": "vega_lite_chart",
    "train": "button",
    "lesson": "bidi_component",
    "classroom": "bidi_component",
}
"""What a page shows when its script came to its end, by the page's name."""
TO_EACH = 2  # visitors of each page
APART = 0.03  # seconds


def test_the_first_visitors_of_a_server_all_see_their_pages(tmp_path):
    log = tmp_path / "log.txt"
    wanted = [path.stem for path in PAGES] * TO_EACH

    def come(number):
        time.sleep(number * APART)
        return visit(address, "" if wanted[number] == "watch" else wanted[number])

    with (
        serving(log, {"S2S_RUNS": str(tmp_path / "runs")}) as (address, _),
        ThreadPoolExecutor(len(wanted)) as pool,
    ):
        visits = list(pool.map(come, range(len(wanted))))
    failed = [(name, seen.problems) for name, seen in zip(wanted, visits, strict=True) if seen.problems]
    assert not failed, f"{len(failed)} of {len(wanted)}: {failed}"
    assert all(SHOWN[name] in seen.shown for name, seen in zip(wanted, visits, strict=True))
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.mark.parametrize("script", [ROOT / "app.py", *PAGES], ids=lambda path: path.name)
def test_a_script_imports_nothing_of_ours_before_the_door(script):
    names = [
        module
        for statement in ast.parse(script.read_text(encoding="utf-8")).body
        for module in _modules(statement)
        if module.startswith("s2s_")
    ]
    assert names[0] == "s2s_ui.shell.entry"


def _modules(statement):
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []


EVERY_PAGE = """
import sys
import s2s_ui.shell.entry
from streamlit.testing.v1 import AppTest
before = set(sys.modules)
app = AppTest.from_file(sys.argv[1], default_timeout=120)
app.query_params["components"] = "3"
app.run()
for page in sys.argv[2:]:
    app.switch_page(page).run()
    assert not app.exception, page
print(*sorted(name for name in set(sys.modules) - before if name.split(".")[0] in ("s2s_core", "s2s_ui", "altair")))
"""


def test_after_the_door_nothing_of_ours_is_left_to_import(tmp_path):
    pages = [path.relative_to(ROOT).as_posix() for path in PAGES]
    script = tmp_path / "every_page.py"
    script.write_text(EVERY_PAGE)
    command = [sys.executable, str(script), str(ROOT / "app.py"), *pages]
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), "S2S_RUNS": str(tmp_path / "runs"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
