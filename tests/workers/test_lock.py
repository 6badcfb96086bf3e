"""What `make run` installs is enough: the test environment has more,
and must not hide what is missing.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

# SQLAlchemy imports it where something else brought it (here: the driver of the browser),
# and does without it.
OPTIONAL = {"greenlet"}

SCRIPT = """
import json, sys
from importlib.metadata import packages_distributions
import workers.cli, workers.stages.tasks, workers.host.processes, workers.host.supervisor
import workers.commands.terminal, review.serving
import kombu.transport.redis, flower.command
import celery.apps.worker, celery.apps.beat, celery.concurrency.prefork
owners = packages_distributions()
tops = {module.split(".")[0] for module in list(sys.modules)}
print(json.dumps(sorted({name for top in tops for name in owners.get(top, [])})))
"""


def test_everything_that_is_imported_is_in_the_lock_of_the_product() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=ROOT
    )
    used = {re.sub(r"[-_.]+", "-", name).lower() for name in json.loads(done.stdout)}
    locked = set(
        re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    )
    assert {"celery", "kombu", "packaging"} <= used
    assert used - locked - OPTIONAL - {"fazhi", "pip"} == set()
