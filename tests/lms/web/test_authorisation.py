"""Who may open what: every route of the site × every role × own and other organisations, from the URL map."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from lms.extensions import close_connections, db
from lms.permissions import PUBLIC, ROLES, Permission
from lms.services import (
    appeals,
    approval,
    assessors,
    coursework,
    declarations,
    drawing,
    feedback,
    reassessment,
    scheduling,
)
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow, PracticalSheetRow
from lms.tables.attempts import AttemptRow
from lms.tables.certification import CertificateRow
from lms.tables.content import ItemVersionRow, LessonVersionRow, PackVersionRow, SchemeVersionRow
from lms.tables.coursework import CourseworkEntryRow, FeedbackRecipientRow
from lms.tables.jobs import JobRow
from lms.tables.paper import PaperPrintRow
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.roles import RoleVersionRow
from lms.tables.training import PracticeAnswerRow, RosterUploadRow, TraineeRow
from tests import mocks
from tests.conftest import actor_of, site_on
from tests.lms.services import assessing_steps as steps
from tests.lms.services.ruling_steps import item_of, propose
from tests.lms.web.addresses import address, mark_of, rules
from tests.states import begin_anew, go_on_from

GOLDEN = Path(__file__).parents[2] / "goldens" / "authorisation.txt"
STRANGERS = ("council2", "agency2", "assessor2", "centre2", "trainer2", "trainee2")
OWN = ("admin", "council", "agency", "assessor", "centre", "trainer", "trainee", "trainee-b")
OPEN_TO_ALL = {
    "accounts.save_preferences",
    "accounts.sign_in",
    "accounts.visit",
    "certification.check",
    "certification.find",
    "door.show",
    "door.sign_in",
    "exam.show_worker",
    "home.health",
    "home.show_emblem",
    "install.download",
    "install.show",
    "learning.show_worker",
    "skills.check_record",
}
# Published for everybody who may read packs, or taught to every batch of the pack: nobody is a stranger to these.
SHARED = {
    "coverage.download",
    "coverage.download_print",
    "coverage.print_matrix",
    "coverage.show",
    "curriculum.show_changes",
    "curriculum.show_pack",
    "curriculum.show_scheme",
    "learning.download_handbook",
    "learning.mark_read",
    "learning.practise",
    "learning.show_criterion",
    "learning.request_handbook",
    "learning.show_handbook",
    "learning.show_lesson",
    "learning.show_practice",
    "mock.show_start",
    "mock.start",
    "roles.declare",
    "roles.download_own",
    "roles.print_own",
    "roles.show_own",
    "roles.show_role",
    "skills.list_people",
    "skills.rate",
    "skills.show",
}
AFTER = steps.AFTER + timedelta(days=1)
# On every page: the form's token, and the address that was asked for.
VARYING = re.compile(r'name="(csrf_token|back)" value="[^"]*"')


# What stands in addresses and is no number of a thing.
WORDS = {
    "unit": "asc-n1105",
    "criterion": "PC1",
    "scope": "asc-n1105",
    "section": 1,
    "digest": "0" * 64,
    "number": 1,
    "day": "2026-10-01",
    "line": "Q1",
    "skill": "SSUP",
}


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, object]]:
    """A database with one of everything, and the arguments of every address."""
    path = begin_anew(sqlite_template, tmp_path_factory.mktemp("things") / "yogyata.db")
    with site_on(path.parent, f"sqlite:///{path}").app_context():
        ids = _fill(actor_of)
        db.session.remove()
        close_connections()
    return path, ids


@pytest.fixture
def things(app: Flask, filled: tuple[Path, Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    """One of everything, all of it of the first council, agency and centre: the arguments of every address."""
    template, ids = filled
    go_on_from(template)
    with time_machine.travel(AFTER, tick=False):
        yield ids


def _fill(actor: steps.ActorOf) -> Mapping[str, object]:
    row = _released(actor)
    entries = {entry.trainee.person.login: entry for entry in row.candidates}
    passed = entries["trainee"]
    made = _after_the_release(actor, passed, entries["trainee-b"]) | _of_learning(actor, row, passed)
    first = made | _of_the_assessment(row, passed) | _of_the_world()
    ids: dict[str, object] = {name: thing.id for name, thing in first.items()}
    ids |= WORDS | {"code": db.session.query(CertificateRow).first().code, "holder_id": steps.person("trainee")}
    assert db.session.query(CandidateRow).count() == len(entries)
    return ids


def _after_the_release(actor, passed: CandidateRow, failed: CandidateRow) -> dict[str, Any]:
    """What is asked for and said after the results are out."""
    exam_item = item_of(passed)
    return {
        "request_id": reassessment.ask(actor("trainee-b"), failed.id, reason="", now=AFTER),
        "appeal_id": appeals.ask(actor("trainee"), passed.id, reason="Please look again.", refs=(), now=AFTER),
        "item_version_id": exam_item,
        "ruling_id": propose(actor("council"), exam_item),
        "declaration_id": _declared(actor),
    }


def _of_learning(actor, row: AssessmentRow, passed: CandidateRow) -> dict[str, Any]:
    """A roster, an answer of practice, a mock exam, a printed booklet, an assignment and a message."""
    upload = _upload(row.batch_id)
    item = db.session.query(ItemVersionRow).filter_by(use="practice").first()
    answer = PracticeAnswerRow(
        person_id=steps.person("trainee"), item_version_id=item.id, choice="A", is_right=False, answered_at=AFTER
    )
    paper = db.session.query(PaperRow).filter_by(candidate_id=passed.id).one()
    mock = mocks.a_copy_of(paper, passed.trainee.person_id, at=AFTER - timedelta(days=1))
    names = {"name": f"booklet-{passed.id}", "number": 1, "sha256": "0" * 64, "content": b"%PDF-", "made_at": AFTER}
    printed = PaperPrintRow(assessment_id=row.id, **names)
    db.session.add_all([upload, answer, printed])
    db.session.commit()
    entry, message = _in_training(actor, row.batch, passed.trainee_id)
    return {
        "upload_id": upload,
        "answer_id": answer,
        "mock_id": mock,
        "print_id": printed,
        "coursework_id": entry.coursework,
        "entry_id": entry,
        "feedback_id": message.feedback,
        "recipient_id": message,
    }


def _of_the_assessment(row: AssessmentRow, passed: CandidateRow) -> dict[str, Any]:
    certificate = db.session.query(CertificateRow).join(CertificateRow.result).filter_by(candidate_id=passed.id)
    return {
        "assessment_id": row,
        "attempt_id": db.session.query(AttemptRow).filter_by(candidate_id=passed.id).one(),
        "batch_id": row.batch,
        "candidate_id": passed,
        "certificate_id": certificate.one(),
        "sheet_id": db.session.query(PracticalSheetRow).filter_by(candidate_id=passed.id).one(),
        "trainee_id": db.session.get_one(TraineeRow, passed.trainee_id),
    }


def _of_the_world() -> dict[str, Any]:
    return {
        "job_id": db.session.query(JobRow).first(),
        "lesson_id": db.session.query(LessonVersionRow).first(),
        "organisation_id": db.session.query(OrganisationRow).filter_by(code="TC-1").one(),
        "pack_id": db.session.query(PackVersionRow).first(),
        "person_id": db.session.query(PersonRow).filter_by(login="trainer").one(),
        "role_id": db.session.query(RoleVersionRow).first(),
        "scheme_id": db.session.query(SchemeVersionRow).first(),
    }


def _released(actor) -> AssessmentRow:
    """An assessment that is over: one who failed, the others competent."""
    row = steps.drawn(actor)
    refs = steps.drawing.material_of(row).scheme.practical_refs
    for candidate in row.candidates:
        passes = candidate.trainee.person.login != "trainee-b"
        steps.sit(candidate, right=passes, at=row.opens_at)
        steps.score(candidate, refs, "1" if passes else "0")
    approval.submit(actor("assessor"), row.id, now=steps.AFTER)
    approval.verify(actor("agency"), row.id, now=steps.AFTER)
    approval.approve(actor("council"), row.id, now=steps.AFTER)
    approval.release(actor("council"), row.id, now=steps.AFTER)
    return row


def _declared(actor) -> object:
    """Evidence of the batch's first trainee for a job role."""
    role = db.session.query(RoleVersionRow).first()
    given = {"what": "A degree", "place": "A university", "day": AFTER.date(), "key": "form-0001", "now": AFTER}
    return declarations.declare(actor("trainee"), role.id, "Q1", **given)


