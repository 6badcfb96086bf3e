"""The bell: it may go unheard, and then it holds nobody up; and no time of day stops the sweeps."""

import time

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from schema.kinds import Stage
from workers.broker import redis_client
from workers.embedded import Servers
from workers.settings import Settings
from workers.stages import app as application
from workers.stages.app import Bell, bells_waiting, configure, ring_sweep
from workers.stages.transport import UPKEEP


@pytest.fixture
def broker(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> str:
    """The tests' own Redis, empty, as the application's broker."""
    fresh = Celery("fazhi")
    configure(fresh, Settings(database_url=servers.database_url, broker_url=servers.broker_url))
    monkeypatch.setattr(application, "app", fresh)
    with redis_client(servers.broker_url) as client:
        client.flushall()
    return servers.broker_url


def test_bell_leaves_an_id_in_the_queue_of_its_stage(broker: str) -> None:
    assert Bell()([7], Stage.CLEAN)
    assert (bells_waiting("clean"), bells_waiting("read")) == (1, 0)


def test_sweeps_that_nobody_hears_do_not_pile_up(broker: str) -> None:
    for _ in range(3):
        ring_sweep()
    assert bells_waiting(UPKEEP) == 1


def test_full_broker_fails_the_bell_and_nothing_else(broker: str) -> None:
    with redis_client(broker) as client:
        client.config_set("maxmemory", 1)
        try:
            assert not Bell()([7], Stage.READ)
        finally:
            client.config_set("maxmemory", 0)


def test_broker_that_fails_slowly_is_not_asked_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def slow(*_: object, **__: object) -> None:
        asked.append(time.monotonic())
        time.sleep(0.2)
        raise OperationalError("frozen")

    monkeypatch.setattr(application.app, "send_task", slow)
    bell = Bell()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        assert not bell([7], Stage.READ)
        time.sleep(0.001)
    assert 1 < len(asked) <= 3
