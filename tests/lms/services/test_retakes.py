"""Coming back for some units: asked and accepted, drawn for those alone, decided with what is kept, and said so."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from assessments.bundles import read_bundle
from assessments.decisions import Outcome
from assessments.model import unit_of
from assessments.recompute import recompute
from lms.extensions import db
from lms.records.certificates import facts_of
from lms.records.papers import paper_of, practical_of
from lms.services import approval, bundles, exports, presence, publishing, reassessment, scheduling, takings
from lms.services.days import day_of
from lms.services.errors import Faulty
from lms.tables.assessing import AssessmentRow, CandidateRow, CarriedUnitRow, PaperRow, PracticalSheetRow
from lms.tables.certification import CertificateRow
from lms.tables.content import ContentState
from lms.tables.training import BatchRow
from tests import small_pack
from tests.conftest import BOTH
from tests.lms.services.assessing_steps import AFTER, OPENS
from tests.small_pack import CORE, EXTRA, REPAIR, SALES
from tests.small_steps import drawn, imported, released, sat

LATER = 12
EVERY_UNIT = {"aggregate_percent": "70", "unit_min_percent": "70"}


@pytest.fixture
def batch(app, actor) -> BatchRow:
    row = small_pack.publish(pass_rule=EVERY_UNIT)
    imported(actor, row)
    return row


def candidates_of(row: AssessmentRow) -> Mapping[str, CandidateRow]:
    return {candidate.trainee.enrolment_number: candidate for candidate in row.candidates}


def first_attempt(actor, batch: BatchRow) -> AssessmentRow:
    """Asha fails her elective, Ravi the core unit and his option, Meera does not come."""
    row = drawn(actor, batch)
    by_number = candidates_of(row)
    sat(by_number["N-1"], (CORE, SALES), {SALES: "0"})
    sat(by_number["N-2"], (CORE, REPAIR, EXTRA), {CORE: "0", EXTRA: "0"})
    presence.mark_absent(actor("centre"), row.id, by_number["N-3"].id, now=row.opens_at)
    released(actor, row)
    return row


def ask_all(actor, row: AssessmentRow) -> None:
    """Everybody asks, and all three accept."""
    for candidate in row.candidates:
        ask(actor, candidate, AFTER)


def ask(actor, candidate: CandidateRow, moment: datetime) -> None:
    """The candidate asks, and all three accept."""
    login = candidate.trainee.person.login
    request = reassessment.ask(actor(login), candidate.id, reason="Please.", now=moment)
    for level in reassessment.LEVELS:
        reassessment.decide(actor(level), request.id, level=level, is_accepted=True, reason="Practised.", now=moment)


@BOTH
def test_each_takes_again_only_what_was_not_reached_and_keeps_the_rest(app, actor, batch) -> None:
    first = first_attempt(actor, batch)
    ask_all(actor, first)
    row = drawn(actor, batch, again=True, days=LATER)
    by_number, before = candidates_of(row), candidates_of(first)
    taken = {number: takings.taking_of(candidate).units for number, candidate in by_number.items()}
    assert taken == {"N-1": (SALES,), "N-2": (CORE, EXTRA), "N-3": (CORE, SALES, EXTRA)}
    for number, candidate in by_number.items():
        paper = paper_of(db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one())
        practical = practical_of(db.session.query(PracticalSheetRow).filter_by(candidate_id=candidate.id).one())
        assert {unit_of(line.ref) for line in paper.lines} == set(taken[number])
        assert {part.unit for part in practical.parts} == set(taken[number])
        sat(candidate, taken[number])
    results = released(actor, row)
    assert {number: one.outcome for number, one in results.items()} == dict.fromkeys(taken, Outcome.COMPETENT)
    asha, old = results["N-1"], takings.taking_of(by_number["N-1"]).carried[CORE]
    assert old.source.id == before["N-1"].id
    assert asha.carried == {CORE: old.unit.source}
    assert {cell: one for cell, one in asha.cell_scores.items() if unit_of(cell.ref) == CORE} == old.unit.scores
    assert results["N-3"].carried == {}


@BOTH
def test_what_is_kept_stands_on_certificate_mark_sheet_and_export(app, actor, batch) -> None:
    first = first_attempt(actor, batch)
    ask_all(actor, first)
    row = drawn(actor, batch, again=True, days=LATER)
    asha = candidates_of(row)["N-1"]
    for candidate in row.candidates:
        sat(candidate, takings.taking_of(candidate).units)
    _row, lines = approval.get_mark_sheet(actor("agency"), row.id, now=row.closes_at)
    line = next(line for line in lines if line.candidate.id == asha.id)
    assert (set(line.taking.carried), line.missing) == ({CORE}, ())
    released(actor, row)
    facts = {one.result.candidate_id: facts_of(one) for one in db.session.query(CertificateRow)}[asha.id]
    assert [(unit.code, unit.assessed_on) for unit in facts.units] == [(CORE, day_of(OPENS)), (SALES, None)]
    assert facts.attempt_number == 2
    filters = exports.Filters(pack="ASC/Q9100")
    table = exports.export(actor("council"), filters, "csv", now=row.closes_at).decode("utf-8-sig").splitlines()
    header = table[0].split(",")
    attempts = [
        (cells[header.index("unit")], cells[header.index("scored in attempt")])
        for cells in (text.split(",") for text in table[1:])
        if cells[header.index("candidate number")] == asha.number
    ]
    assert attempts == [(CORE, "1")] * 4 + [(SALES, "2")] * 4


def test_the_days_of_the_policy_hold_when_it_is_scheduled(app, actor, batch) -> None:
    first = first_attempt(actor, batch)
    ask_all(actor, first)
    entry = scheduling.get_roster(actor("council"), batch.id, again=True).entries[0]
    assert (entry.check.hold_from, entry.check.hold_by) == (
        day_of(AFTER + timedelta(days=10)),
        day_of(AFTER + timedelta(days=90)),
    )
    assert (entry.units, entry.kept) == ((SALES,), (CORE,))
    for days in (9, 91):
        with pytest.raises(Faulty, match="Asha Devi can be assessed again from 2026-11-15 to 2027-02-03"):
            drawn(actor, batch, again=True, days=days)
    assert len(drawn(actor, batch, again=True, days=10).candidates) == 3


@BOTH
def test_a_third_attempt_keeps_units_from_where_they_were_reached(app, actor) -> None:
    policy = {**small_pack.scheme().reassessment.model_dump(), "max_attempts": 3}
    batch = small_pack.publish(pass_rule=EVERY_UNIT, reassessment=policy)
    imported(actor, batch)
    first = drawn(actor, batch)
    for candidate in first.candidates:
        sat(candidate, takings.taking_of(candidate).units, {SALES: "0"})
    released(actor, first)
    one = candidates_of(first)["N-1"]
    ask(actor, one, AFTER)
    second = drawn(actor, batch, again=True, days=LATER)
    (two,) = second.candidates
    presence.mark_absent(actor("centre"), second.id, two.id, now=second.opens_at)
    result = released(actor, second)["N-1"]
    assert (result.outcome, set(result.carried)) == (Outcome.ABSENT, {CORE})

    ask(actor, two, second.closes_at + timedelta(minutes=5))
    ask(actor, candidates_of(first)["N-3"], AFTER)
    # Ten days after her second result have not passed yet; who failed in the first one only can be held.
    assert list(candidates_of(drawn(actor, batch, again=True, days=LATER + 5))) == ["N-3"]
    third = drawn(actor, batch, again=True, days=LATER + 10)
    (three,) = third.candidates
    taking = takings.taking_of(three)
    assert (three.attempt_number, taking.units) == (3, (SALES,))
    assert taking.carried[CORE].source.id == one.id


def test_a_request_is_assessed_by_the_scheme_of_the_attempt_before(app, actor, batch) -> None:
    first = first_attempt(actor, batch)
    newer = small_pack.scheme(version="1.1")
    publishing.add_scheme(batch.pack_version_id, newer, ContentState.PUBLISHED, now=AFTER)
    db.session.commit()
    ask(actor, candidates_of(first)["N-1"], AFTER)
    row = drawn(actor, batch, again=True, days=LATER)
    assert row.scheme_version_id == first.scheme_version_id


@BOTH
def test_the_database_keeps_what_is_carried(app, actor, batch) -> None:
    first = first_attempt(actor, batch)
    ask(actor, candidates_of(first)["N-1"], AFTER)
    drawn(actor, batch, again=True, days=LATER)
    kept = db.session.query(CarriedUnitRow).one()
    assert (kept.unit_code, kept.source_id) == (CORE, candidates_of(first)["N-1"].id)
    kept.unit_code = SALES
    with pytest.raises(DatabaseError, match="added, never changed"):
        db.session.commit()
    db.session.rollback()


def test_the_bundle_of_a_next_attempt_is_recomputed_with_what_is_kept(app, actor, batch, tmp_path) -> None:
    first = first_attempt(actor, batch)
    ask_all(actor, first)
    row = drawn(actor, batch, again=True, days=LATER)
    for candidate in row.candidates:
        sat(candidate, takings.taking_of(candidate).units)
    released(actor, row)
    for number, one in enumerate((first, row)):
        _code, pieces = bundles.bundle_of(actor("council"), one.id)
        file = tmp_path / f"{number}.zip"
        file.write_bytes(b"".join(pieces))
        again = list(recompute(read_bundle(file)))
        assert len(again) == 3
        assert [line.differences for line in again] == [()] * 3
