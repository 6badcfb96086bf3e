"""What every request and every answer passes, whatever the route:
Host, size, time, security headers.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.host.names import Hosts

log = logging.getLogger("fazhi")

# Nothing but what we serve ourselves; no inline script or style,
# so that text from a file can never become one.
POLICY = "; ".join(
    (
        "default-src 'none'",
        *(
            f"{kind} 'self'"
            for kind in ("script-src", "style-src", "img-src", "connect-src", "form-action")
        ),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
}
STRICT = {"Strict-Transport-Security": "max-age=31536000"}
# A form without a file; and what a multipart body has beside its file.
SMALL_BODY = 64 << 10
# A body may pause so long, and comes at such a rate once its first seconds are over;
# an answer is taken as soon.
PAUSE_SECONDS, FIRST_SECONDS, LEAST_RATE = 15.0, 20.0, 2 << 10
TAKE_SECONDS = 60.0
_PAGE_PICTURE = re.compile(r"/documents/\d+/pages/\d+")


def answer_headers(secure: bool) -> list[tuple[bytes, bytes]]:
    """What every answer says, also one that no route gives."""
    always = HEADERS | {"Cache-Control": "no-store"} | (STRICT if secure else {})
    return [(name.lower().encode(), value.encode()) for name, value in always.items()]


class NotTaken(Exception):
    """Whoever asked does not read the answer."""


@dataclass(frozen=True, slots=True)
class Shield:
    """The outermost layer, as an ASGI application around another.

    `uploads` are the paths (or beginnings of paths, with a slash at the end) that may carry a file.
    """

    app: ASGIApp
    _: KW_ONLY
    hosts: Hosts
    secure: bool
    largest: int
    uploads: Collection[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._with_headers(scope, send)
        largest = self.largest + SMALL_BODY if self._may_carry_file(scope) else SMALL_BODY
        if not self.hosts.knows(headers.get("host", "")):
            await PlainTextResponse("This is not a name of this desk: see FAZHI_DESK_URL.", 421)(
                scope, receive, answer
            )
        elif _stated_length(headers) > largest:
            await PlainTextResponse("This is larger than the desk takes.", 413)(
                scope, receive, answer
            )
        else:
            await self._hand_on(scope, _Body(receive, largest).receive, answer)

    async def _hand_on(self, scope: Scope, receive: Receive, answer: Send) -> None:
        try:
            await self.app(scope, receive, answer)
        except NotTaken:
            log.info("an answer was not taken within %.0f s", TAKE_SECONDS)

    def _may_carry_file(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return any(
            path.startswith(allowed) if allowed.endswith("/") else path == allowed
            for allowed in self.uploads
        )

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["Cache-Control"] = _cache_control(scope["path"], message["status"])
                if self.secure:
                    headers.update(STRICT)
            try:
                await asyncio.wait_for(send(message), TAKE_SECONDS)
            except TimeoutError as why:
                raise NotTaken from why

        return answer


def _cache_control(path: str, status: int) -> str:
    """Pictures of pages may stay with the browser, which asks each time."""
    if path.startswith("/static/"):
        return "no-cache"
    shown = status in {200, 304} and _PAGE_PICTURE.fullmatch(path)
    return "private, no-cache" if shown else "no-store"


def _stated_length(headers: Headers) -> int:
    stated = headers.get("content-length", "0")
    return int(stated) if stated.isdecimal() and len(stated) < 20 else 0


@dataclass(slots=True)
class _Body:
    """A body as it comes in: no longer than it may be, whatever it said, and no slower."""

    source: Receive
    largest: int
    taken: int = 0
    began: float | None = None
    is_whole: bool = False

    async def receive(self) -> Message:
        # What comes behind the body is only that the browser is gone.
        message = await (self.source() if self.is_whole else self._next_part())
        self.taken += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if self.taken > self.largest:
            raise HTTPException(413)
        return message

    async def _next_part(self) -> Message:
        now = asyncio.get_running_loop().time()
        self.began = now if self.began is None else self.began
        due = self.began + FIRST_SECONDS + self.taken / LEAST_RATE
        try:
            return await asyncio.wait_for(self.source(), max(0.0, min(PAUSE_SECONDS, due - now)))
        except TimeoutError as why:
            raise HTTPException(408, "The body did not come in time: send it again.") from why
