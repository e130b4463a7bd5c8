"""The files that a browser keeps, at the addresses that `kept` gives out."""

from starlette.requests import Request
from starlette.responses import Response

from s2s_ui import kept

FOREVER = "public, max-age=31536000, immutable"
TYPES = {"js": "text/javascript", "css": "text/css", "json": "application/json"}


def answer(request: Request) -> Response:
    """A file by its name. The hash of another version gives the present file, which a browser then does not keep.

    So a page that was opened before the server was replaced by a newer version still finds what it asks for.
    """
    found = kept.find(request.path_params["file"])
    if found is None:
        return Response("Not found", 404)
    file, current = found
    headers = {"Cache-Control": FOREVER if current else "no-store", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=TYPES[file.ending])
    return Response(file.text, headers=headers, media_type=TYPES[file.ending])
