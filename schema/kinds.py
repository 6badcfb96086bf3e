"""Kinds and states of rows, stored as strings."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a document, in order; only what READ hands on (a scan) passes RECOGNISE."""

    READ = "read"
    RECOGNISE = "recognise"
    CLEAN = "clean"
    SEGMENT = "segment"
    EXTRACT = "extract"
    AUDIT = "audit"

    @property
    def next(self) -> Stage | None:
        """The stage after this one; None after the last."""
        order = list(Stage)
        later = order[order.index(self) + 1 :]
        return next((stage for stage in later if stage is not Stage.RECOGNISE), None)


TEXT_STAGES = tuple(stage for stage in Stage if stage is not Stage.RECOGNISE)
"""The stages of a file that has its text."""


class DocumentState(StrEnum):
    """WAITING and RUNNING have a stage due; the others have none.

    DONE: a report. UNPACKED: its files are documents of their own. WITHDRAWN: by a person.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UNPACKED = "unpacked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How one run of a stage ended; LOST when its worker fell silent."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"


class Chore(StrEnum):
    """What is done for the whole system from time to time."""

    SWEEP = "sweep"
    BACKUP = "backup"


class FindingState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    SETTLED = "settled"


class Action(StrEnum):
    """What a person says of a finding; UNDO takes the decision before it back, MEND is said by
    the machine: the report that came later no longer has it.
    """

    ACCEPT = "accept"
    CORRECT = "correct"
    DISMISS = "dismiss"
    UNDO = "undo"
    MEND = "mend"


class ChangeOf(StrEnum):
    """What a report may say otherwise when it is read anew."""

    REPORT = "report"
    FIGURE = "figure"
    FINDING = "finding"


class NightStep(StrEnum):
    """Where a nightly run stands: GATHER until all is made due, WAIT until that is read, COMPARE
    until its end.
    """

    GATHER = "gather"
    WAIT = "wait"
    COMPARE = "compare"


class Event(StrEnum):
    """What others are told of, where they asked for it."""

    ARRIVED = "arrived"
    REFUSED = "refused"
    FINDING = "finding"
    DECISION = "decision"
    NIGHT = "night"


class Channel(StrEnum):
    """How they are told."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class Role(StrEnum):
    """What an account may do; each role includes those before it."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Whether this role may do all that the other may.

        >>> Role.REVIEWER.includes(Role.READER), Role.REVIEWER.includes(Role.ADMIN)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


class TokenUse(StrEnum):
    """What a token is for: a LINK sets a password once,
    an API token signs the requests of a script.
    """

    LINK = "link"
    API = "api"


class Deed(StrEnum):
    """What the audit log of the desk names."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    SIGNED_OUT = "signed_out"
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of a deed
    ACCOUNT_ADDED = "account_added"
    ROLE_CHANGED = "role_changed"
    ACCOUNT_REMOVED = "account_removed"
    LINK_MADE = "link_made"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of a deed
    TOKENS_ENDED = "tokens_ended"
    ROSTER_IMPORTED = "roster_imported"
    ROSTER_SAVED = "roster_saved"
    ROSTER_REMOVED = "roster_removed"
    UPLOADED = "uploaded"
    RERUN = "rerun"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    TAUGHT = "taught"
    UNTAUGHT = "untaught"
    FORGOTTEN = "forgotten"
    ALLOWED_AGAIN = "allowed_again"
    CORRECTED = "corrected"
    MERGED = "merged"
    CORRECTION_UNDONE = "correction_undone"


class Level(StrEnum):
    """The level of an issuer that must report."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    DEPARTMENT = "department"
