"""The ledger: claims, fencing, leases, attempts, the sweep."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from schema.kinds import TEXT_STAGES, DocumentState, Outcome, Stage
from schema.tables import Arrival, Document, StageRun
from workers.errors import GivenUp
from workers.ledger import ANEW_AT_ONCE, Claim, Drop, Ledger


def drop(sha: str = "a", claim: UUID | None = None) -> Drop:
    moment = datetime(2025, 1, 9, tzinfo=UTC)
    return Drop(
        claim=claim or uuid4(),
        name="报告.txt",
        folder="",
        sha256=sha * 64,
        size=3,
        modified_at=moment,
    )


def new_document(ledger: Ledger, sha: str = "a") -> int:
    return ledger.record(drop(sha))[0]


def taken(ledger: Ledger, document_id: int, stage: Stage = Stage.READ) -> Claim:
    claim = ledger.claim(document_id, stage, "test")
    assert claim
    return claim


def row(ledger: Ledger, document_id: int) -> Document:
    with ledger.transaction() as session:
        return session.get_one(Document, document_id)


def let_time_pass(ledger: Ledger, document_id: int) -> None:
    """Move the row an hour into the past, on the database's own clock."""
    hour = text("interval '1 hour'")
    with ledger.transaction() as session:
        values = {
            name: getattr(Document, name) - hour for name in ("lease_until", "due_at", "rung_at")
        }
        session.execute(update(Document).where(Document.id == document_id).values(values))


def nothing(session: object) -> None:
    """A result with no rows."""


def test_same_content_dropped_again_is_an_arrival_and_nothing_else(ledger: Ledger) -> None:
    first, new = ledger.record(drop())
    again, newer = ledger.record(drop())
    assert (first, new, newer) == (again, True, False)
    with ledger.transaction() as session:
        assert len(session.scalars(select(Arrival)).all()) == 2


def test_claim_recorded_twice_is_one_arrival(ledger: Ledger) -> None:
    same = drop(claim=uuid4())
    assert ledger.record(same)[0] == ledger.record(same)[0]
    with ledger.transaction() as session:
        assert len(session.scalars(select(Arrival)).all()) == 1


