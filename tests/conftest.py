"""A tool that a test needs: missing in CI it is a failure, on a user's machine a skip with the reason."""

import os
import shutil

import pytest


def need_tool(name: str, package: str) -> str:
    """The path of a program, or the end of this test."""
    found = shutil.which(name)
    if found:
        return found
    reason = f"{name} is missing (Debian: apt-get install {package})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
