"""The ledger: which stage of which document is due, who holds it, how it ended.

The only module that opens a session. The row is the truth and a message only a bell: every step is
one transaction on the database's clock, guarded by the fencing token that `claim` gave out, so a
worker that was too slow, or a message that came twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Engine,
    Integer,
    Over,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.kinds import DocumentState, Outcome, Stage
from schema.tables import Arrival, Document, Finding, StageRun, claim_token
from schema.upkeep import Forgotten
from workers import failpoints
from workers.errors import GivenUp
from workers.failpoints import Point

SWEEP_LOCK = 7_234_002
# How many documents to be read anew one sweep rings for:
# new ones do not wait behind thousands of them.
ANEW_AT_ONCE = 20
# Seconds until a file that could not be given back to its owner is tried again.
RETURN_AGAIN = 60.0
# In seconds: the longest pause before the next attempt, and how far ahead of the clock a time
# that was just set may be.
LONGEST_PAUSE, CLOCK_JITTER = 3600.0, 1.0
# A worker with another FAZHI_LEASE_SECONDS may hold a document for this many of our leases.
LONGEST_LEASES = 4

# How many containers a document lies in, by its shortest way; and the bytes of all that came out of
# the outermost ones. A file may hold itself: ways are followed as far as members are unpacked.
_NESTING = text("""
    WITH RECURSIVE outward(id, depth) AS (
        SELECT CAST(:document AS bigint), 0
        UNION
        SELECT arrival.container_id, outward.depth + 1
        FROM arrival JOIN outward ON arrival.document_id = outward.id
        WHERE arrival.container_id IS NOT NULL AND outward.depth < 9
    ),
    dropped AS (
        SELECT id, depth FROM outward
        WHERE EXISTS (
            SELECT FROM arrival WHERE document_id = outward.id AND container_id IS NULL
        )
    ),
    inward(id) AS (
        SELECT id FROM dropped
        UNION
        SELECT arrival.document_id
        FROM arrival JOIN inward ON arrival.container_id = inward.id
    )
    SELECT (SELECT min(depth) FROM dropped),
           (SELECT sum(size) FROM document WHERE id IN (SELECT id FROM inward))
""")

Save = Callable[[Session], None]
Due = tuple[int, Stage]
SaveBatch = Callable[[Session, "Sequence[Claim]"], None]
# What is counted, how many are done, of how many: for whoever shows how it goes on.
Tell = Callable[[str, int, int], None]
Ring = Callable[[Sequence[int], Stage], object]
T = TypeVar("T")

# What the index of the documents that are due holds.
_OPEN = text("document.state IN ('waiting', 'running')")
# The columns by which it holds them; words, for a parameter would not be known to be the same.
_ANEW: ColumnElement[bool] = literal_column("(document.done_at IS NOT NULL)", Boolean)
_ORDER = ("anew", "due_at", "id")
_STAGE, _WORKER = (
    bindparam("of_stage", type_=StageRun.stage.type),
    bindparam("by_worker", type_=Text),
)
_RUN = ("id", "document_id", "stage", "worker", "attempt")
# What was loaded of these rows is not looked at again.
_UNTRACKED = {"synchronize_session": False}

PENDING = Document.state.in_([DocumentState.WAITING, DocumentState.RUNNING])


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to run one stage of one document; `token` guards what is written under it.

    `anew`: there are results of an earlier run. All stages run in one claim and replace them as a
    whole, so that nobody sees the figures of one run beside the text of another; a run that fails
    leaves them in force.

    `before` is the token of the run whose results the stage starts from; None for the first.
    """

    document_id: int
    stage: Stage
    token: int
    attempt: int
    anew: bool = False
    sha256: str = ""
    before: int | None = None

    @property
    def following(self) -> Stage | None:
        """The stage that is due when this claim ends well."""
        return None if self.anew else self.stage.next


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may do what with a dropped file, so that it comes back no more public than it was."""

    mode: int
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """One file that the watcher took out of the inbox, or a worker out of the file
    `container_id`.

    `folder` is relative to the inbox, "" at its top.
    """

    claim: UUID
    name: str
    folder: str
    sha256: str
    size: int
    modified_at: datetime
    rights: Rights | None = None
    container_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A document that may hold others: where it came from first, how many containers it lies in
    itself at the least, and how many bytes came out of the outermost one so far.
    """

    document_id: int
    sha256: str
    name: str
    folder: str
    modified_at: datetime
    rights: Rights | None
    depth: int
    unpacked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """A drop of a refused document that its owner has not got back yet.

    `tried`: it could not be given back before.
    """

    arrival_id: int
    document_id: int
    folder: str
    name: str
    sha256: str
    reason: str
    rights: Rights | None
    tried: bool


