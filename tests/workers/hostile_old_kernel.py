"""The hostile reader in a fork server that takes its kernel for one
without seccomp and Landlock.
"""

from tests.workers.hostile import read
from workers.stages.confinement import limits

__all__ = ["read"]

limits.forbid_calls = lambda *, threads: False
limits.give_up_files = lambda: 0
