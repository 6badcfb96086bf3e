"""HTTP connections of which no handful can be held open:
a request has to come soon, and there is a bound on them.

The newest connection is always taken; at the bound it is the one that has been silent longest,
without a whole request, that has to go. How soon a body has to come is the shield's to say.
"""

from __future__ import annotations

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from review.shield import answer_headers

# From the first byte of a request, or from the beginning of the connection,
# to the end of its headers.
HEADER_SECONDS = 10.0
# Of the descriptors half are for files, the database, and what was accepted but is not counted yet.
MOST_DESCRIPTORS = 4096
NOT_HTTP = "This is no HTTP request.\n"
TOO_SLOW = "The request did not come in time: send it again.\n"
REASONS = {400: b"Bad Request", 408: b"Request Timeout"}


def raise_descriptors() -> int:
    """Have as many descriptors as this process may have, within reason;
    how many connections they are enough for.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard > MOST_DESCRIPTORS:
        hard = MOST_DESCRIPTORS
    if soft == resource.RLIM_INFINITY or soft > hard:
        return hard // 2
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    return hard // 2


class PromptProtocol(H11Protocol):
    """One connection; `most` is the bound on all of them."""

    most = MOST_DESCRIPTORS // 2
    secure = False
    # When the connection last came on: it began, answered a request, or a part of a body came.
    came_on = 0.0
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_headers()
        if len(self.connections) > self.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_answering():
            self._await_headers()
            return
        self._end_wait()
        self.came_on = self.loop.time()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.came_on = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_wait()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        del msg  # uvicorn's, without our headers
        self._refuse(400, NOT_HTTP)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_headers(self) -> None:
        if self.deadline is None:
            self.came_on = self.loop.time()
            self.deadline = self.loop.call_later(HEADER_SECONDS, self._refuse, 408, TOO_SLOW)

    def _end_wait(self) -> None:
        if self.deadline:
            self.deadline.cancel()
            self.deadline = None

    def _refuse(self, status: int, sentence: str) -> None:
        """Answer what the application never saw, and close."""
        if self.transport.is_closing():
            return
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            headers = [
                *answer_headers(self.secure),
                (b"content-type", b"text/plain; charset=utf-8"),
            ]
            headers += [(b"content-length", b"%d" % len(sentence)), (b"connection", b"close")]
            start = h11.Response(status_code=status, headers=headers, reason=REASONS[status])
            for event in (start, h11.Data(data=sentence.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _make_room(self) -> None:
        """Close the connection without a whole request that has been silent longest."""
        waiting = [
            one
            for one in self.connections
            if isinstance(one, PromptProtocol) and one._is_unfinished()
        ]
        silent = min(waiting, key=lambda one: one.came_on)
        self.connections.discard(silent)
        silent.transport.abort()

    def _is_unfinished(self) -> bool:
        return not self._is_answering() or self.cycle.more_body


def prompt_protocol(*, most: int, secure: bool) -> type[PromptProtocol]:
    """The protocol with this bound."""

    class Bounded(PromptProtocol):
        pass

    Bounded.most, Bounded.secure = most, secure
    return Bounded