class Ledger:
    """The ledger over one database. Times are seconds."""

    def __init__(
        self,
        engine: Engine,
        *,
        lease: float = 15,
        ring: float = 10,
        attempts: int = 4,
        retry: float = 5,
    ) -> None:
        self.engine = engine
        self.lease, self.ring, self.attempts, self.retry = lease, ring, attempts, retry
        self._takings: dict[tuple[float, ...], Select[Any]] = {}

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or undoes everything."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, and waits as long as whoever takes the rows needs."""
        with self.transaction() as session:
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            session.execute(text("SET TRANSACTION READ ONLY"))
            yield session

    def record(self, drop: Drop, rules_version: str | None = None) -> tuple[int, bool]:
        """Document and arrival in one transaction; the document's id and whether it is due.

        Twice changes nothing. Known content is due again where older rules than these refused it,
        or took it apart.
        """
        with self.transaction() as session:
            row = insert(Document).values(
                sha256=drop.sha256,
                size=drop.size,
                state=DocumentState.WAITING,
                stage=Stage.READ,
                rung_at=_now(),
            )
            fresh = row.on_conflict_do_nothing(index_elements=["sha256"]).returning(Document.id)
            new_id = session.scalar(fresh)
            document_id = (
                new_id or session.scalars(select(Document.id).filter_by(sha256=drop.sha256)).one()
            )
            failpoints.reached(Point.DOCUMENT_ADDED)
            _add_arrivals(session, [_arrival_of(drop, document_id)])
            if new_id is not None or not rules_version:
                return document_id, new_id is not None
            return document_id, bool(_try_again(session, [document_id], rules_version))

    def forgotten(self, contents: Sequence[str]) -> set[str]:
        """Those of these contents that are not to be taken again."""
        asked = select(Forgotten.sha256).where(is_among(Forgotten.sha256, contents))
        with self.transaction() as session:
            return set(session.scalars(asked))

    def container(self, document_id: int) -> Container:
        """What the members of a document are to know of it."""
        arrival = select(Arrival).filter_by(document_id=document_id).order_by(Arrival.id).limit(1)
        with self.transaction() as session:
            first = session.scalars(arrival).one()
            depth, unpacked = session.execute(_NESTING, {"document": document_id}).one()
            return Container(
                document_id=document_id,
                sha256=session.get_one(Document, document_id).sha256,
                name=first.name,
                folder=first.folder,
                modified_at=first.modified_at,
                rights=_rights(first),
                depth=depth or 0,
                unpacked=int(unpacked or 0),
            )

    def unpack(
        self, claim: Claim, members: Sequence[Drop], rules_version: str
    ) -> Sequence[int] | None:
        """The members of a container, each a document and an arrival, with its end in one
        transaction; those that are due: new, or refused by older rules.

        None, with nothing written, when the claim was lost.
        """
        due: list[int] = []

        def save(session: Session, held: Sequence[Claim]) -> None:
            _hide_findings(session, held)
            due.extend(_add_members(session, claim.document_id, members, rules_version))

        values = {
            "state": DocumentState.UNPACKED,
            "stage": None,
            "attempts": 0,
            "rules_version": rules_version,
            "reason": None,
            "retryable": False,
            "done_at": None,
        }
        return due if self._release([claim], Outcome.DONE, values, save=save) else None

    def claim(self, document_id: int, stage: Stage, worker: str) -> Claim | None:
        """Take this document's stage if it is due and free; None otherwise."""
        return next(iter(self._take(stage, worker, only=document_id)), None)

    def claim_due(
        self, stage: Stage, worker: str, *, most: int, room: int, anew: bool = True
    ) -> Sequence[Claim]:
        """Take what is due of a stage, the oldest first, and what is read anew after all others
        (or, without `anew`, not at all): at most so many documents, and none more once they have
        `room` bytes together.

        What was tried before, or is read anew, is taken by itself: a document that stops its worker
        takes no other with it twice.
        """
        # Where there is one attempt, none by itself comes after that in a batch.
        most = most if self.attempts > 1 else 1
        return self._take(stage, worker, most=most, room=room, anew=anew)

    def _take(
        self,
        stage: Stage,
        worker: str,
        *,
        most: int = 1,
        room: int = 0,
        only: int | None = None,
        anew: bool = True,
    ) -> Sequence[Claim]:
        asked = {"of_stage": stage, "by_worker": worker, "most": most, "room": room, "only": only}
        # To put it together takes longer than to ask it.
        how = (only is not None, anew, self.lease, self.retry, self.attempts)
        if how not in self._takings:
            self._takings[how] = self._taking(one=only is not None, anew=anew)
        with self.transaction() as session:
            taken = session.execute(self._takings[how], asked).all()
        return [
            Claim(
                document_id=row.id,
                stage=stage,
                token=row.token,
                attempt=row.attempts,
                anew=row.done_at is not None,
                sha256=row.sha256,
                before=row.before,
            )
            for row in taken
        ]

    def _taking(self, *, one: bool, anew: bool) -> Select[Any]:
        """One statement: the runs of those that fell silent are closed, the documents taken, and
        their runs begun.
        """
        chosen = self._choosing(one=one, anew=anew)
        silent = _closing_lost(StageRun.id == chosen.c.token).cte("silent")
        run = StageRun.__table__.alias("run")
        before = select(func.max(run.c.id)).where(
            run.c.document_id == Document.id, run.c.outcome == Outcome.DONE
        )
        taken = (
            update(Document)
            .where(Document.id == chosen.c.id)
            .values(
                state=DocumentState.RUNNING,
                token=claim_token.next_value(),
                lease_until=_seconds_from_now(self.lease),
                attempts=Document.attempts + 1,
                changed_at=_now(),
            )
            .returning(
                Document.id,
                Document.token,
                Document.attempts,
                Document.done_at,
                Document.sha256,
                chosen.c.place,
                before.scalar_subquery().label("before"),
            )
            .cte("taken")
        )
        runs = select(taken.c.token, taken.c.id, _STAGE, _WORKER, taken.c.attempts)
        begun = insert(StageRun).from_select(_RUN, runs).cte("begun")
        return select(taken).add_cte(silent, begun).order_by(taken.c.place)

    def _choosing(self, *, one: bool, anew: bool) -> CTE:
        which = Document.id == bindparam("only", type_=BigInteger) if one else true()
        which = which if anew else and_(which, ~_ANEW)
        order = (_ANEW, Document.due_at, Document.id)
        due = _lock_available(
            select(*(column.label(name) for column, name in zip(order, _ORDER, strict=True)))
            .add_columns(Document.token, Document.size, (Document.attempts > 0).label("tried"))
            .where(_OPEN, Document.stage == _STAGE, Document.attempts < self.attempts, which)
            .where(self._is_takeable())
            .order_by(*order)
            .limit(bindparam("most", type_=Integer))
        ).cte("due")
        in_order = partial(Over, order_by=[due.c[name] for name in _ORDER])
        ranked = select(
            due,
            in_order(func.row_number()).label("place"),
            (in_order(func.sum(due.c.size)) - due.c.size).label("before"),
            in_order(func.bool_or(or_(due.c.tried, due.c.anew))).label("alone"),
        ).cte("ranked")
        room = bindparam("room", type_=BigInteger)
        fits = and_(~ranked.c.alone, ranked.c.before < room)
        return select(ranked).where(or_(ranked.c.place == 1, fits)).cte("chosen")

    def extend(self, *claims: Claim) -> int:
        """Prolong the leases; how many: not one that was lost, or whose row another has locked."""
        held = _lock_available(select(Document.id).where(_holds_claim(*claims))).cte("held")
        longer = (
            update(Document)
            .where(Document.id == held.c.id)
            .values(lease_until=_seconds_from_now(self.lease))
            .returning(Document.id)
        )
        with self.transaction() as session:
            return len(session.execute(longer, execution_options=_UNTRACKED).all())

    def finish(self, claim: Claim, save: Save, rules_version: str) -> bool:
        """The result and the next stage in one transaction.

        False, with nothing written, when the claim was lost.
        """
        return bool(self.finish_batch([claim], lambda session, _: save(session), rules_version))

    def finish_batch(
        self, claims: Sequence[Claim], save: SaveBatch, rules_version: str
    ) -> Sequence[Claim]:
        """The results of documents of one stage, and what is due of them next, in one transaction.

        Those claims that were not lost: `save` is given these, and nothing of others is written.
        """
        following = claims[0].following
        values = {
            "state": DocumentState.WAITING if following else DocumentState.DONE,
            "stage": following,
            "attempts": 0,
            # Rules may change between two stages: the document is as old as the first of them.
            "rules_version": rules_version
            if claims[0].anew or claims[0].stage in {Stage.READ, Stage.RECOGNISE}
            else func.coalesce(Document.rules_version, rules_version),
            "reason": None,
            "retryable": False,
            "done_at": None if following else _now(),
        }
        return self._release(claims, Outcome.DONE, values, save=save)

    def hand_on(self, claim: Claim, stage: Stage) -> bool:
        """The work is another stage's, where it is due now; earlier results stay in force."""
        values = {
            "state": DocumentState.WAITING,
            "stage": stage,
            "attempts": 0,
            "reason": None,
        }
        return bool(self._release([claim], Outcome.DONE, values))

    def refuse(
        self,
        claim: Claim,
        reason: str,
        rules_version: str,
        *,
        retryable: bool = False,
        also: Save | None = None,
    ) -> bool:
        """The file cannot be read: it goes back to its owner with the reason.

        `retryable`: it may be read once this machine can do more. `also` is done with it.
        """

        def save(session: Session, held: Sequence[Claim]) -> None:
            _hide_findings(session, held)
            if also:
                also(session)

        refused = _refused(reason, rules_version=rules_version, retryable=retryable)
        released = self._release([claim], Outcome.REFUSED, refused, save=save, error=reason)
        return bool(released)

    def fail(self, claim: Claim, reason: str) -> bool:
        """The attempt failed: due again after a doubling pause, given up after the last attempt."""
        if claim.attempt >= self.attempts:
            given_up = _given_up(reason, anew=claim.anew)
            return bool(self._release([claim], Outcome.FAILED, given_up, error=reason))
        values = {
            "state": DocumentState.WAITING,
            "due_at": _seconds_from_now(self._pause_after(claim.attempt)),
            "reason": reason,
            "rung_at": None,
        }
        return bool(self._release([claim], Outcome.FAILED, values, error=reason))

    def hand_back(self, claims: Sequence[Claim], reason: str) -> bool:
        """A service failed, not the files: due again after a pause, and the attempt does not count.

        Those of a batch come again one by one, in case that it was too much for the service.
        """
        alone, again = len(claims) == 1, func.least(Document.attempts, self.attempts - 1)
        values = {
            "state": DocumentState.WAITING,
            "attempts": Document.attempts - 1 if alone else again,
            "due_at": _seconds_from_now(self.retry),
            "reason": reason,
            "rung_at": None,
        }
        return bool(self._release(claims, Outcome.FAILED, values, error=reason))

    def put_back(self, claims: Sequence[Claim]) -> bool:
        """What was taken and not begun is due as before, as if nobody had taken it."""
        values = {
            "state": DocumentState.WAITING,
            "attempts": Document.attempts - 1,
            "due_at": Document.due_at,
        }
        return bool(self._release(claims, None, values))

    def sweep(self, *, new: int = 1000, anew: int = ANEW_AT_ONCE) -> list[Due]:
        """Free documents of silent workers, give up those out of attempts, and return what is due
        and was not rung for recently.

        At most `new` new documents, then at most `anew` that are read anew, those not rung for the
        longest first. Only one sweeper runs at a time; another gets an empty list.
        """
        with self.transaction() as session:
            if not session.scalar(
                text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SWEEP_LOCK}
            ):
                return []
            self._free_silent(session)
            self._give_up_exhausted(session)
            due = session.execute(self._to_ring(new, Document.done_at.is_(None))).all()
            again = self._to_ring(anew, Document.done_at.is_not(None))
            due = [*due, *session.execute(again)]
            rung = (
                update(Document)
                .where(Document.id.in_([row.id for row in due]))
                .values(rung_at=_now())
            )
            session.execute(rung)
            failpoints.reached(Point.SWEEP_FREED)
            return [(row.id, row.stage) for row in due]

    def untried(self, stage: Stage, *, largest: int, limit: int) -> Sequence[str]:
        """The contents of at most so many bytes that are due for this stage for the first time,
        those that came first first.
        """
        due = (
            select(Document.sha256)
            .where(Document.state == DocumentState.WAITING, Document.stage == stage)
            .where(Document.attempts == 0, Document.size <= largest, self._is_due())
            .order_by(Document.due_at, Document.id)
            .limit(limit)
        )
        with self.transaction() as session:
            return session.scalars(due).all()

    def unreturned(
        self, limit: int = 100, *, older_than: float = 0, again: float = RETURN_AGAIN
    ) -> list[Returnable]:
        """Drops of refused documents to be given back, if they have waited `older_than` seconds.

        Those never tried come first; one that could not be given back is tried again after `again`
        seconds.
        """
        refused = (
            select(Arrival, Document.sha256, Document.reason)
            .join(Document, Document.id == Arrival.document_id)
            .where(Arrival.returned_at.is_(None), Document.state == DocumentState.REFUSED)
            .where(
                func.greatest(Arrival.arrived_at, Document.changed_at)
                <= _seconds_from_now(-older_than)
                if older_than
                else true()
            )
            .where(
                or_(
                    Arrival.return_tried_at.is_(None),
                    ~Arrival.return_tried_at.between(
                        _seconds_from_now(-again), _seconds_from_now(CLOCK_JITTER)
                    ),
                )
            )
            .order_by(Arrival.return_tried_at.asc().nulls_first(), Arrival.id)
            .limit(limit)
        )
        with self.transaction() as session:
            return [_returnable(*row) for row in session.execute(refused)]

    def mark_returned(self, arrival_id: int) -> None:
        """The file of this drop lies in `refused/`."""
        with self.transaction() as session:
            session.execute(
                update(Arrival).where(Arrival.id == arrival_id).values(returned_at=_now())
            )

    def set_aside(self, arrival_id: int) -> None:
        """The file of this drop cannot be given back for now: the others come first."""
        with self.transaction() as session:
            session.execute(
                update(Arrival).where(Arrival.id == arrival_id).values(return_tried_at=_now())
            )

    def rerun(self, document_ids: Select[int]) -> int:
        """Make finished documents due again from their first stage; returns how many."""
        with self.transaction() as session:
            return self.rerun_within(session, document_ids)

    def rerun_within(self, session: Session, document_ids: Select[int]) -> int:
        """The same, in a transaction that writes more than this."""
        finished = Document.state.in_(
            [DocumentState.DONE, DocumentState.REFUSED, DocumentState.UNPACKED]
        )
        again = (
            update(Document)
            .where(Document.id.in_(document_ids), finished)
            .values(
                state=DocumentState.WAITING, stage=Stage.READ, attempts=0, due_at=_now(),
                rung_at=None,
                changed_at=_now(),
            )
            .returning(Document.id)
        )  # fmt: skip
        return len(session.execute(again).all())

    def withdraw(self, document_id: int) -> bool:
        """Take a document out of panel, exports and queue; its bytes and history stay.

        False where it is out already.

        A worker at work on it can write nothing any more. It stays out even when its content is
        dropped again.
        """
        with self.transaction() as session:
            inside = (Document.id == document_id, Document.state != DocumentState.WITHDRAWN)
            document = session.scalar(select(Document).where(*inside).with_for_update())
            if document is None:
                return False
            if document.token is not None:
                self._note_lost(session, [document.token])
            free = {"token": None, "lease_until": None, "done_at": None, "changed_at": _now()}
            out = update(Document).where(Document.id == document_id)
            session.execute(out.values(state=DocumentState.WITHDRAWN, stage=None, **free))
            session.execute(
                update(Finding).where(Finding.document_id == document_id).values(present=False)
            )
            return True

    def restore(self, document_id: int) -> bool:
        """Read a withdrawn document anew, as if it had just been dropped.

        False where it is not withdrawn.
        """
        due = {
            "stage": Stage.READ,
            "attempts": 0,
            "due_at": _now(),
            "rung_at": None,
            "changed_at": _now(),
        }
        out = (Document.id == document_id, Document.state == DocumentState.WITHDRAWN)
        with self.transaction() as session:
            back = (
                update(Document)
                .where(*out)
                .values(state=DocumentState.WAITING, **due)
                .returning(Document.id)
            )
            return session.scalar(back) is not None

    def _release(
        self,
        claims: Sequence[Claim],
        outcome: Outcome | None,
        values: Mapping[str, object],
        *,
        save: SaveBatch | None = None,
        error: str | None = None,
    ) -> Sequence[Claim]:
        free: dict[str, object] = {
            "token": None,
            "lease_until": None,
            "changed_at": _now(),
            "rung_at": _now(),
            "due_at": _now(),
        }
        with self.transaction() as session:
            # The guard comes first: it locks the rows, so that no other worker can write too.
            guard = (
                update(Document)
                .where(_holds_claim(*claims))
                .values({**free, **values})
                .returning(Document.id)
            )
            ids = set(session.scalars(guard, execution_options=_UNTRACKED))
            held = [claim for claim in claims if claim.document_id in ids]
            if held and save:
                save(session, held)
                failpoints.reached(Point.STAGE_SAVED)
            mine = is_among(StageRun.id, [one.token for one in held])
            ended = {"ended_at": _now(), "outcome": outcome, "error": error}
            run = update(StageRun).values(ended) if outcome else delete(StageRun)
            if held:
                session.execute(run.where(mine), execution_options=_UNTRACKED)
        return held

    def _note_lost(self, session: Session, tokens: list[int]) -> None:
        """Close the runs whose worker fell silent; their documents' rows are locked already."""
        session.execute(_closing_lost(StageRun.id.in_(tokens)))

    def _free_silent(self, session: Session) -> None:
        silent = session.scalars(_lock_available(select(Document).where(self._is_silent()))).all()
        self._note_lost(
            session, [document.token for document in silent if document.token is not None]
        )
        for document in silent:
            document.state, document.token, document.lease_until = DocumentState.WAITING, None, None
            document.rung_at = None
            if document.attempts >= self.attempts:
                document.reason = f"it stopped its worker {document.attempts} times"

    def _give_up_exhausted(self, session: Session) -> None:
        """Documents out of attempts, also when FAZHI_ATTEMPTS was lowered while they waited."""
        exhausted = (Document.state == DocumentState.WAITING, Document.attempts >= self.attempts)
        for document in session.scalars(_lock_available(select(Document).where(*exhausted))):
            reason = document.reason or f"it was tried {document.attempts} times"
            for name, value in _given_up(reason, anew=document.done_at is not None).items():
                setattr(document, name, value)

    def _to_ring(self, limit: int, which: ColumnElement[bool]) -> Select[int, Stage | None]:
        quiet = or_(
            Document.rung_at.is_(None),
            Document.rung_at < _seconds_from_now(-self.ring),
            Document.rung_at > _seconds_from_now(CLOCK_JITTER),
        )
        due = select(Document.id, Document.stage).where(
            Document.state == DocumentState.WAITING, self._is_due(), quiet, which
        )
        return due.order_by(Document.rung_at.nulls_first(), Document.due_at).limit(limit)

    # A time further ahead than this ledger ever sets was written before the database's clock was
    # set back: it counts as past.

    def _is_due(self) -> ColumnElement[bool]:
        longest = self._pause_after(self.attempts)
        return or_(
            Document.due_at <= _now(), Document.due_at > _seconds_from_now(longest + CLOCK_JITTER)
        )

    def _is_silent(self) -> ColumnElement[bool]:
        over = or_(
            Document.lease_until < _now(),
            Document.lease_until > _seconds_from_now(LONGEST_LEASES * self.lease),
        )
        return and_(Document.state == DocumentState.RUNNING, over)

    def _is_takeable(self) -> ColumnElement[bool]:
        return or_(and_(Document.state == DocumentState.WAITING, self._is_due()), self._is_silent())

    def _pause_after(self, attempt: int) -> float:
        return min(LONGEST_PAUSE, self.retry * float(2 ** min(attempt - 1, 30)))


