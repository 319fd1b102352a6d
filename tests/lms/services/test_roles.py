"""Job roles on the site: publishing, readiness from what is kept, who is nearest, and declared evidence."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.model import Component
from assessments.results import score_json
from assessments.role_readiness import ProofKind, Ready, Stage
from assessments.scoring import Score, spread
from curriculum.roles import RoleProfile, get_shipped_role
from lms.extensions import db
from lms.records.content import role_of, stored
from lms.services import declarations, history, home, publishing, role_readiness, role_uploads, roles
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.role_facts import _nodes, _shares
from lms.tables.certification import CertificateRow, RevocationRow
from lms.tables.marking import ResultRow
from lms.tables.people import OrganisationRow
from lms.tables.roles import DeclarationRow, RoleVersionRow
from lms.tables.training import BatchRow
from tests import world
from tests.builders import a_role, a_unit
from tests.conftest import BOTH
from tests.lms.released import RELEASED, an_assessment, candidate_of
from tests.lms.services.assessing_steps import batch
from tests.lms.services.test_mastery import take
from tests.strategies import law, schemes, shares

NOW = world.DAY
SHIPPED = get_shipped_role("ACCOUNT-HEALTH-SPECIALIST")
REF = "ASC/N1106#PC8"
DAY = date(2024, 6, 12)


def a_published_role(**line: object) -> RoleVersionRow:
    """A role that one criterion of the world's pack shows as a whole, and another one in part."""
    whole = [{"criteria": [REF], "covers": "whole", "note": "it is so"}]
    area = {"title": "Work", "duties": [{"id": "D1-1", "text": "report", "mapped": whole, **line}]}
    row = publishing.add_role(None, a_role(areas=[area], competencies=[]), now=NOW)
    db.session.commit()
    return row


def own(actor, login: str, row: RoleVersionRow, line: str = "D1-1"):
    return role_readiness.own_report(actor(login), row.id, NOW).readiness.of(line)


def certificate_for(login: str) -> CertificateRow:
    result = db.session.query(ResultRow).filter_by(candidate_id=candidate_of(login).id).one()
    row = CertificateRow(result_id=result.id, number="C-1", code="X" * 12, is_specimen=True, facts="{}", issued_at=NOW)
    db.session.add(row)
    db.session.commit()
    return row


def declare(actor, login: str, row: RoleVersionRow, key: str = "form-0001", **given: object) -> DeclarationRow:
    facts = {"what": "Bachelor of Commerce", "place": "University of Pune", "day": DAY, "key": key, "now": NOW}
    return declarations.declare(actor(login), row.id, "Q1", **{**facts, **given})


@BOTH
def test_the_shipped_role_is_published_once(app, actor) -> None:
    publishing.load_shipped(now=NOW)
    [entry] = roles.list_roles(actor("trainee"))
    assert (entry.role, entry.row.council_id) == (SHIPPED, None)


@BOTH
def test_a_released_result_proves_a_criterion_and_a_practice_answer_does_not(app, actor) -> None:
    row = a_published_role()
    assert own(actor, "trainee-c", row).state is Ready.MISSING
    an_assessment()
    found = own(actor, "trainee-c", row)
    assert (found.state, [proof.kind for proof in found.proofs]) == (Ready.PROVED, [ProofKind.RESULT])
    assert found.proofs[0].is_specimen
    assert own(actor, "trainee-b", row).state is Ready.MISSING


def test_no_proof_is_of_a_day_that_is_to_come(app, actor) -> None:
    row = a_published_role()
    assessment = an_assessment()
    assessment.closes_at = RELEASED + timedelta(days=30)
    db.session.commit()
    [proof] = own(actor, "trainee-c", row).proofs
    assert proof.on == day_of(RELEASED - timedelta(days=1))


def test_practice_is_told_as_practice(app, actor) -> None:
    part = [{"criteria": ["ASC/N0003#PC1"], "covers": "whole", "note": "it is so"}]
    row = a_published_role(mapped=part)
    take(actor("trainee"), right=True)
    found = own(actor, "trainee", row)
    assert (found.state, found.proofs) == (Ready.MISSING, ())
    assert str(found.mapped[0].needs[0].words) == "Shown, a first sign"