def _upload(batch_id: int) -> RosterUploadRow:
    """A roster that was checked and waits."""
    rows = {"kind": "csv", "rows": [["enrolment_number", "name", "born_on"]], "encoding": "utf-8"}
    return RosterUploadRow(
        batch_id=batch_id,
        uploaded_by=steps.person("centre"),
        uploaded_at=AFTER,
        file_name="r.csv",
        rows=json.dumps(rows),
        problems="[]",
    )


def _in_training(actor, batch, trainee_id: int) -> tuple[CourseworkEntryRow, FeedbackRecipientRow]:
    """An assignment and a message of the batch's trainer."""
    work = coursework.give(
        actor("trainer"),
        batch.id,
        title="Role play",
        text="With a partner.",
        refs=["ASC/N1105#PC4"],
        due_on=AFTER.date(),
        trainee_ids=[trainee_id],
        key="form-0001",
        now=AFTER,
    )
    message = feedback.write(actor("trainer"), batch.id, [trainee_id], "Well done.", key="form-0001", now=AFTER)
    return work.entries[0], message.recipients[0]


def certificate_of(candidate: CandidateRow) -> CertificateRow:
    query = db.session.query(CertificateRow).join(CertificateRow.result)
    return query.filter_by(candidate_id=candidate.id).one()


