"""The core stands alone: importing it brings no queue, no database, no settings."""

import subprocess
import sys


def test_core_is_imported_without_services() -> None:
    script = (
        "import sys; import workers.report.pipeline, workers.report.contract, workers.report.chinese.words;"
        "banned = {'celery', 'kombu', 'sqlalchemy', 'redis', 'psycopg', 'watchdog', 'alembic', 'workers.settings',"
        " 'workers.ledger', 'workers.store', 'schema.tables'};"
        "print(sorted(banned & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
