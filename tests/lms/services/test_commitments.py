"""Secrets of a draw: committed to before, kept or brought, entered only when both sides are committed."""

import hashlib
import secrets

import pytest

from assessments.seeds import DrawInputs, commitment_to, seed_of
from lms.extensions import db
from lms.services import commitments, drawing, proofs, scheduling
from lms.services.assessing import Side
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.assessing import AssessmentState, DrawRow
from lms.tables.drawing import DrawSecretRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import NOW

COUNCIL, AGENCY = Side.COUNCIL, Side.AGENCY


def sides(actor, row, login: str = "agency"):
    """Both sides' commitments as somebody sees them, by side."""
    return {one.side: one for one in commitments.list_sides(actor(login), row)}


def brought(actor, row, side: Side) -> bytes:
    """Commit a side to a secret of its own; gives the secret."""
    secret = secrets.token_bytes(32)
    commitments.bring_secret(actor(side.value), row.id, side, commitment_to(secret), now=NOW)
    return secret


@BOTH
def test_council_and_agency_are_committed_without_doing_anything_and_nobody_sees_the_secrets(app, actor) -> None:
    row = steps.scheduled(actor)
    assert sides(actor, row)[AGENCY].row is None
    scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    found = sides(actor, row)
    assert [found[side].lacking for side in (COUNCIL, AGENCY)] == [None, None]
    assert {one.secret for one in found.values()} == {""}
    for one in found.values():
        kept = db.session.query(DrawSecretRow).filter_by(commitment_id=one.row.id).one()
        assert commitment_to(bytes.fromhex(kept.secret)) == one.row.commitment


@BOTH
def test_the_seed_is_made_from_both_secrets_and_the_draw_is_in_the_log(app, actor) -> None:
    row = steps.accepted(actor)
    agency, council = brought(actor, row, AGENCY), brought(actor, row, COUNCIL)
    commitments.enter_secret(actor("agency"), row.id, AGENCY, agency.hex(), now=NOW)
    commitments.enter_secret(actor("council"), row.id, COUNCIL, council.hex(), now=NOW)
    drawing.draw(actor("agency"), row.id, now=NOW)
    proof = proofs.get_proof(actor("council"), row.id)
    assert proof.entry["commitments"] == {"agency": commitment_to(agency), "council": commitment_to(council)}
    assert proof.entry["manifest"] == proof.digest == proof.manifest["whole_sha256"]
    assert proof.manifest["commitments"] == proof.entry["commitments"]
    seed = seed_of(DrawInputs(**proof.entry["inputs"]), agency=agency, council=council)
    assert proof.drawn.seed == seed.hex()


@BOTH
def test_nothing_is_drawn_before_both_commitments_stand_and_both_secrets_are_there(app, actor) -> None:
    row = steps.accepted(actor)
    secret = brought(actor, row, COUNCIL)
    with pytest.raises(Conflict, match="The council brings a secret of its own and has not entered it yet"):
        drawing.draw(actor("agency"), row.id, now=NOW)
    db.session.rollback()
    assert db.session.query(DrawRow).count() == 0
    assert steps.assessing.get_assessment(actor("agency"), row.id).state == AssessmentState.ACCEPTED
    commitments.enter_secret(actor("council"), row.id, COUNCIL, secret.hex(), now=NOW)
    drawing.draw(actor("agency"), row.id, now=NOW)
    assert db.session.query(DrawRow).count() == 1


def test_an_assessment_from_before_there_were_commitments_waits_for_both(app, actor) -> None:
    row = steps.accepted(actor)
    old = steps.AssessmentRow(
        code="A-2025-0001",
        batch_id=row.batch_id,
        council_id=row.council_id,
        agency_id=row.agency_id,
        pack_version_id=row.pack_version_id,
        scheme_version_id=row.scheme_version_id,
        state=AssessmentState.ACCEPTED,
        opens_at=steps.OPENS,
        closes_at=steps.CLOSES,
        created_at=NOW,
    )
    db.session.add(old)
    db.session.commit()
    with pytest.raises(Conflict, match="The council has not committed to a secret yet"):
        drawing.draw(actor("agency"), old.id, now=NOW)
    db.session.rollback()
    commitments.keep_secret(actor("council"), old.id, COUNCIL, now=NOW)
    with pytest.raises(Conflict, match="The agency has not committed to a secret yet"):
        drawing.draw(actor("agency"), old.id, now=NOW)


@BOTH
def test_a_secret_is_entered_only_when_both_sides_are_committed(app, actor) -> None:
    row = steps.scheduled(actor)
    secret = brought(actor, row, COUNCIL)
    with pytest.raises(Conflict, match="No secret is waited for now"):
        commitments.enter_secret(actor("council"), row.id, COUNCIL, secret.hex(), now=NOW)
    db.session.rollback()
    scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    commitments.enter_secret(actor("council"), row.id, COUNCIL, secret.hex(), now=NOW)
    commitments.enter_secret(actor("council"), row.id, COUNCIL, secret.hex().upper(), now=NOW)
    assert sides(actor, row)[COUNCIL].lacking is None


