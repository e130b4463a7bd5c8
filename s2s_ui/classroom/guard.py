"""What a request to a class has to be: of this site, short, about a class that there is, and with the right cookie."""

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
REFUSALS = Limit(20, 3.0)  # by seat: sentences that no model reads cost a computation each


async def told(request: Request, longest: int = LONGEST) -> dict[str, Any]:
    """The JSON object that a page of this site sends, of at most ``longest`` bytes.

    Raises:
        HTTPException: 403 if another site sends it, 413 if it is too long, 400 if it is no object.
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
    """Whether a page of this site sends a request, or no page at all. A form cannot send JSON, so it is refused.

    A browser says so itself, at least to https and to this computer; else its page's host has to be the one that is
    asked, as the request has it or as a proxy passes it on.
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
        HTTPException: 404 if there is none, 429 if this address has tried too many wrong codes: then it is not told
            either whether this one is right, unless it sits in that class or leads it.
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
    """Whether a request comes with the key of the class."""
    return opens(request.cookies.get(LEADS), room.key)


def seat(request: Request, room: Room, store: Store) -> Seat | None:
    """The seat in the class that a request comes with."""
    secret = request.cookies.get(SITS)
    return store.find_seat(room.code, hashed(secret)) if secret and SECRET.fullmatch(secret) else None


def led(request: Request, store: Store) -> Room:
    """The class that a request leads.

    Raises:
        HTTPException: as `found`, and 403 if the request comes without its key.
    """
    room = found(request, store)
    if not leads(request, room):
        raise HTTPException(403, "only the teacher can do this")
    return room


def seated(request: Request, store: Store) -> tuple[Room, Seat]:
    """The class and the seat in it that a request comes with.

    Raises:
        HTTPException: as `found`, and 403 if the request comes without a seat.
    """
    room = found(request, store)
    sitting = seat(request, room, store)
    if sitting is None:
        raise HTTPException(403, "join the class first")
    return room, sitting


def give(response: Response, request: Request, name: str, secret: str, *, below: str, seconds: float) -> None:
    """Let the browser keep a secret that no script reads, and that it sends to this class alone."""
    response.set_cookie(
        name,
        secret,
        max_age=int(seconds),
        path=below,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