def test_every_route_declares_who_may_open_it(app: Flask) -> None:
    undeclared = {rule.endpoint for rule, _ in rules(app) if mark_of(app, rule) is None}
    assert undeclared == set()


def test_only_these_pages_are_open_to_all(app: Flask) -> None:
    assert {rule.endpoint for rule, _ in rules(app) if mark_of(app, rule) == PUBLIC} == OPEN_TO_ALL


def test_every_permission_is_held_by_a_role_and_asked_for_by_a_page(app: Flask) -> None:
    held = frozenset[Permission]().union(*ROLES.values()) | {Permission.ACCOUNT_USE}
    assert held == set(Permission)
    asked = {mark_of(app, rule) for rule, _ in rules(app)} - {PUBLIC}
    assert set(Permission) - asked == set()


def test_signed_out_every_page_asks_to_sign_in_and_every_act_is_refused(app: Flask, things) -> None:
    browser = app.test_client()
    wrong = []
    for rule, method in rules(app):
        if mark_of(app, rule) == PUBLIC:
            continue
        answer = browser.open(address(app, rule, things), method=method)
        asked_to_sign_in = answer.status_code == 302 and answer.headers["Location"] == "/sign-in"
        if not (asked_to_sign_in if method == "GET" else answer.status_code == 401):
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("login", [*OWN, *STRANGERS])
def test_what_a_role_may_not_do_is_refused_and_what_is_not_theirs_is_absent(
    app: Flask, things, signed_in, actor, login
) -> None:
    allowed = actor(login).permissions
    browser = signed_in(login)
    wrong = []
    for rule, method in rules(app):
        mark = mark_of(app, rule)
        if mark == PUBLIC:
            continue
        if mark not in allowed:
            expected = 403
        elif login in STRANGERS and rule.arguments - {"kind"} and rule.endpoint not in SHARED:
            expected = 404
        else:
            continue
        status = browser.open(address(app, rule, things), method=method).status_code
        if status != expected:
            wrong.append(f"{method} {rule.rule}: {status}, not {expected}")
    assert wrong == []


# A number that no row has, and words that stand for the same thing.
NOBODYS = 2**31 - 1


