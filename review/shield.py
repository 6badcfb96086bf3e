"""What every request and every answer passes, whatever the route: Host, size, security headers."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing but what we serve ourselves; no inline script or style, so that text from a file can never become one.
POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind} 'self'" for kind in ("script-src", "style-src", "img-src", "connect-src", "form-action")),
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
# A form without a file; and what a multipart body has beside its file.
SMALL_BODY = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """The names under which the desk may be asked for: what another name's DNS points here is refused.

    `any_address` where the desk listens on all addresses: an address is no name and cannot be rebound.

    >>> here = Hosts(names=frozenset({"localhost"}), any_address=False)
    >>> here.knows("localhost:8600"), here.knows("127.0.0.1"), here.knows("10.0.0.5"), here.knows("evil.example")
    (True, True, False, False)
    """

    names: frozenset[str]
    any_address: bool

    def knows(self, host: str) -> bool:
        name = hostname(host)
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return self.any_address or address.is_loopback or name in self.names


def hostname(host: str) -> str:
    """The name of a Host header, without its port.

    >>> hostname("Desk.example:8600"), hostname("[::1]:80")
    ('desk.example', '::1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


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
            await PlainTextResponse("This is not a name of this desk: see FAZHI_DESK_URL.", 421)(scope, receive, answer)
        elif _stated_length(headers) > largest:
            await PlainTextResponse("This is larger than the desk takes.", 413)(scope, receive, answer)
        else:
            await self.app(scope, _limited(receive, largest), answer)

    def _may_carry_file(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return any(path.startswith(allowed) if allowed.endswith("/") else path == allowed for allowed in self.uploads)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["Cache-Control"] = "no-cache" if scope["path"].startswith("/static/") else "no-store"
                if self.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return answer


def _stated_length(headers: Headers) -> int:
    stated = headers.get("content-length", "0")
    return int(stated) if stated.isdecimal() and len(stated) < 20 else 0


def _limited(receive: Receive, largest: int) -> Receive:
    """Ends a body that is longer than it said, or said nothing."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            raise HTTPException(413)
        return message

    return limited
