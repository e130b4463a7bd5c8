"""What axe-core finds on a screen of the browser tests."""

from axe_playwright_python.sync_playwright import Axe


def serious(screen):
    """What axe-core finds that hinders a reader, in words."""
    found = Axe().run(screen.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
