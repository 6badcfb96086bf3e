"""How often a sign-in may be tried: by a browser that knows the account, from one address,
of one account.

Counted in the Redis of the queue, so that several desks count together and a restart forgets
nothing. Names are hashed there. Where Redis is away nobody signs in for that moment: a desk that
cannot count must not let guess.

Guessing must be slow, and must not lock out the account's owner: a browser in which somebody signed
in to the account before is counted by itself, and where an account is tried from everywhere each
address still has a first try.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

import redis
from limits import RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerMonth
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from schema.kinds import Deed
from workers.desk.accounts import fold_name

# People mistype; a guesser needs thousands. A whole office may share an address.
OF_BROWSER = RateLimitItemPerMinute(10, 5, "browser")
FROM_ADDRESS = RateLimitItemPerMinute(100, 5, "address")
OF_ACCOUNT_HERE = (
    RateLimitItemPerMinute(5, 5, "account-here"),
    RateLimitItemPerHour(20, 1, "account-here-hour"),
)
OF_ACCOUNT, FIRST_HERE = (
    RateLimitItemPerHour(100, 1, "account"),
    RateLimitItemPerHour(1, 1, "first-here"),
)
# A browser is known so long after its last sign-in.
KNOWN = RateLimitItemPerMonth(1, 6, "known")
# Refused sign-ins that the audit log tells of: wrong ones of an address,
# the first beyond its limit, and in all.
TOLD_WRONG, TOLD_LOCKED = (
    RateLimitItemPerHour(20, 1, "told-wrong"),
    RateLimitItemPerMinute(1, 5, "told-locked"),
)
TOLD = RateLimitItemPerHour(500, 1, "told")


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
        storage = RedisStorage(
            address, key_prefix="fazhi-desk", socket_timeout=5, socket_connect_timeout=2
        )
        return cls(MovingWindowRateLimiter(storage))

    def take(self, name: str, address: str | None, browser: str = "") -> bool:
        """Count one attempt; False where there were too many. CannotCount while Redis is away.

        `browser` is the secret of its long-lived cookie.
        """
        account, here, known = _digest(fold_name(name)), network_of(address), _digest(browser)
        try:
            if browser and not self.limiter.test(KNOWN, account, known):
                return self.limiter.hit(OF_BROWSER, account, known)
            return (
                self.limiter.hit(FROM_ADDRESS, here)
                and all(self.limiter.hit(limit, account, here) for limit in OF_ACCOUNT_HERE)
                and (
                    self.limiter.hit(OF_ACCOUNT, account)
                    or self.limiter.hit(FIRST_HERE, account, here)
                )
            )
        except redis.RedisError as error:
            raise CannotCount from error

    def forgive(self, name: str, address: str | None, browser: str = "") -> None:
        """The attempt was right: earlier slips here do not count any more,
        and the browser is known from now on.
        """
        account, here, known = _digest(fold_name(name)), network_of(address), _digest(browser)
        try:
            for limit in OF_ACCOUNT_HERE:
                self.limiter.clear(limit, account, here)
            if browser:
                self.limiter.clear(OF_BROWSER, account, known)
                self.limiter.clear(KNOWN, account, known)
                self.limiter.hit(KNOWN, account, known)
        except redis.RedisError as error:
            raise CannotCount from error

    def is_told(self, deed: Deed, address: str | None) -> bool:
        """Whether the audit log may have one more line of a refused sign-in:
        a stranger must not fill it.
        """
        limit = TOLD_LOCKED if deed is Deed.LOCKED_OUT else TOLD_WRONG
        try:
            return self.limiter.hit(limit, network_of(address)) and self.limiter.hit(TOLD)
        except redis.RedisError as error:
            raise CannotCount from error


def network_of(address: str | None) -> str:
    """Whom an address stands for: of version 6 one house has 2⁶⁴.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1:2"), network_of(None)
    ('192.0.2.7', '2001:db8::/64', '')
    """
    try:
        here = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(here, ipaddress.IPv6Address):
        return str(here.ipv4_mapped or ipaddress.ip_network((here, 64), strict=False))
    return str(here)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
