"""`python -m bench.desk`: the server's time for every page of the desk over
100,000 generated reports.

The rows are written straight into an embedded Postgres (`desk_rows.sql`), in a home that is kept
for the next run; the desk is the real process; each page is asked for over loopback, as a signed-in
reviewer or admin does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests
from sqlalchemy import text

from schema.kinds import Role
from tests.desk.people import Client, cookie_name, make_cookie, make_person
from tests.superuser import rule_alone
from workers.database import connect, migrate
from workers.embedded import Servers, running_servers
from workers.ledger import Ledger

ROWS = Path(__file__).with_name("desk_rows.sql")
PORT = 8693
BASE = f"http://127.0.0.1:{PORT}"
AIM = 200  # milliseconds, for 95 of 100 requests


def fill(url: str, reports: int) -> None:
    """The generated rows, where the database has none yet."""
    engine = connect(url)
    migrate(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(text("SELECT count(*) FROM document")):
            return
        cursor = connection.connection.cursor()
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("BEGIN")
        for statement in (
            ROWS.read_text(encoding="utf-8")
            .format(reports=reports, issuers=reports // 5)
            .split(";\n")
        ):
            begun = time.monotonic()
            cursor.execute(statement)
            print(
                f"{time.monotonic() - begun:6.1f} s  {' '.join(statement.split())[-60:]}",
                file=sys.stderr,
            )
        cursor.execute("COMMIT")
        cursor.execute("VACUUM ANALYZE")
    engine.dispose()


@contextmanager
def running_desk(home: Path, servers: Servers) -> Iterator[None]:
    """The desk as its own process, until it answers; its log beside the home."""
    env = os.environ | {
        "FAZHI_HOME": str(home),
        "FAZHI_DATABASE_URL": servers.database_url,
        "FAZHI_BROKER_URL": servers.broker_url,
        "FAZHI_DESK_PORT": str(PORT),
    }
    with (home / "desk.log").open("wb") as log:
        desk = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "desk"], env=env, stdout=log, stderr=log
        )
        try:
            while desk.poll() is None:
                with suppress(requests.ConnectionError):
                    requests.get(f"{BASE}/login", timeout=5)
                    break
                time.sleep(0.1)
            yield
        finally:
            desk.terminate()
            desk.wait(30)


def pages(ledger: Ledger) -> dict[str, str]:
    """Every page and what people do on it: name → path."""
    with ledger.transaction() as session:
        document, figure = session.execute(
            text("SELECT document_id, key FROM metric ORDER BY id DESC LIMIT 1")
        ).one()
        finding = session.scalar(
            text("SELECT id FROM finding WHERE state = 'open' AND document_id IS NOT NULL LIMIT 1")
        )
        old = session.scalar(text("SELECT max(id) / 2 FROM arrival"))
    place = "province=样本7省"
    return {
        "intake": "/intake",
        "intake, live part": "/intake/live",
        "intake, half-way": f"/intake?before={old}",
        "intake, refused": "/intake?show=refused",
        "intake, searched": "/intake?words=样本777镇",
        "intake, searched, none": "/intake?words=无此",
        "review": "/review",
        "review, one kind": "/review?kind=rate_impossible",
        "review, one issuer": "/review?issuer=样本777镇人民政府",
        "review, searched": "/review?words=样本777镇",
        "review, settled": "/review?state=settled",
        "review, item": f"/review/{finding}",
        "reports": "/reports",
        "reports, searched": "/reports?words=样本777镇",
        "report": f"/reports/{document}",
        "report, a figure": f"/reports/{document}?figure={figure}",
        "numbers": "/numbers",
        "numbers, indicator": "/numbers?indicator=disputes.resolved",
        "numbers, largest": "/numbers?indicator=disputes.resolved&order=largest",
        "numbers, province": f"/numbers?{place}",
        "numbers, province and year": f"/numbers?{place}&year=2023",
        "numbers, largest of province": (
            f"/numbers?{place}&indicator=leadership.meetings&order=largest"
        ),
        "numbers, searched": "/numbers?words=样本777镇",
        "numbers, values": "/numbers?indicator=leadership.meetings&year=2023&least=100&most=120",
        "indicators": "/numbers/indicators",
        "indicator": "/numbers/indicators/leadership.meetings",
        "indicator, an issuer": "/numbers/indicators/leadership.meetings?issuer=777&year=2023",
        "indicator, province": f"/numbers/indicators/leadership.meetings?{place}",
        "issuer": "/numbers/issuers/777",
        "coverage": "/numbers/coverage",
        "coverage, province": f"/numbers/coverage?{place}",
        "overdue": "/numbers/overdue",
        "findings by kind": "/numbers/findings",
        "operations": "/operations",
        "operations, live part": "/operations/stages/live",
        "audit log": "/operations/audit",
    }


def measure(client: Client, path: str, rounds: int) -> tuple[int, list[float]]:
    """The status, and the milliseconds of each request but the first, which finds nothing warm."""
    taken = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        answer = client.get(path)
        taken.append(1000 * (time.perf_counter() - begun))
    return answer.status_code, sorted(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument(
        "--home", type=Path, default=Path("var/bench-desk"), help="kept for the next run"
    )
    chosen = parser.parse_args()
    home = (chosen.home / str(chosen.reports)).resolve()
    home.mkdir(parents=True, exist_ok=True)
    rule_alone(home / "var", "GRANT SET ON PARAMETER session_replication_role TO fazhi")
    with running_servers(home / "var") as servers:
        fill(servers.database_url, chosen.reports)
        ledger = Ledger(connect(servers.database_url))
        with running_desk(home, servers):
            client = Client(BASE)
            client.http.cookies.set(
                cookie_name(BASE), make_cookie(ledger, make_person(ledger, Role.ADMIN))
            )
            print(f"{'page':32}{'status':>7}{'p50 ms':>8}{'p95 ms':>8}")
            for name, path in pages(ledger).items():
                status, taken = measure(client, path, chosen.rounds)
                p50, p95 = statistics.median(taken), taken[int(len(taken) * 0.95)]
                print(
                    f"{name:32}{status:>7}{p50:>8.0f}{p95:>8.0f}{'' if p95 <= AIM else '  SLOW'}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
