"""The faults, by name.

Each is inflicted on a running system; one that lasts is lifted after a while.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from tests.chaos import folders, messages, processes, servers
from tests.chaos.field import Field

Fault = Callable[[Field], None]

FAULTS: Mapping[str, Fault] = {
    "worker child killed in mid-stage": processes.kill_child,
    "all worker children killed": processes.kill_pool,
    "whole worker killed": processes.kill_worker,
    "watcher killed": processes.kill_watcher,
    "watcher killed between two steps": processes.kill_watcher_at_a_point,
    "worker killed while it unpacks": processes.kill_worker_at_unpacking,
    "schedule killed": processes.kill_beat,
    "deploy: worker stopped by SIGTERM": processes.deploy_worker,
    "worker children frozen past their lease": processes.freeze_pool,
    "whole worker frozen past its leases": processes.freeze_worker,
    "watcher frozen": processes.freeze_watcher,
    "worker hung for ever": processes.hang_worker,
    "worker children hung for ever": processes.hang_pool,
    "watcher hung for ever": processes.hang_watcher,
    "schedule hung for ever": processes.hang_beat,
    "two watchers, workers and schedules": processes.double_all,
    "clock set back by an hour": processes.set_clock_back,
    "clock set forward by an hour": processes.set_clock_forward,
    "clock of Postgres set back by an hour": servers.set_its_clock_back,
    "clock of Postgres set forward by an hour": servers.set_its_clock_forward,
    "lock and pid files deleted": servers.delete_locks_and_pids,
    "sockets deleted": servers.delete_sockets,
    "stopped and started again": processes.restart,
    "everything killed and started again": processes.kill_everything,
    "poison document": processes.drop_poison,
    "unreadable files": processes.drop_unreadable,
    "Redis killed": servers.kill_redis,
    "Redis killed and started empty": servers.empty_redis,
    "Redis flushed": messages.flush,
    "Redis down": servers.keep_redis_down,
    "Redis paused": servers.pause_redis,
    "Redis full": servers.fill_redis,
    "Redis from an old snapshot": messages.restore_old,
    "Redis with a wrong eviction policy": servers.spoil_policy,
    "messages taken and lost": messages.lose,
    "every message twice": messages.double,
    "messages shuffled": messages.shuffle,
    "foreign messages": messages.send_foreign,
    "keys of other types": messages.spoil_keys,
    "rubbish in the queues": messages.fill_with_rubbish,
    "bells lost under load": messages.lose_under_load,
    "Postgres stopped at once": servers.stop_postgres,
    "Postgres killed": servers.kill_postgres,
    "Postgres killed, its pid another's": servers.leave_stale_pid,
    "Postgres refuses connections": servers.refuse_connections,
    "connections cut in mid-transaction": servers.cut_connections,
    "disk of the store full": folders.fill_disk,
    "disk of Postgres and Redis full": folders.fill_var,
    "inbox not writable": folders.lock_inbox,
    "inbox replaced by another folder": folders.replace_inbox,
    "links and pipes dropped": folders.drop_links,
    "folder swapped for a link while it is taken": folders.swap_folder,
    "files swapped for links and pipes": folders.swap_file,
}


def schedule(count: int, chance: Random, names: tuple[str, ...] = tuple(FAULTS)) -> list[str]:
    """`count` faults in random order; each kind once before any comes again."""
    drawn: list[str] = []
    while len(drawn) < count:
        drawn += chance.sample(names, len(names))
    return drawn[:count]