@BOTH
def test_a_certificate_proves_until_it_is_revoked(app, actor) -> None:
    row = a_published_role()
    an_assessment(shares={"trainee": Fraction(3, 4)})
    assert own(actor, "trainee", row).state is Ready.MISSING
    certificate = certificate_for("trainee")
    found = own(actor, "trainee", row)
    assert [proof.kind for proof in found.proofs] == [ProofKind.CERTIFICATE]
    by = actor("council").person_id
    db.session.add(RevocationRow(certificate_id=certificate.id, reason="fraud", by_id=by, at=NOW))
    db.session.commit()
    found = own(actor, "trainee", row)
    assert (found.state, str(found.mapped[0].needs[0].words)) == (Ready.MISSING, "certificate C-1 was revoked")


def test_before_its_release_a_result_proves_nothing(app, actor) -> None:
    row = a_published_role()
    an_assessment(state="approved")
    assert own(actor, "trainee-c", row).state is Ready.MISSING


@BOTH
def test_a_batch_is_put_in_order_with_the_same_proof_as_each_report(app, actor) -> None:
    row = a_published_role()
    an_assessment()
    nearest = role_readiness.nearest_of(actor("centre"), batch().id, row.id)
    assert [one.trainee.person.login for one in nearest.people] == ["trainee-c", "trainee", "trainee-b", "trainee-d"]
    assert [one.place for one in nearest.people] == [1, 2, 2, 2]
    assert nearest.proved_by("D1-1") == 1
    for one in nearest.people:
        own_lines = role_readiness.own_report(actor(one.trainee.person.login), row.id, NOW).readiness.lines
        assert own_lines == one.readiness.lines


@pytest.mark.parametrize("login", ["council2", "centre2", "trainer2"])
def test_people_of_others_are_absent(app, actor, login: str) -> None:
    row, trainee = a_published_role(), batch().trainees[0]
    with pytest.raises(Absent):
        role_readiness.nearest_of(actor(login), batch().id, row.id)
    with pytest.raises(Absent):
        role_readiness.report_of(actor(login), batch().id, trainee.id, row.id, NOW)


def test_who_owns_the_pack_of_a_batch_may_hold_its_people_against_a_role(app, actor) -> None:
    row, theirs = a_published_role(), db.session.query(BatchRow).filter_by(code="B-TC-2").one()
    assert theirs.pack_version.council_id in {grant.organisation_id for grant in actor("council").grants}
    assert len(role_readiness.nearest_of(actor("council"), theirs.id, row.id).people) == 1


@law
@given(schemes(), st.data())
def test_the_share_of_a_criterion_is_that_of_its_marks_wherever_they_stand(scheme, data) -> None:
    units = [a_unit(unit.unit, criteria=5) for unit in scheme.units]
    scores = {
        cell: Score(awarded=data.draw(shares()) * available, available=available)
        for cell, available in scheme.cells().items()
    }
    refs = [unit.ref(one.id) for unit in units for one in unit.criteria]
    mapped = [{"criteria": refs, "covers": "whole", "note": "all of them"}]
    cells = [{"ref": cell.ref, "component": cell.component, **score_json(score)} for cell, score in scores.items()]
    found = {ref: share for ref, share, _practical in _shares(cells, _nodes(a_role({"mapped": mapped}), units))}
    got = [spread(units, {c.ref: s.awarded for c, s in scores.items() if c.component is part}) for part in Component]
    could = [
        spread(units, {c.ref: Fraction(s.available) for c, s in scores.items() if c.component is part})
        for part in Component
    ]
    for ref in refs:
        whole = sum(marks[ref] for marks in could)
        assert found.get(ref) == (sum(marks[ref] for marks in got) / whole if whole else None)


# Declared evidence


@BOTH
def test_declared_evidence_waits_is_confirmed_and_proves(app, actor) -> None:
    row = a_published_role()
    assert own(actor, "trainee", row, "Q1").state is Ready.MISSING
    declared = declare(actor, "trainee", row)
    assert own(actor, "trainee", row, "Q1").state is Ready.WAITING
    assert [one.row.id for one in declarations.list_to_check(actor("centre"))] == [declared.id]
    assert "Check declared evidence: 1" in [str(task.title) for task in home.list_waiting(actor("centre"), NOW)]
    declarations.check(actor("centre"), declared.id, is_confirmed=True, reason="The original", seen=0, now=NOW)
    found = own(actor, "trainee", row, "Q1")
    assert (found.state, str(found.words), found.proofs[0].kind) == (
        Ready.PROVED,
        "Checked by Centre.",
        ProofKind.CHECKED,
    )
    assert declarations.list_to_check(actor("centre")) == []


