"""How often a sign-in may be tried: of one account from one address, of one account, from one address.

Counted in the Redis of the queue, so that several desks count together and a restart forgets nothing. Names are
hashed there. Where Redis is away nobody signs in for that moment: a desk that cannot count must not let guess.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import redis
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

# People mistype; a guesser needs thousands. The limit of an account from everywhere is loose, so that no stranger can
# keep its owner out with a handful of requests; that of an address too, for a whole office may share one.
OF_ACCOUNT_HERE = RateLimitItemPerMinute(5, 5, "account-here")
OF_ACCOUNT = RateLimitItemPerMinute(50, 60, "account")
FROM_ADDRESS = RateLimitItemPerMinute(100, 5, "address")


class CannotCount(Exception):
    """Redis is away: nobody can sign in for the moment."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """The counts over one Redis."""

    limiter: MovingWindowRateLimiter

    @classmethod
    def of(cls, broker_url: str) -> Attempts:
        """`broker_url` as Celery writes it: redis://… or redis+socket:///path."""
        address = broker_url.replace("redis+socket://", "redis+unix://", 1)
        storage = RedisStorage(address, key_prefix="fazhi-desk", socket_timeout=5, socket_connect_timeout=2)
        return cls(MovingWindowRateLimiter(storage))

    def take(self, name: str, address: str | None) -> bool:
        """Count one attempt; False where there were too many. CannotCount while Redis is away."""
        account, here = _key(name), address or ""
        try:
            return (
                self.limiter.hit(FROM_ADDRESS, here)
                and self.limiter.hit(OF_ACCOUNT_HERE, account, here)
                and self.limiter.hit(OF_ACCOUNT, account)
            )
        except redis.RedisError as error:
            raise CannotCount from error

    def forgive(self, name: str, address: str | None) -> None:
        """The attempt was right: earlier slips of this account do not count any more."""
        try:
            self.limiter.clear(OF_ACCOUNT_HERE, _key(name), address or "")
            self.limiter.clear(OF_ACCOUNT, _key(name))
        except redis.RedisError as error:
            raise CannotCount from error


def _key(name: str) -> str:
    return hashlib.sha256(name.strip().casefold().encode("utf-8", "replace")).hexdigest()
