"""What is served while the site is being built: one page that shows how far it is."""

import html
import json
from collections import deque
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
POLICY = b"default-src 'none'; style-src 'self'; frame-ancestors 'none'"


class Switch:
    """An ASGI application that shows the building page until the real one is put in."""

    def __init__(self) -> None:
        self.application: Any = None
        self.steps: deque[str] = deque(maxlen=8)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass on to the real application, or answer by hand."""
        if self.application is not None:
            await self.application(scope, receive, send)
        elif scope["type"] == "http":
            await _answer(send, *self._page(scope["path"]))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1013})

    def _page(self, path: str) -> tuple[int, bytes, bytes]:
        if path == "/healthz":
            return 503, b"application/json", json.dumps({"status": "building"}).encode()
        if path == "/building.css":
            return 200, b"text/css; charset=utf-8", (HERE / "page.css").read_bytes()
        steps = "\n".join(f"<li>{html.escape(step.strip())}</li>" for step in self.steps)
        text = (HERE / "page.html").read_text("utf-8").replace("{{ steps }}", steps)
        return 503, b"text/html; charset=utf-8", text.encode()


async def _answer(send: Any, status: int, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    headers += [
        (b"retry-after", b"2"),
        (b"content-security-policy", POLICY),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