@pytest.mark.parametrize("found", [None, False, True])
def test_what_was_confirmed_goes_on_counting_when_more_is_declared(app, actor, found: bool | None) -> None:
    row = a_published_role()
    first = declare(actor, "trainee", row)
    declarations.check(actor("centre"), first.id, is_confirmed=True, reason="The original", seen=0, now=NOW)
    more = declare(actor, "trainee", row, key="form-0002", what="Master of Commerce")
    assert [one.row.id for one in declarations.list_to_check(actor("centre"))] == [more.id]
    if found is not None:
        declarations.check(actor("centre"), more.id, is_confirmed=found, reason="Looked at it", seen=0, now=NOW)
    report = role_readiness.own_report(actor("trainee"), row.id, NOW)
    assert report.readiness.of("Q1").state is Ready.PROVED
    printed = report.declared_for(report.readiness.of("Q1").line)
    assert printed is not None
    assert printed.id == (more.id if found else first.id)


def test_a_check_that_was_wrong_is_corrected_by_another_and_both_stay(app, actor) -> None:
    row = a_published_role()
    declared = declare(actor, "trainee", row)
    declarations.check(actor("centre"), declared.id, is_confirmed=True, reason="The original", seen=0, now=NOW)
    declarations.check(actor("council"), declared.id, is_confirmed=False, reason="It is another's", seen=1, now=NOW)
    assert own(actor, "trainee", row, "Q1").declaration.stage is Stage.REFUSED
    assert [one.number for one in declared.checks] == [1, 2]


def test_declaring_and_each_check_stand_in_the_history_with_who_and_why(app, actor) -> None:
    row = a_published_role()
    declared = declare(actor, "trainee", row)
    declare(actor, "trainee", row)
    declarations.check(actor("centre"), declared.id, is_confirmed=False, reason="It is a copy", seen=0, now=NOW)
    declarations.check(actor("council"), declared.id, is_confirmed=True, reason="The original", seen=1, now=NOW)
    rows = [
        (row.actor_id, str(history.words_of(row)), row.why)
        for row in history.list_history(declarations.THING, declared.id)
    ]
    assert rows == [
        (actor("council").person_id, "confirmed the evidence", "The original"),
        (actor("centre").person_id, "did not confirm the evidence", "It is a copy"),
        (actor("trainee").person_id, f"declared evidence for Q1 of {row.title}", ""),
    ]


def test_the_same_form_twice_is_one_declaration(app, actor) -> None:
    row = a_published_role()
    assert declare(actor, "trainee", row).id == declare(actor, "trainee", row).id


@BOTH
def test_two_who_check_at_once_do_not_overrule_each_other_unseen(app, actor) -> None:
    declared = declare(actor, "trainee", a_published_role())
    declarations.check(actor("centre"), declared.id, is_confirmed=True, reason="The original", seen=0, now=NOW)
    with pytest.raises(Conflict, match="meanwhile"):
        declarations.check(actor("council"), declared.id, is_confirmed=False, reason="No paper", seen=0, now=NOW)


