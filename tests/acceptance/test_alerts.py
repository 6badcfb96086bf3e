"""The rules of alerts, as Prometheus's own tool reads and tries them."""

import os
import shutil
import subprocess

import pytest

from tests.acceptance.services import CHECKOUT

ALERTS = CHECKOUT / "ops/prometheus/alerts.yml"


def tool(name: str) -> str:
    """A program of Prometheus; a missing one fails the test in CI, and skips it elsewhere."""
    found = shutil.which(name)
    if not found:
        reason = f"no {name}: apt-get install prometheus"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return str(found)


def test_rules_of_alerts_hold_what_they_say() -> None:
    promtool = tool("promtool")
    for asked in (["check", "rules", ALERTS.name], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run([promtool, *asked], cwd=ALERTS.parent, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
