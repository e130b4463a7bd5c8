"""Checks of requests to a class: from this site, not too long, for an existing class, and with the right cookie."""

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from s2s_ui.classroom.limits import Limit
from s2s_ui.classroom.secret import SECRET, hashed, opens, read_code
from s2s_ui.classroom.state import Room, Seat
from s2s_ui.classroom.store import Store

LONGEST = 32_000  # bytes of a request
LEADS, SITS = "s2s-leads", "s2s-sits"  # cookies: the teacher's key, a student's seat; each below its class's address
WRONG_CODES = Limit(60, 1.0)
CLASSES = Limit(60, 60.0)
REFUSALS = Limit(20, 3.0)  # by seat: each sentence that no model can read costs a computation


async def told(request: Request, longest: int = LONGEST) -> dict[str, Any]:
    """The JSON object in a request from this site, at most ``longest`` bytes.

    Raises:
        HTTPException: 403 if another site sends it, 413 if it is too long, 400 if it is not an object.
    """
    if not of_this_site(request):
        raise HTTPException(403, "another site may not do this")
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > longest:
            raise HTTPException(413, f"at most {longest} bytes are read")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise HTTPException(400, "a JSON object is expected")
    return found


def of_this_site(request: Request) -> bool:
    """Whether a request comes from a page of this site, or from no page. A form cannot send JSON, so it is refused.

    Browsers say where a request comes from, at least with https and on this computer. Otherwise the page's host must be
    the host of the request, as in the request or in a proxy's header.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return False
    if (site := request.headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    if (origin := request.headers.get("origin")) is None:
        return True
    asked = (request.headers.get("host", ""), request.headers.get("x-forwarded-host", ""))
    return urlsplit(origin).netloc.lower() in {host.lower() for host in asked if host}


def found(request: Request, store: Store) -> Room:
    """The class of a request.

    Raises:
        HTTPException: 404 if there is none. 429 if this address has tried too many wrong codes, also for a right code
            unless the request has a seat in this class or its key.
    """
    address = request.client.host if request.client else ""
    code = read_code(request.path_params["code"])
    room = store.find(code) if code else None
    if room is not None and (leads(request, room) or seat(request, room, store)):
        return room
    if WRONG_CODES.reached(address):
        raise HTTPException(429, "too many wrong codes: try again in a minute")
    if room is None:
        WRONG_CODES.count(address)
        raise HTTPException(404, "there is no such class")
    return room


def leads(request: Request, room: Room) -> bool:
    """Whether a request has the key of the class."""
    return opens(request.cookies.get(LEADS), room.key)


def seat(request: Request, room: Room, store: Store) -> Seat | None:
    """The seat of a request in the class, or None."""
    secret = request.cookies.get(SITS)
    return store.find_seat(room.code, hashed(secret)) if secret and SECRET.fullmatch(secret) else None


def led(request: Request, store: Store) -> Room:
    """The class of a request with the teacher's key.

    Raises:
        HTTPException: as `found`, and 403 if the request comes without its key.
    """
    room = found(request, store)
    if not leads(request, room):
        raise HTTPException(403, "only the teacher can do this")
    return room


def seated(request: Request, store: Store) -> tuple[Room, Seat]:
    """The class of a request, and its seat there.

    Raises:
        HTTPException: as `found`, and 403 if the request comes without a seat.
    """
    room = found(request, store)
    sitting = seat(request, room, store)
    if sitting is None:
        raise HTTPException(403, "join the class first")
    return room, sitting


def give(response: Response, request: Request, name: str, secret: str, *, below: str, seconds: float) -> None:
    """Set a cookie with a secret that no script can read, and that the browser sends only to this class."""
    response.set_cookie(
        name,
        secret,
        max_age=int(seconds),
        path=below,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
