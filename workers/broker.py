"""The broker asked beside Celery."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def redis_client(url: str, *, decode: bool = True) -> redis.Redis:
    """A client of the Redis behind a Celery address;
    it asks once and waits no longer than five seconds.

    It gives words as text, or with `decode=False` the bytes, which may be no text.
    """
    address = url.replace("redis+socket://", "unix://", 1)
    return redis.Redis.from_url(
        address,
        socket_timeout=5,
        socket_connect_timeout=5,
        retry=Retry(NoBackoff(), 0),
        decode_responses=decode,
    )