def _arrival_of(drop: Drop, document_id: int) -> dict[str, object]:
    rights = asdict(drop.rights) if drop.rights else dict.fromkeys(("mode", "uid", "gid"))
    return {
        "document_id": document_id,
        "claim": drop.claim,
        "name": drop.name,
        "folder": drop.folder,
        "size": drop.size,
        "modified_at": drop.modified_at,
        "container_id": drop.container_id,
        **rights,
    }


def _add_arrivals(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Those whose number is there already change nothing."""
    arrivals = insert(Arrival).values(rows)
    session.execute(arrivals.on_conflict_do_nothing(index_elements=["claim"]))


def _add_members(
    session: Session, container_id: int, members: Sequence[Drop], rules_version: str
) -> Iterator[int]:
    """The documents that are due: the new ones, and known ones that are to be tried again."""
    # Always in one order, so that two containers with the same members do not wait for each other.
    contents = sorted({(drop.sha256, drop.size) for drop in members})
    due = {"state": DocumentState.WAITING, "stage": Stage.READ, "rung_at": _now()}
    row = insert(Document).values(
        [{"sha256": sha256, "size": size, **due} for sha256, size in contents]
    )
    fresh = row.on_conflict_do_nothing(index_elements=["sha256"]).returning(Document.id)
    new = session.scalars(fresh).all()
    failpoints.reached(Point.MEMBERS_ADDED)
    named = select(Document.sha256, Document.id)
    ids = dict(session.execute(named.where(Document.sha256.in_(one for one, _ in contents))).all())
    _add_arrivals(session, [_arrival_of(drop, ids[drop.sha256]) for drop in members])
    yield from new
    known = {*ids.values()} - {*new, container_id}
    yield from _try_again(session, sorted(known), rules_version)


def _try_again(session: Session, ids: Sequence[int], rules_version: str) -> Sequence[int]:
    """Those of these documents that older rules refused or took apart: now they are due again."""
    ended = Document.state.in_([DocumentState.REFUSED, DocumentState.UNPACKED])
    older = Document.rules_version.is_distinct_from(rules_version)
    again = (
        update(Document)
        .where(Document.id.in_(ids), ended, older)
        .values(
            state=DocumentState.WAITING, stage=Stage.READ, attempts=0, due_at=_now(),
            rung_at=_now(), changed_at=_now(),
        )
        .returning(Document.id)
    )  # fmt: skip
    return session.scalars(again).all()


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp()


def _seconds_from_now(seconds: float) -> ColumnElement[datetime]:
    return func.clock_timestamp() + timedelta(seconds=seconds)


def _lock_available(rows: Select[T]) -> Select[T]:
    """Lock the rows, skipping those already locked: whoever holds one is deciding about it.

    A document's row is always locked before its runs are touched, so that there are no deadlocks.
    """
    return rows.with_for_update(skip_locked=True)


def _holds_claim(*claims: Claim) -> ColumnElement[bool]:
    """No two claims ever had one token."""
    return and_(
        is_among(Document.id, [claim.document_id for claim in claims]),
        is_among(Document.token, [claim.token for claim in claims]),
    )


def _closing_lost(which: ColumnElement[bool]) -> Update:
    return (
        update(StageRun)
        .where(which, StageRun.outcome.is_(None))
        .values(ended_at=_now(), outcome=Outcome.LOST, error="the worker fell silent")
    )


def _returnable(arrival: Arrival, sha256: str, reason: str | None) -> Returnable:
    return Returnable(
        arrival_id=arrival.id,
        document_id=arrival.document_id,
        folder=arrival.folder,
        name=arrival.name,
        sha256=sha256,
        reason=reason or "",
        rights=_rights(arrival),
        tried=arrival.return_tried_at is not None,
    )


def _rights(arrival: Arrival) -> Rights | None:
    if arrival.mode is None or arrival.uid is None or arrival.gid is None:
        return None
    return Rights(arrival.mode, arrival.uid, arrival.gid)


def _refused(
    reason: str, *, retryable: bool = False, rules_version: str | None = None
) -> Mapping[str, object]:
    values: dict[str, object] = {
        "state": DocumentState.REFUSED,
        "stage": None,
        "reason": reason,
        "retryable": retryable,
        "done_at": None,
    }
    return values | ({"rules_version": rules_version} if rules_version else {})


def _hide_findings(session: Session, claims: Sequence[Claim]) -> None:
    """Hide the findings of refused documents; the rows are kept for their decisions."""
    mine = is_among(Finding.document_id, [claim.document_id for claim in claims])
    session.execute(update(Finding).where(mine).values(present=False))


def _given_up(reason: str, *, anew: bool) -> Mapping[str, object]:
    """Refused; but results of an earlier run stay in force, and their older rules version makes a
    later nightly run read the document anew.

    Its owner reads no error of ours: that stands with the runs of the stage.
    """
    if anew:
        return {"state": DocumentState.DONE, "stage": None, "reason": reason}
    return _refused(GivenUp().notice, retryable=True)
