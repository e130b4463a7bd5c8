"""The route of the files that a browser caches, at the addresses from `kept`."""

from starlette.requests import Request
from starlette.responses import Response

from s2s_ui import kept

FOREVER = "public, max-age=31536000, immutable"
TYPES = {"js": "text/javascript", "css": "text/css", "json": "application/json"}


def answer(request: Request) -> Response:
    """A file by its name. With the hash of another version, it is the current file, and the browser must not cache it.

    So a page that was opened before an update of the server still finds its files.
    """
    found = kept.find(request.path_params["file"])
    if found is None:
        return Response("Not found", 404)
    file, current = found
    headers = {"Cache-Control": FOREVER if current else "no-store", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=TYPES[file.ending])
    return Response(file.text, headers=headers, media_type=TYPES[file.ending])
