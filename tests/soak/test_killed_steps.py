"""A process that is killed in the middle of a step of an assessment leaves nothing of it, and it can be done again."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random

from flask import Flask
from sqlalchemy import event, select

from lms.extensions import close_connections, db
from lms.services import approval, assessors, drawing, jobs, rulings
from lms.tables.assessing import AssessmentRow, AssessmentState
from lms.tables.jobs import JobItemRow, JobRow, JobState
from lms.tables.marking import ResultRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services import ruling_steps
from tests.soak.forms import SEED, forms

Act = Callable[[], object]
PATIENCE = 60
AT_COMMIT = 0


def kept() -> dict[str, list[str]]:
    """Every row of every table."""
    tables = {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in db.metadata.sorted_tables}
    db.session.remove()
    return tables


def killed(site: Flask, act: Act, moment: int | None) -> tuple[int, int]:
    """Do it in a process of its own, and kill that at its so-manieth statement, when it commits, or (None) at its end.

    Returns how many statements and commits it had done.
    """
    db.session.remove()
    close_connections()
    here, there = get_context("fork").Pipe(duplex=False)
    child = get_context("fork").Process(target=_act_and_die, args=(site, act, moment, there))
    child.start()
    child.join(PATIENCE)
    assert child.exitcode == -signal.SIGKILL, f"it ended by itself, with {child.exitcode}"
    statements, commits = here.recv()
    return statements, commits


def _act_and_die(site: Flask, act: Act, moment: int | None, there: Connection) -> None:
    done = {"statements": 0, "commits": 0}

    def die() -> None:
        there.send((done["statements"], done["commits"]))
        os.kill(os.getpid(), signal.SIGKILL)

    def give(*_: object) -> None:
        done["statements"] += 1
        if done["statements"] == moment:
            die()

    def commit(*_: object) -> None:
        done["commits"] += 1
        if moment == AT_COMMIT:
            db.session.flush()
            die()

    with site.app_context():
        event.listen(db.engine, "before_cursor_execute", give)
        event.listen(db.session, "before_commit", commit)
        act()
        die()


def road(actor: steps.ActorOf, row: int) -> list[tuple[str, Act]]:
    """The steps from the draw to the release, each by whose it is."""

    def sat() -> None:
        assessors.name_assessors(actor("agency"), row, [steps.person("assessor")], now=steps.NOW)
        steps.done(actor, db.session.get_one(AssessmentRow, row))

    return [
        ("draw", lambda: drawing.draw(actor("agency"), row, now=steps.NOW)),
        ("", sat),
        ("submit", lambda: approval.submit(actor("assessor"), row, now=steps.AFTER)),
        ("verify", lambda: approval.verify(actor("agency"), row, now=steps.AFTER)),
        ("approve", lambda: approval.approve(actor("council"), row, now=steps.AFTER)),
        ("release", lambda: approval.release(actor("council"), row, now=steps.AFTER)),
    ]


@BOTH
@forms(2, 40)
def test_a_step_that_is_killed_is_not_there_at_all_and_one_that_was_committed_is_there_once(
    app: Flask, actor: steps.ActorOf, times: int, record_property: Callable[[str, object], None]
) -> None:
    chance, kills = Random(SEED), 0
    row = steps.accepted(actor).id
    for name, act in road(actor, row):
        if not name:
            act()
            continue
        before = kept()
        statements, _ = killed(app, act, AT_COMMIT)
        assert kept() == before, name
        moments = chance.sample(range(1, statements + 1), min(times, statements))
        for moment in moments:
            killed(app, act, moment)
            assert kept() == before, (name, moment)
        _, commits = killed(app, act, None)
        assert commits == 1, name
        after = kept()
        assert after != before, name
        act()
        assert kept() == after, name
        kills += len(moments) + 2
    record_property("seen", f"{kills} kills")
    assert db.session.get_one(AssessmentRow, row).state == AssessmentState.RELEASED


@BOTH
@forms(2, 40)
def test_a_worker_that_is_killed_again_and_again_corrects_each_result_once(
    app: Flask, actor: steps.ActorOf, times: int
) -> None:
    chance = Random(SEED)
    row = ruling_steps.released(actor)
    item = ruling_steps.item_of(row.candidates[0])
    corrected = {one.id: 1 + (item.code in ruling_steps.paper(one).items) for one in row.candidates}
    proposed = ruling_steps.propose(actor("council"), item)
    job = rulings.confirm(ruling_steps.second(), proposed.id, seen=proposed.preview_sha256, now=ruling_steps.NOW)
    moment = ruling_steps.NOW

    def work() -> None:
        jobs.run_job(job, lambda: moment)

    for statement in chance.sample(range(1, 20 + times), times):
        killed(app, work, statement)
        moment += 2 * jobs.STALE
    work()
    assert db.session.get_one(JobRow, job).state == JobState.DONE
    assert {item.state for item in db.session.query(JobItemRow).filter_by(job_id=job)} == {JobState.DONE}
    assert corrected == {one: db.session.query(ResultRow).filter_by(candidate_id=one).count() for one in corrected}
    assert sum(corrected.values()) > len(corrected) + 1
