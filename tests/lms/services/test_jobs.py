"""Long work: done unit by unit, told when it fails, cancelled, resumed, and found again when a worker dies."""

from datetime import datetime, timedelta

import pytest

from assessments.words import Message
from lms.extensions import db
from lms.services import jobs
from lms.services.errors import Absent
from lms.tables.jobs import JobItemRow, JobRow
from tests import world
from tests.conftest import BOTH

NOW = world.DAY
DONE: list[str] = []
BROKEN: set[str] = set()


def do_unit(thing_id: int, key: str, now: datetime) -> None:
    """The unit of work of these tests."""
    if key in BROKEN:
        raise RuntimeError(f"the printer is out of paper for {key} of {thing_id}")
    DONE.append(key)


@pytest.fixture(autouse=True)
def a_kind(monkeypatch):
    """A kind of work that these tests can watch."""
    DONE.clear()
    BROKEN.clear()
    monkeypatch.setitem(jobs.KINDS, "watched", (Message("Watched work"), f"{__name__}:do_unit"))


@pytest.fixture
def job(app, actor) -> JobRow:
    row = jobs.add_job(actor("council"), "watched", 7, ["a", "b", "c"], now=NOW)
    db.session.commit()
    return row


def run(job: JobRow, at: datetime = NOW) -> str:
    jobs.run_job(job.id, lambda: at)
    db.session.expire_all()
    return db.session.get_one(JobRow, job.id).state


def states(job: JobRow) -> dict[str, str]:
    return {item.key: item.state for item in db.session.query(JobItemRow).filter_by(job_id=job.id)}


@BOTH
def test_every_unit_is_done_once_however_often_the_job_is_run(job) -> None:
    assert [run(job), run(job)] == ["done", "done"]
    assert DONE == ["a", "b", "c"]


@BOTH
def test_a_unit_that_fails_is_told_and_the_others_are_done(job) -> None:
    BROKEN.add("b")
    assert run(job) == "failed"
    assert states(job) == {"a": "done", "b": "failed", "c": "done"}
    assert "out of paper for b of 7" in db.session.query(JobItemRow).filter_by(key="b").one().error


@BOTH
def test_resuming_does_only_what_is_not_done(job, actor) -> None:
    BROKEN.add("b")
    run(job)
    BROKEN.clear()
    jobs.resume_job(actor("council"), job.id)
    assert run(job) == "done"
    assert DONE == ["a", "c", "b"]


def test_a_cancelled_job_does_nothing_more(job, actor) -> None:
    jobs.cancel_job(actor("council"), job.id, now=NOW)
    assert run(job) == "cancelled"
    assert DONE == []


def test_a_job_whose_worker_died_is_found_and_goes_on(job) -> None:
    job.state, job.beat_at = "running", NOW
    job.items[0].state = "done"
    db.session.commit()
    assert list(jobs.list_due(NOW + timedelta(minutes=1))) == []
    assert list(jobs.list_due(NOW + timedelta(minutes=5))) == [job.id]
    assert run(job, NOW + timedelta(minutes=5)) == "done"
    assert DONE == ["b", "c"]


def test_a_job_that_somebody_does_is_not_taken_twice(job) -> None:
    job.state, job.beat_at = "running", NOW
    db.session.commit()
    assert run(job, NOW + timedelta(seconds=30)) == "running"
    assert DONE == []


def test_a_job_is_shown_only_to_who_asked_for_it(job, actor, signed_in) -> None:
    with pytest.raises(Absent):
        jobs.get_job(actor("agency"), job.id)
    page = signed_in("council").get(f"/jobs/{job.id}").text
    assert "0 of 3 done" in page
    assert 'data-refresh="2"' in page
    assert signed_in("council2").post(f"/jobs/{job.id}/cancel").status_code == 404
