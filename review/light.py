"""Answers that weigh little: packed, and not sent again where nothing changed.

To pack what holds a secret (a form's token) beside what a stranger chose (a word in the address)
would let the stranger guess the secret by the sizes, over TLS, one request after another (BREACH).
So an answer is packed only where the person or a page of ours asked for it, which browsers say in
`Sec-Fetch-Site`; where there is nothing to hide (static files, plain HTTP); and for scripts, whose
tokens no browser sends by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.desk.writing import Format

_OURS = {"same-origin", "none"}
_OPEN = ("/static/", "/api/")
# Packed already, or of whatever format a dropped file has.
_PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    Format.XLSX.media_type,
    Format.PARQUET.media_type,
)
# More takes twice the time and saves little.
_LEVEL = 5


@dataclass(frozen=True, slots=True)
class Packed:
    """gzip, for those that may have it. `secure` where the desk is behind TLS."""

    app: ASGIApp
    secure: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        packs = scope["type"] == "http" and self._may_pack(scope)
        app = (
            GZipMiddleware(self.app, compresslevel=_LEVEL, exclude_content_types=_PACKED)
            if packs
            else self.app
        )
        await app(scope, receive, send)

    def _may_pack(self, scope: Scope) -> bool:
        asked_by = Headers(scope=scope).get("sec-fetch-site")
        return not self.secure or scope["path"].startswith(_OPEN) or asked_by in _OURS


@dataclass(frozen=True, slots=True)
class Fresh:
    """A live part (`…/live`) is named by its content, and not sent to whoever has it (304)."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        live = scope["type"] == "http" and scope["method"] == "GET"
        if live and scope["path"].endswith("/live"):
            known = Headers(scope=scope).get("if-none-match", "")
            await self.app(scope, receive, _Tagging(send, known).send)
        else:
            await self.app(scope, receive, send)


@dataclass(slots=True)
class _Tagging:
    """An answer, kept until it is whole."""

    to: Send
    known: str
    start: Message | None = None
    body: bytes = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body" and self.start:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_whole(self.start)

    async def _send_whole(self, start: Message) -> None:
        tag = f'W/"{hashlib.sha256(self.body).hexdigest()[:32]}"'
        headers = MutableHeaders(scope=start)
        if start["status"] == 200:
            headers["ETag"] = tag
            if tag == self.known:
                start["status"], self.body = 304, b""
                del headers["content-length"]
        await self.to(start)
        await self.to({"type": "http.response.body", "body": self.body})
