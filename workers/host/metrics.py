"""The ledger's figures in the form that Prometheus reads, made when it asks."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Chore, DocumentState, Stage
from schema.tables import NightlyRun
from schema.upkeep import Process
from workers.desk.alarms import TroubleKind, Troubles
from workers.desk.counts import (
    count_ended,
    count_findings,
    count_late_arrivals,
    count_tried_again,
    count_unfinished,
    list_refusals,
)
from workers.desk.operations import list_stages
from workers.desk.status import look_into_inbox, oldest_due
from workers.errors import UnusableFile
from workers.ledger import Ledger
from workers.results.chores import last_ends
from workers.settings import Settings
from workers.stages.app import count_bells

Labelled = Iterable[tuple[str | tuple[str, ...], float | None]]


def tell_troubles(troubles: Troubles) -> Iterator[Metric]:
    """1 for each kind of trouble that there is, 0 for the others."""
    yield gauge("build_info", "The version that runs.", "version", [(version("fazhi"), 1)])
    kinds = [(str(kind), float(kind in troubles)) for kind in TroubleKind]
    yield gauge("trouble", "What is wrong now, as fazhi status names it.", "kind", kinds)


def tell_ledger(ledger: Ledger, chosen: Settings) -> Iterator[Metric]:
    """What the database, the broker and the folders say; what does not answer is left out."""
    with ledger.transaction() as session:
        yield from _documents(session)
        yield from _findings(session)
        yield from _services(session)
        yield from _chores(session)
        yield from _nights(session)
    yield from _stages(ledger)
    bells = count_bells().items()
    yield gauge("queue_messages", "Bells that wait in the queue.", "queue", bells)
    yield from _places(chosen)


def _documents(session: Session) -> Iterator[Metric]:
    unfinished = count_unfinished(session)
    states = Counter(count_ended(session))
    for (_, state), count in unfinished.items():
        states[state] += count
    by_state = [(state, states[state]) for state in DocumentState]
    yield gauge("documents", "Documents by state.", "state", by_state)
    for state, name in ((DocumentState.WAITING, "due"), (DocumentState.RUNNING, "running")):
        by_stage = [(stage, unfinished.get((stage, state), 0)) for stage in Stage]
        yield gauge(f"documents_{name}", f"Documents {name}, by stage.", "stage", by_stage)
    oldest = oldest_due(session)
    waited = oldest.seconds if oldest else 0
    yield one("oldest_due_seconds", "Since when the oldest is due.", waited)
    again = count_tried_again(session)
    yield one("documents_tried_again", "Documents that wait for another attempt.", again)
    late = count_late_arrivals(session)
    yield one("arrivals_hour", "Files that were dropped in the last hour, 5,000 at most.", late)
    reasons = Counter(map(reason_of, list_refusals(session)))
    yield gauge("refused", "Refused documents by reason.", "reason", reasons.items())


def _findings(session: Session) -> Iterator[Metric]:
    counted = [
        ((kind, "settled" if settled else "open"), count)
        for (kind, settled), count in count_findings(session).items()
    ]
    yield gauge("findings", "Findings by kind and state.", ("kind", "state"), counted)


def _services(session: Session) -> Iterator[Metric]:
    seen = session.execute(select(Process.name, Process.seen_at))
    yield gauge(
        "service_seen_timestamp_seconds",
        "When a process last said that it is at work.",
        "name",
        [(name, at.timestamp()) for name, at in seen],
    )


def _chores(session: Session) -> Iterator[Metric]:
    ends = last_ends(session)
    for chore, end in ends.items():
        yield one(f"{chore}_timestamp_seconds", "When it last ended.", end.ended_at.timestamp())
        yield one(f"{chore}_seconds", "How long it took.", end.seconds)
    swept = CounterMetricFamily("fazhi_sweep_rung", "Documents that the sweep rang for again.")
    swept.add_metric([], ends[Chore.SWEEP].documents if Chore.SWEEP in ends else 0)
    yield swept


def _nights(session: Session) -> Iterator[Metric]:
    night = session.scalar(select(NightlyRun).order_by(NightlyRun.id.desc()).limit(1))
    begun, ended = (night.started_at, night.ended_at) if night else (None, None)
    yield one("nightly_started_timestamp_seconds", "When the last began.", _second(begun))
    yield one("nightly_timestamp_seconds", "When the last ended.", _second(ended))
    took = (ended - begun).total_seconds() if begun and ended else None
    yield one("nightly_seconds", "How long the last took.", took)
    wrong = ((night.summary or {}).get("verify") or {}).get("wrong") if night else None
    yield one("nightly_wrong", "What the last one found wrong.", wrong)


def _stages(ledger: Ledger) -> Iterator[Metric]:
    lines = list_stages(ledger)
    quantiles = [((line.stage, "0.5"), line.median) for line in lines]
    quantiles += [((line.stage, "0.95"), line.p95) for line in lines]
    told = "Seconds of a stage, of its latest runs."
    yield gauge("stage_seconds", told, ("stage", "quantile"), quantiles)
    for name, told in (
        ("runs", "Runs of a stage, the latest of a day."),
        ("failed", "Those of them that ended badly."),
        ("per_hour", "How many end well in an hour."),
    ):
        values = [(line.stage, getattr(line, name)) for line in lines]
        yield gauge(f"stage_{name}", told, "stage", values)


def _places(chosen: Settings) -> Iterator[Metric]:
    """Of the folders that are here."""
    places = {"inbox": chosen.inbox_dir, "store": chosen.store_dir, "var": chosen.var}
    disks = {name: shutil.disk_usage(path) for name, path in places.items() if path.exists()}
    free = [(name, disk.free) for name, disk in disks.items()]
    yield gauge("disk_free_bytes", "Room on the disk of the folder.", "place", free)
    sizes = [(name, disk.total) for name, disk in disks.items()]
    yield gauge("disk_size_bytes", "All of it.", "place", sizes)
    inbox = look_into_inbox(chosen)
    files = {
        "waiting": inbox.inbox,
        "left_alone": len(inbox.left_alone),
        "claimed": inbox.claimed,
        "laid_by": inbox.laid_by,
    }
    yield gauge("inbox_files", "Files in the inbox.", "state", files.items())


def gauge(name: str, told: str, labels: str | tuple[str, ...], values: Labelled) -> Metric:
    """A family of this name; a value that is not known is left out."""
    names = (labels,) if isinstance(labels, str) else labels
    family = GaugeMetricFamily(f"fazhi_{name}", told, labels=names)
    for label, value in values:
        if value is not None:
            family.add_metric((label,) if isinstance(label, str) else label, float(value))
    return family


def one(name: str, told: str, value: float | None) -> Metric:
    return gauge(name, told, (), [((), value)])


def _second(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def reason_of(reason: str) -> str:
    """What kind of refusal it is, by the sentence with which it begins.

    >>> reason_of("文件是空的（0 字节）：请从原处重新复制，再放入一次。"), reason_of("?")
    ('empty_file', 'other')
    """
    return next((name for zh, name in _sentences().items() if reason.startswith(zh)), "other")


@cache
def _sentences() -> Mapping[str, str]:
    """Sentence → name, the longest first, for one may begin another."""
    kinds, found = [UnusableFile], {}
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found[kind.zh] = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))