@pytest.mark.parametrize("login", STRANGERS)
def test_what_is_not_theirs_is_answered_like_what_is_not_there(app: Flask, things, signed_in, actor, login) -> None:
    allowed = actor(login).permissions
    browser = signed_in(login)
    browser.get("/")  # which gives the cookie that every first page gives
    nothing = {name: value if name in WORDS else NOBODYS for name, value in things.items() if name != "code"}
    wrong = []
    for rule, method in rules(app):
        if mark_of(app, rule) not in allowed or rule.endpoint in SHARED or not rule.arguments - {"kind"} - set(WORDS):
            continue
        told = [browser.open(address(app, rule, ids), method=method) for ids in (things, nothing)]
        theirs, nobodys = ((one.status_code, VARYING.sub("", one.text), set(one.headers.keys())) for one in told)
        if theirs != nobodys:
            wrong.append(f"{method} {rule.rule}: {told[0].status_code}, {told[1].status_code}")
    assert wrong == []


@pytest.mark.parametrize("login", STRANGERS)
def test_what_is_not_theirs_is_absent_also_where_it_is_named_under_something_of_theirs(
    app: Flask, things, signed_in, actor, login
) -> None:
    allowed = actor(login).permissions
    own = _of_the_strangers(actor)
    browser = signed_in(login)
    wrong, looked_at = [], 0
    for rule, method in rules(app):
        parents = rule.arguments & set(own)
        # Roles are published: who may see a batch may see it beside each of them.
        inside = rule.arguments - set(own) - set(WORDS) - {"kind", "act", "how", "side", "role_id"}
        if not (parents and inside) or mark_of(app, rule) not in allowed:
            continue
        looked_at += 1
        status = browser.open(address(app, rule, {**things, **own}), method=method).status_code
        if status not in {403, 404}:
            wrong.append(f"{method} {rule.rule}: {status}")
    assert wrong == []
    assert looked_at or login == "trainee2"


def _of_the_strangers(actor) -> dict[str, int]:
    """A batch and a drawn assessment of the other council, agency and centre."""
    batch = steps.batch("B-TC-2")
    row = scheduling.schedule(
        actor("council2"),
        batch_id=batch.id,
        agency_id=steps.organisation("AA-2"),
        again=False,
        opens_at=AFTER + timedelta(days=3),
        closes_at=AFTER + timedelta(days=3, hours=8),
        extra_minutes={},
        now=AFTER,
    )
    scheduling.answer(actor("agency2"), row.id, "accept", now=AFTER)
    drawing.draw(actor("agency2"), row.id, now=AFTER)
    assessors.name_assessors(actor("agency2"), row.id, [steps.person("assessor2")], now=AFTER)
    return {"assessment_id": row.id, "batch_id": batch.id}


def test_what_each_role_sees_of_its_own_is_as_agreed(app: Flask, things, signed_in) -> None:
    lines = []
    browsers = {login: signed_in(login) for login in OWN}
    for rule, method in rules(app):
        if method == "GET" and mark_of(app, rule) != PUBLIC:
            statuses = [browsers[login].get(address(app, rule, things)).status_code for login in OWN]
            assert max(statuses) < 500, rule.rule
            lines.append(f"{rule.rule:62} " + " ".join(f"{status:>9}" for status in statuses))
    table = "\n".join([f"{'':62} " + " ".join(f"{login:>9}" for login in OWN), *lines]) + "\n"
    if os.environ.get("YOGYATA_RENEW_GOLDENS"):
        GOLDEN.write_text(table)
    assert table == GOLDEN.read_text(), "renew with YOGYATA_RENEW_GOLDENS=1 and read the difference"


def test_a_role_of_a_suspended_organisation_opens_nothing(app: Flask, signed_in) -> None:
    browser = signed_in("agency")
    db.session.query(OrganisationRow).filter_by(code="AA-1").one().standing = "suspended"
    db.session.commit()
    assert browser.get("/assessments").headers["Location"] == "/sign-in"