def test_document_goes_through_its_stages(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    for stage in TEXT_STAGES:
        assert row(ledger, document_id).stage == stage
        assert ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    done = row(ledger, document_id)
    assert (done.state, done.stage, done.token, done.rules_version) == (
        DocumentState.DONE,
        None,
        None,
        "v1",
    )


def test_scan_is_handed_on_and_goes_on_with_cleaning(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    assert ledger.hand_on(taken(ledger, document_id), Stage.RECOGNISE)
    assert ledger.claim(document_id, Stage.READ, "test") is None
    let_time_pass(ledger, document_id)
    assert ledger.sweep() == [(document_id, Stage.RECOGNISE)]
    assert ledger.finish(taken(ledger, document_id, Stage.RECOGNISE), nothing, "v1")
    assert row(ledger, document_id).stage == Stage.CLEAN


def test_scan_is_not_handed_on_by_a_worker_that_lost_it(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    slow = taken(ledger, document_id)
    let_time_pass(ledger, document_id)
    taken(ledger, document_id)
    assert not ledger.hand_on(slow, Stage.RECOGNISE)
    assert row(ledger, document_id).stage == Stage.READ


def test_scan_read_anew_keeps_its_results_until_it_is_recognised(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    ledger.rerun(select(Document.id))
    assert ledger.hand_on(taken(ledger, document_id), Stage.RECOGNISE)
    assert row(ledger, document_id).done_at
    again = taken(ledger, document_id, Stage.RECOGNISE)
    assert (again.anew, again.attempt) == (True, 1)
    assert ledger.finish(again, nothing, "v2")
    assert row(ledger, document_id).state == DocumentState.DONE


def test_stage_is_claimed_by_one_worker(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    taken(ledger, document_id)
    assert ledger.claim(document_id, Stage.READ, "another") is None


def test_message_that_came_twice_or_too_early_finds_nothing_to_do(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    assert ledger.claim(document_id, Stage.CLEAN, "test") is None
    ledger.finish(taken(ledger, document_id), nothing, "v1")
    assert ledger.claim(document_id, Stage.READ, "test") is None
    assert ledger.claim(999_999, Stage.READ, "test") is None


def test_worker_that_was_paused_past_its_lease_writes_nothing(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    slow = taken(ledger, document_id)
    let_time_pass(ledger, document_id)
    quick = taken(ledger, document_id)
    written: list[str] = []
    assert not ledger.finish(slow, lambda _: written.append("slow"), "v1")
    assert not ledger.extend(slow)
    assert not ledger.fail(slow, "late")
    assert ledger.finish(quick, lambda _: written.append("quick"), "v1")
    assert written == ["quick"]
    with ledger.transaction() as session:
        runs = session.scalars(select(StageRun).order_by(StageRun.id)).all()
        assert [run.outcome for run in runs] == [Outcome.LOST, Outcome.DONE]


def test_result_that_cannot_be_saved_leaves_the_stage_due(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    claim = taken(ledger, document_id)

    def broken(session: object) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        ledger.finish(claim, broken, "v1")
    assert row(ledger, document_id).state == DocumentState.RUNNING
    assert ledger.fail(claim, "no")
    assert row(ledger, document_id).state == DocumentState.WAITING


def test_failed_attempt_waits_before_the_next(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    ledger.fail(taken(ledger, document_id), "stumbled")
    assert ledger.claim(document_id, Stage.READ, "test") is None
    assert ledger.sweep() == []
    let_time_pass(ledger, document_id)
    assert ledger.sweep() == [(document_id, Stage.READ)]
    assert taken(ledger, document_id).attempt == 2


def test_last_failed_attempt_refuses_and_the_error_stands_with_its_runs_alone(
    ledger: Ledger,
) -> None:
    document_id = new_document(ledger)
    for _ in range(3):
        ledger.fail(taken(ledger, document_id), "stumbled over 年")
        let_time_pass(ledger, document_id)
    refused = row(ledger, document_id)
    assert refused.state == DocumentState.REFUSED
    assert refused.reason == GivenUp().notice
    assert refused.retryable
    with ledger.transaction() as session:
        errors = session.scalars(select(StageRun.error)).all()
    assert errors == ["stumbled over 年"] * 3


def test_document_that_kills_its_worker_each_time_is_refused(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    for _ in range(3):
        taken(ledger, document_id)
        let_time_pass(ledger, document_id)
    assert ledger.claim(document_id, Stage.READ, "test") is None
    assert ledger.sweep() == []
    refused = row(ledger, document_id)
    assert (refused.state, refused.retryable) == (DocumentState.REFUSED, True)
    assert refused.reason == GivenUp().notice


def test_failing_service_does_not_count_as_an_attempt(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    for _ in range(5):
        claim = taken(ledger, document_id)
        assert claim.attempt == 1
        ledger.hand_back([claim], "the store is away")
        let_time_pass(ledger, document_id)
    assert row(ledger, document_id).state == DocumentState.WAITING


def test_sweep_rings_for_what_fell_silent_and_not_twice_at_once(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    assert ledger.sweep() == []  # just rung by the watcher
    taken(ledger, document_id)
    let_time_pass(ledger, document_id)
    assert ledger.sweep() == [(document_id, Stage.READ)]
    assert ledger.sweep() == []


def test_second_sweeper_stands_back(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    let_time_pass(ledger, document_id)
    with ledger.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(7234002)"))
        assert ledger.sweep() == []
    assert ledger.sweep() == [(document_id, Stage.READ)]


def test_finished_document_is_read_anew_from_its_first_stage(ledger: Ledger) -> None:
    done, running = new_document(ledger, "a"), new_document(ledger, "b")
    for stage in TEXT_STAGES:
        ledger.finish(taken(ledger, done, stage), nothing, "v1")
    taken(ledger, running)
    assert ledger.rerun(select(Document.id)) == 1
    assert row(ledger, done).stage == Stage.READ
    assert ledger.sweep() == [(done, Stage.READ)]


def test_refused_drop_is_given_back_once(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    ledger.refuse(taken(ledger, document_id), "The file is empty.", "v1")
    ledger.record(drop())
    returns = ledger.unreturned()
    assert [r.reason for r in returns] == ["The file is empty."] * 2
    for returned in returns:
        ledger.mark_returned(returned.arrival_id)
    assert ledger.unreturned() == []


def finished(ledger: Ledger, sha: str = "a") -> int:
    document_id = new_document(ledger, sha)
    for stage in TEXT_STAGES:
        assert ledger.finish(taken(ledger, document_id, stage), nothing, "v1")
    return document_id


def test_lowered_limit_strands_no_document_that_has_more_attempts(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    for _ in range(2):
        ledger.fail(taken(ledger, document_id), "stumbled over 年")
        let_time_pass(ledger, document_id)
    strict = Ledger(ledger.engine, attempts=2)
    assert strict.claim(document_id, Stage.READ, "test") is None
    assert strict.sweep() == []
    refused = row(ledger, document_id)
    assert (refused.state, refused.retryable) == (DocumentState.REFUSED, True)
    assert refused.reason == GivenUp().notice


def test_document_is_read_anew_in_one_claim(ledger: Ledger) -> None:
    document_id = finished(ledger)
    assert not taken(ledger, new_document(ledger, "b")).anew
    ledger.rerun(select(Document.id))
    claim = taken(ledger, document_id)
    assert (claim.anew, claim.following) == (True, None)
    assert row(ledger, document_id).done_at
    assert ledger.finish(claim, nothing, "v2")
    assert (row(ledger, document_id).state, row(ledger, document_id).rules_version) == (
        DocumentState.DONE,
        "v2",
    )


@pytest.mark.parametrize("silent", [True, False])
def test_document_whose_reading_anew_is_given_up_keeps_its_results(
    ledger: Ledger, silent: bool
) -> None:
    document_id = finished(ledger)
    ledger.rerun(select(Document.id))
    for _ in range(3):
        claim = taken(ledger, document_id)
        if not silent:
            ledger.fail(claim, "a new rule stumbles")
        let_time_pass(ledger, document_id)
    ledger.sweep()
    kept = row(ledger, document_id)
    assert (kept.state, kept.rules_version, kept.stage) == (DocumentState.DONE, "v1", None)
    assert kept.reason == ("it stopped its worker 3 times" if silent else "a new rule stumbles")
    assert ledger.unreturned() == []


def test_document_that_is_refused_when_read_anew_is_finished_no_more(ledger: Ledger) -> None:
    document_id = finished(ledger)
    ledger.rerun(select(Document.id))
    assert ledger.refuse(taken(ledger, document_id), "The file is too large.", "v2")
    assert row(ledger, document_id).done_at is None
    ledger.rerun(select(Document.id))
    assert not taken(ledger, document_id).anew


def test_new_document_is_rung_for_before_many_that_are_read_anew(ledger: Ledger) -> None:
    many = """INSERT INTO document (sha256, size, state, stage, done_at, due_at)
        SELECT lpad(number::text, 64, '0'), 1, 'waiting', 'read', now(), now() - interval '1 day'
        FROM generate_series(1, 50) AS number"""
    with ledger.transaction() as session:
        session.execute(text(many))
    new = new_document(ledger)
    let_time_pass(ledger, new)
    due = ledger.sweep()
    assert due[0] == (new, Stage.READ)
    assert len(due) == 1 + ANEW_AT_ONCE
    assert {*ledger.sweep()}.isdisjoint(due)  # the next of them


def set_clock_back(ledger: Ledger, interval: str) -> None:
    """As it looks to Postgres when its machine's clock was set back:
    every time that was written lies ahead.
    """
    names = ("lease_until", "due_at", "rung_at", "changed_at", "created_at")
    values = {name: getattr(Document, name) + text(f"interval '{interval}'") for name in names}
    with ledger.transaction() as session:
        session.execute(update(Document).values(values))
        session.execute(
            update(Arrival).values(arrived_at=Arrival.arrived_at + text(f"interval '{interval}'"))
        )


SET_BACK = ("5 minutes", "1 hour", "400 days")


@pytest.mark.parametrize("interval", SET_BACK)
def test_document_that_waits_is_due_after_the_clock_was_set_back(
    ledger: Ledger, interval: str
) -> None:
    waiting, failed = new_document(ledger, "a"), new_document(ledger, "b")
    ledger.fail(taken(ledger, failed), "stumbled")
    set_clock_back(ledger, interval)
    assert {*ledger.sweep()} == {(waiting, Stage.READ), (failed, Stage.READ)}
    assert taken(ledger, waiting)
    assert taken(ledger, failed).attempt == 2


@pytest.mark.parametrize("interval", SET_BACK)
def test_lease_of_a_dead_worker_ends_after_the_clock_was_set_back(
    ledger: Ledger, interval: str
) -> None:
    held, swept = new_document(ledger, "a"), new_document(ledger, "b")
    dead = taken(ledger, held), taken(ledger, swept)
    set_clock_back(ledger, interval)
    assert taken(ledger, held).attempt == 2  # who hears its bell need not wait for a sweep
    assert ledger.sweep() == [(swept, Stage.READ)]
    assert [ledger.finish(claim, nothing, "v1") for claim in dead] == [False, False]


def test_living_worker_keeps_its_document_when_the_clock_is_set_back_and_it_says_so(
    ledger: Ledger,
) -> None:
    claim = taken(ledger, new_document(ledger))
    set_clock_back(ledger, "1 hour")
    assert ledger.extend(claim)
    assert ledger.sweep() == []
    assert ledger.finish(claim, nothing, "v1")


def test_lease_that_another_setting_made_longer_is_believed(ledger: Ledger) -> None:
    patient = Ledger(ledger.engine, lease=3 * ledger.lease)
    claim = taken(patient, new_document(ledger))
    assert ledger.sweep() == []
    assert patient.finish(claim, nothing, "v1")


@pytest.mark.parametrize("interval", SET_BACK)
def test_refused_file_goes_back_after_the_clock_was_set_back(ledger: Ledger, interval: str) -> None:
    ledger.refuse(taken(ledger, new_document(ledger)), "The file is empty.", "v1")
    set_clock_back(ledger, interval)
    assert [returned.reason for returned in ledger.unreturned()] == ["The file is empty."]


def test_pause_of_a_failed_attempt_is_kept_whatever_it_is(ledger: Ledger) -> None:
    for sha, retry, attempts in (("a", 0.0, 3), ("b", 5.0, 4), ("c", 3600.0, 100)):
        own = Ledger(ledger.engine, retry=retry, attempts=attempts)
        document_id = new_document(ledger, sha)
        own.fail(taken(own, document_id), "stumbled")
        assert (own.claim(document_id, Stage.READ, "test") is None) == (retry > 0)


def test_pause_stops_doubling(ledger: Ledger) -> None:
    patient = Ledger(ledger.engine, attempts=100, retry=5)
    document_id = new_document(ledger)
    with ledger.transaction() as session:
        session.execute(update(Document).values(attempts=98))
    patient.fail(taken(patient, document_id), "stumbled")
    assert row(ledger, document_id).due_at < datetime.now(UTC) + timedelta(hours=2)


def test_every_due_document_is_looked_at_in_turn(ledger: Ledger) -> None:
    """With more of them than one sweep takes, none of them waits until the load has ended."""
    many = """INSERT INTO document (sha256, size, state, stage, due_at, rung_at)
        SELECT lpad(number::text, 64, '0'), 1, 'waiting', 'read',
               now() - interval '1 day' + number * interval '1 second', now() - interval '1 hour'
        FROM generate_series(1, 30) AS number"""
    with ledger.transaction() as session:
        session.execute(text(many))
    impatient = Ledger(ledger.engine, ring=0)
    seen = [document_id for _ in range(3) for document_id, _ in impatient.sweep(new=10)]
    assert len(set(seen)) == 30


def test_only_what_is_due_for_the_first_time_is_untried(ledger: Ledger) -> None:
    first, tried, begun, _ = (new_document(ledger, sha) for sha in "cbad")
    ledger.hand_on(taken(ledger, begun), Stage.RECOGNISE)
    ledger.fail(taken(ledger, tried), "a fault")
    let_time_pass(ledger, tried)
    assert ledger.untried(Stage.READ, largest=3, limit=9) == ["c" * 64, "d" * 64]
    assert ledger.untried(Stage.READ, largest=3, limit=1) == [row(ledger, first).sha256]
    assert ledger.untried(Stage.READ, largest=2, limit=9) == []
