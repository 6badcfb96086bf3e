"""Kombu's transport over Redis, which passes over what is no message and sets
aside what can be no queue.

Kombu takes every entry for one of its own: the first that is not ends the worker, and a key of
another type ends it at every start. Here either costs nothing but itself. What a set-aside key
held, the sweep rings for again.
"""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import wraps
from itertools import chain
from queue import Empty
from typing import Any
from uuid import uuid4

import redis
from kombu.transport import redis as stock
from kombu.utils.json import dumps
from redis.exceptions import InvalidResponse, ResponseError, WatchError

from schema.kinds import Stage

UPKEEP = "upkeep"
QUEUES = (*map(str, Stage), UPKEEP)
# Those whose tasks take seconds: a worker of these alone, and texts wait for no scan.
QUICK_QUEUES = tuple(queue for queue in QUEUES if queue != Stage.RECOGNISE)

# A bell has a thousand bytes, what workers tell of themselves some thousands.
LONGEST_MESSAGE = 1_000_000
# The bell of this priority is heard next; any other waits for its turn.
NEXT = 9
ASIDE, KEPT_ASIDE = "aside:", 7 * 24 * 3600  # seconds
SEPARATOR = stock.Channel.sep

# Which type Kombu's own keys have; its bindings are found by their names.
TYPES = {
    "unacked": "hash",
    "unacked_index": "zset",
    "unacked_mutex": "string",
    "_kombu.binding_deadlines": "zset",
}

log = logging.getLogger("fazhi")


def is_message(entry: bytes) -> bool:
    """Whether an entry of a queue has the form in which Kombu writes and reads messages."""
    try:
        told: Any = json.loads(entry) if len(entry) <= LONGEST_MESSAGE else None
        headers, properties = told["headers"], told["properties"]
        delivery = properties["delivery_info"]
        words = (
            delivery["exchange"],
            delivery["routing_key"],
            properties["delivery_tag"],
            told["content-type"],
        )
        if properties["body_encoding"] == "base64":
            json.loads(b64decode(told["body"], validate=True))
        # what is due when stands in the ledger
        times = [headers.get(name) for name in ("eta", "expires")]
    except (TypeError, AttributeError, KeyError, ValueError, RecursionError):
        return False
    known = properties["body_encoding"] in ("base64", None) and times == [None, None]
    return known and all(isinstance(word, str) for word in words)


def documents_of(entry: bytes, task: str) -> Sequence[int]:
    """The documents for which a task was rung for; none where the entry is something else."""
    if not is_message(entry):
        return ()
    told = json.loads(entry)
    if (told["headers"].get("task"), told["content-type"]) != (task, "application/json"):
        return ()
    with suppress(ValueError, TypeError, LookupError):
        rung, *_ = json.loads(b64decode(told["body"]))
        return [one for one in rung if isinstance(one, int)]
    return ()


def mend_keys(client: redis.Redis) -> list[str]:
    """Set aside, for a week, the keys of queues and of Kombu's tables that have
    another type than these need.
    """
    wanted = dict.fromkeys(QUEUES, "list") | TYPES
    for key in chain(
        client.scan_iter("_kombu.binding.*"), client.scan_iter("_kombu.binding_permanent.*")
    ):
        wanted[_text(key)] = "set"
    wanted |= {
        _text(key): "list"
        for key in client.scan_iter("*.reply.celery.pidbox")
        if _text(key) not in wanted
    }
    return [key for key, kind in wanted.items() if _set_aside(client, key, kind)]


def _set_aside(client: redis.Redis, key: str, wanted: str) -> bool:
    """One look and one rename, undone where somebody else mended it in between."""
    with client.pipeline() as pipe, suppress(WatchError):
        pipe.watch(key)
        found = _text(pipe.type(key))
        if found in (wanted, "none"):
            return False
        aside = f"{ASIDE}{key}:{uuid4().hex[:8]}"
        pipe.multi()
        pipe.rename(key, aside)
        pipe.expire(aside, KEPT_ASIDE)
        pipe.execute()
        log.warning(
            "the key %s of the queue is a %s and not a %s: it is set aside as %s",
            key,
            found,
            wanted,
            aside,
        )
        return True
    return False


def _bytes(entry: bytes | str) -> bytes:
    return entry.encode() if isinstance(entry, str) else entry


def _text(word: bytes | str) -> str:
    return word.decode(errors="replace") if isinstance(word, bytes) else word


def _mending(act: Callable[..., Any]) -> Callable[..., Any]:
    """A method of channel or QoS, tried again once where a key of another type stood in its way."""

    @wraps(act)
    def mended(own: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return act(own, *args, **kwargs)
        except ResponseError as error:
            if "WRONGTYPE" not in str(error) or not getattr(own, "channel", own).mend():
                raise
            return act(own, *args, **kwargs)

    return mended


class Client(redis.Redis):
    """Hears nothing where an entry is no message."""

    def parse_response(self, connection: Any, command_name: Any, **options: Any) -> Any:
        reply = super().parse_response(connection, command_name, **options)
        if command_name == "BRPOP" and reply and not is_message(reply[1]):
            log.warning("an entry of the queue %r is no message, it is passed over: %.200r", *reply)
            return None
        return reply


class QoS(stock.QoS):
    append = _mending(stock.QoS.append)
    ack = _mending(stock.QoS.ack)
    restore_visible = _mending(stock.QoS.restore_visible)

    def restore_by_tag(self, tag: Any, client: Any = None, leftmost: bool = False) -> None:
        try:
            super().restore_by_tag(tag, client=client, leftmost=leftmost)
        except (ValueError, TypeError, KeyError) as error:
            log.warning("an unacknowledged entry is no message, it is passed over: %r", error)
            self._remove_from_indices(tag).execute()


class Channel(stock.Channel):
    QoS = QoS
    # One list a queue, not one a priority: what is rung again goes before all that waits in it.
    priority_steps = [0]  # noqa: RUF012 - as the base class has it

    queue_bind = _mending(stock.Channel.queue_bind)
    _size = _mending(stock.Channel._size)
    _get = _mending(stock.Channel._get)

    def mend(self) -> list[str]:
        with self.conn_or_acquire() as client:
            return mend_keys(client)

    def _get_client(self) -> type[redis.Redis]:
        super()._get_client()
        return Client

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except Empty:
            raise
        except ResponseError as error:
            if "WRONGTYPE" not in str(error) or not self.mend():
                raise
        except (*self.connection_errors, InvalidResponse):
            raise
        except Exception:  # an edge: what the worker stumbles over is one message, not its last
            log.exception("a message cannot be worked on, it is passed over")
        raise Empty

    @_mending
    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        if self._get_message_priority(message, reverse=False) < NEXT:
            super()._put(queue, message, **kwargs)
            return
        with self.conn_or_acquire() as client:
            client.rpush(queue, dumps(message))

    @_mending
    def get_table(self, exchange: str) -> list[tuple[str, ...]]:
        """Where an exchange leads; members that are no bindings lead nowhere."""
        return [row for row in super().get_table(exchange) if len(row) == 3]


class Transport(stock.Transport):
    Channel = Channel


def waiting_entries(client: redis.Redis, queue: str, at_once: int = 1000) -> Iterator[bytes]:
    """What lies in a queue, the newest first: what comes in meanwhile is met twice,
    and nothing is missed.
    """
    for first in range(0, client.llen(queue), at_once):
        yield from map(_bytes, client.lrange(queue, first, first + at_once - 1))