def test_a_secret_that_was_not_committed_to_is_refused_with_what_is_wrong(app, actor) -> None:
    row = steps.accepted(actor)
    secret = brought(actor, row, AGENCY)
    for text, words in (("12", "32 bytes"), ("zz" * 32, "32 bytes"), ((b"x" * 32).hex(), "its SHA-256 is another")):
        with pytest.raises(Faulty, match=words):
            commitments.enter_secret(actor("agency"), row.id, AGENCY, text, now=NOW)
        db.session.rollback()
    digits = hashlib.sha256(secret.hex().encode()).hexdigest()
    commitments.bring_secret(actor("agency"), row.id, AGENCY, digits, now=NOW)
    with pytest.raises(Faulty, match="was taken of the 64 digits"):
        commitments.enter_secret(actor("agency"), row.id, AGENCY, secret.hex(), now=NOW)


@BOTH
def test_no_commitment_is_used_twice_by_anybody(app, actor) -> None:
    row = steps.accepted(actor)
    theirs = sides(actor, row)[COUNCIL].row.commitment
    with pytest.raises(Faulty, match="was committed to before"):
        commitments.bring_secret(actor("agency"), row.id, AGENCY, theirs, now=NOW)
    db.session.rollback()
    own = sides(actor, row)[AGENCY].row.commitment
    commitments.keep_secret(actor("agency"), row.id, AGENCY, now=NOW)
    assert sides(actor, row)[AGENCY].row.commitment != own
    with pytest.raises(Faulty, match="was committed to before"):
        commitments.bring_secret(actor("agency"), row.id, AGENCY, own, now=NOW)
    db.session.rollback()
    with pytest.raises(Faulty, match="64 digits"):
        commitments.bring_secret(actor("agency"), row.id, AGENCY, "not a hash", now=NOW)


@BOTH
def test_committing_anew_after_a_secret_was_entered_sets_both_commitments_aside(app, actor) -> None:
    row = steps.accepted(actor)
    secret = brought(actor, row, AGENCY)
    kept = sides(actor, row)[COUNCIL].row.commitment
    commitments.enter_secret(actor("agency"), row.id, AGENCY, secret.hex(), now=NOW)
    assert sides(actor, row)[AGENCY].ends_round
    lost = brought(actor, row, COUNCIL)
    found = sides(actor, row)
    assert found[AGENCY].row is None, "the agency brings another secret, since its own is known to the site"
    assert found[COUNCIL].row.commitment == commitment_to(lost)
    own = brought(actor, row, AGENCY)
    commitments.enter_secret(actor("agency"), row.id, AGENCY, own.hex(), now=NOW)
    commitments.keep_secret(actor("council"), row.id, COUNCIL, now=NOW)
    commitments.keep_secret(actor("agency"), row.id, AGENCY, now=NOW)
    found = sides(actor, row)
    assert [found[side].lacking for side in (COUNCIL, AGENCY)] == [None, None]
    assert kept not in {one.row.commitment for one in found.values()}
    drawing.draw(actor("agency"), row.id, now=NOW)


@BOTH
def test_a_kept_secret_is_made_anew_by_itself_where_the_other_side_starts_over(app, actor) -> None:
    row = steps.accepted(actor)
    secret = brought(actor, row, AGENCY)
    before = sides(actor, row)[COUNCIL].row.commitment
    commitments.enter_secret(actor("agency"), row.id, AGENCY, secret.hex(), now=NOW)
    commitments.keep_secret(actor("agency"), row.id, AGENCY, now=NOW)
    found = sides(actor, row)
    assert [found[side].lacking for side in (COUNCIL, AGENCY)] == [None, None]
    assert found[COUNCIL].row.commitment != before


def test_each_side_commits_for_itself_and_nobody_after_the_draw(app, actor) -> None:
    row = steps.accepted(actor)
    with pytest.raises(NotAllowed):
        commitments.keep_secret(actor("agency"), row.id, COUNCIL, now=NOW)
    db.session.rollback()
    for who in ("centre", "trainer"):
        assert commitments.list_sides(actor(who), row) == ()
        with pytest.raises(Absent):
            commitments.get_sides(actor(who), row.id)
    with pytest.raises(Absent):
        commitments.keep_secret(actor("agency2"), row.id, AGENCY, now=NOW)
    drawing.draw(actor("agency"), row.id, now=NOW)
    with pytest.raises(Conflict, match="has moved on"):
        commitments.keep_secret(actor("agency"), row.id, AGENCY, now=NOW)


def test_the_secrets_are_shown_once_the_results_are_released(app, actor) -> None:
    row = steps.drawn(actor)
    assert {one.secret for one in sides(actor, row).values()} == {""}
    row.state = AssessmentState.RELEASED
    shown = sides(actor, row, "council")
    assert all(commitment_to(bytes.fromhex(one.secret)) == one.row.commitment for one in shown.values())