def test_nobody_checks_their_own_and_others_people_are_absent(app, actor) -> None:
    declared = declare(actor, "trainee", a_published_role())
    with pytest.raises(Absent):
        declarations.check(actor("centre2"), declared.id, is_confirmed=True, reason="The original", seen=0, now=NOW)
    grants = (*actor("centre").grants, *actor("trainee").grants)
    both = type(actor("trainee"))(person_id=actor("trainee").person_id, name="Trainee", grants=grants)
    with pytest.raises(NotAllowed, match="declared themselves"):
        declarations.check(both, declared.id, is_confirmed=True, reason="The original", seen=0, now=NOW)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"what": "  "}, "Say what it is in 5 to 500 characters."),
        ({"what": "x" * 501}, "Say what it is"),
        ({"place": " "}, "Say where it is from"),
        ({"day": NOW.date() + timedelta(days=2)}, "is still to come"),
    ],
)
def test_what_says_too_little_is_not_declared(app, actor, given, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        declare(actor, "trainee", a_published_role(), **given)
    assert db.session.query(DeclarationRow).count() == 0


def test_a_line_that_papers_do_not_show_cannot_be_declared(app, actor) -> None:
    row = a_published_role()
    with pytest.raises(Absent):
        declarations.declare(
            actor("trainee"), row.id, "D1-1", what="all of it", place="here", day=DAY, key="k" * 8, now=NOW
        )


def test_a_new_version_that_asks_for_something_else_needs_a_new_declaration(app, actor) -> None:
    row = a_published_role()
    declared = declare(actor, "trainee", row)
    declarations.check(actor("centre"), declared.id, is_confirmed=True, reason="The original", seen=0, now=NOW)
    role = role_of(row)
    same = publishing.add_role(None, role.model_copy(update={"version": "1.1"}), now=NOW)
    other = role.qualifications[0].model_copy(update={"text": "a doctorate"})
    changed = role.model_copy(update={"version": "1.2", "qualifications": (other,)})
    more = publishing.add_role(None, changed, now=NOW)
    assert own(actor, "trainee", same, "Q1").state is Ready.PROVED
    assert own(actor, "trainee", more, "Q1").state is Ready.MISSING


# Publishing


def uploaded(actor, role: RoleProfile, login: str = "council"):
    text = stored(role)["content"].encode()
    return role_uploads.check_upload(actor(login), "role.yaml", text)


def a_mapped_role(**given: object) -> RoleProfile:
    role = a_role({"mapped": [{"criteria": [REF], "covers": "whole", "note": "so"}]}, **given)
    duties = (role.areas[0].duties[0],)
    return role.model_copy(update={"areas": (role.areas[0].model_copy(update={"duties": duties}),)})


@BOTH
def test_an_uploaded_role_is_checked_shown_and_published_once(app, actor) -> None:
    digest, problems = uploaded(actor, a_mapped_role())
    assert digest is not None, problems
    assert role_uploads.get_draft(actor("council"), digest).published is None
    row = role_uploads.publish_draft(actor("council"), digest, now=NOW)
    assert role_uploads.publish_draft(actor("council"), digest, now=NOW).id == row.id
    council = db.session.query(OrganisationRow).filter_by(code="ASC").one()
    assert (row.code, row.version, row.council_id) == ("A-ROLE", "1.0", council.id)


def test_other_content_under_a_published_version_is_refused(app, actor) -> None:
    digest, _ = uploaded(actor, a_mapped_role())
    role_uploads.publish_draft(actor("council"), digest, now=NOW)
    digest, problems = uploaded(actor, a_mapped_role(title="Another job"))
    assert digest is None
    assert "raise the version" in str(problems[-1])


def test_what_somebody_else_published_meanwhile_is_not_the_draft(app, actor) -> None:
    first, _ = uploaded(actor, a_mapped_role())
    second, _ = uploaded(actor, a_mapped_role(title="Another job"))
    role_uploads.publish_draft(actor("council"), second, now=NOW)
    draft = role_uploads.get_draft(actor("council"), first)
    assert draft.published is not None
    assert not draft.is_published


@pytest.mark.parametrize(
    ("line", "given"),
    [({"id": f"D{'1' * 30}"}, {}), ({}, {"title": "x" * 301}), ({}, {"version": "1." + "1" * 30})],
)
def test_what_no_row_can_hold_is_refused_at_its_line(app, actor, line, given) -> None:
    mapped = [{"criteria": [REF], "covers": "whole", "note": "so"}]
    area = {"title": "Work", "duties": [{"id": "D1-1", "text": "report", "mapped": mapped, **line}]}
    digest, problems = uploaded(actor, a_role(areas=[area], competencies=[], **given))
    assert digest is None
    assert "is longer than" in str(problems[-1])


def test_a_role_of_another_council_is_theirs(app, actor) -> None:
    digest, _ = uploaded(actor, a_mapped_role())
    role_uploads.publish_draft(actor("council"), digest, now=NOW)
    digest, problems = uploaded(actor, a_mapped_role(version="1.1"), "council2")
    assert digest is None
    assert "belongs to" in str(problems[-1])


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"- a\n- b", b"code: X\n\tfoo: 1", b"x" * 600_000, b"code: [1"]
)
def test_what_is_no_role_is_refused_in_words(app, actor, content: bytes) -> None:
    digest, problems = role_uploads.check_upload(actor("council"), "role.yaml", content)
    assert digest is None
    assert all(str(problem.message) for problem in problems)
    assert problems


def test_a_draft_of_somebody_else_is_absent(app, actor) -> None:
    digest, _ = uploaded(actor, a_mapped_role())
    with pytest.raises(Absent):
        role_uploads.get_draft(actor("council2"), digest)
