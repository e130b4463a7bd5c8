"""Hide facts about the machine from the browser: the program's folder, and which machine it is."""

from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from s2s_ui import borrowed


class Discreet:
    """Removes the program's folder from Streamlit's messages, and passes on only messages that our screens send."""

    def __init__(self, app: ASGIApp, *, script: Path) -> None:
        self.app = app
        self.folder = str(script.parent).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def wanted() -> Message:
            while True:
                message = await receive()
                data = message.get("bytes")
                if not data or borrowed.is_wanted(data):
                    return message

        async def tell(message: Message) -> None:
            data = message.get("bytes")
            if data and self.folder in data:
                message = {**message, "bytes": borrowed.without_paths(data)}
            await send(message)

        await self.app(scope, wanted, tell)
