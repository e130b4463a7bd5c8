"""axe-core finds nothing serious on Watch: with edits and menus, teacher forced, in both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

FORGET = '[{"edit":"clamp","quantities":["forget_gate"],"value":0,"part":"decoder"}]'


def serious(screen):
    """What axe-core finds that hinders a reader, in words."""
    found = Axe().run(screen.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "link",
    [{"step": "4"}, {"step": "18", "edits": FORGET}, {"step": "18", "forcing": "1", "reference": "2025-12-08"}],
    ids=["encoder", "edited", "forced"],
)
def test_nothing_serious_hinders_a_reader(window, dark, link):
    screen = window(dark=dark).open(text="8 mars 2025", **link)
    assert not serious(screen)


def test_nothing_serious_hinders_a_reader_of_a_phone(window):
    assert not serious(window(390, 844, phone=True).open(text="8 mars 2025", step="14"))
