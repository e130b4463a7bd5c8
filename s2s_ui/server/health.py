"""The health check: whether a model can be read, and the disk has space for the server's files."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from s2s_core import checkpoint
from s2s_core.errors import S2SError
from s2s_ui import store
from s2s_ui.session import caches


def answer(_: Request) -> JSONResponse:
    """The results of the checks as JSON, with status 200 if all pass, else 503. It contains no paths.

    The shared store of replicas is reported, but does not change the status: without it everything except trainings
    works, and a proxy that uses this check must not remove all replicas at once.
    """
    found = {"models": _models_can_be_read(), "disk": _disk_can_be_written()}
    status = 200 if all(found.values()) else 503
    told = found if (there := _store_answers()) is None else found | {"store": there}
    return JSONResponse(told, status, headers={"Cache-Control": "no-store"})


def _store_answers() -> bool | None:
    """Whether the store answers; None if there is none."""
    try:
        if (client := store.client()) is None:
            return None
        with store.reaching():
            return bool(client.ping())
    except store.StoreAway:
        return False


def _models_can_be_read() -> bool:
    return any(_is_readable(name) for name in checkpoint.folders())


def _is_readable(name: str) -> bool:
    try:
        checkpoint.describe(name)
    except (S2SError, OSError):
        return False
    return True


def _disk_can_be_written() -> bool:
    try:
        checkpoint.require_writable(caches.workshop().root / "health")
    except (S2SError, OSError):
        return False
    return True
