"""Electives and options: chosen in the roster or on the page, pinned at entry, and all that follows from the choice."""

import json
from fractions import Fraction

import pytest

from assessments.decisions import Outcome
from assessments.model import unit_of
from lms.extensions import db
from lms.records.certificates import facts_of
from lms.records.papers import paper_of
from lms.reports import rosters as files
from lms.services import (
    exports,
    grading,
    learning,
    rosters,
    scheduling,
    trainees,
    unit_choices,
)
from lms.services.assessing_overview import get_overview
from lms.services.errors import Conflict
from lms.tables.assessing import DrawRow, PaperRow
from lms.tables.certification import CertificateRow
from lms.tables.training import BatchRow, TraineeRow
from tests import small_pack
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW
from tests.small_pack import CORE, EXTRA, REPAIR, SALES
from tests.small_steps import HEADER, checked, drawn, imported, released, sat


@pytest.fixture
def batch(app) -> BatchRow:
    return small_pack.publish()


def faults(actor, batch: BatchRow, text: str) -> dict[tuple[int, str], list[str]]:
    """What is wrong, by row and field."""
    found: dict[tuple[int, str], list[str]] = {}
    for planned in rosters.plan_of(checked(actor, batch, text), NOW).rows:
        for problem in planned.row.problems:
            found.setdefault((planned.row.number, problem.field), []).append(str(problem.words))
    return found


def trainee(number: str) -> TraineeRow:
    return db.session.query(TraineeRow).filter_by(enrolment_number=number).one()


@BOTH
def test_a_choice_goes_from_the_roster_to_the_certificate(app, actor, batch) -> None:
    imported(actor, batch)
    assert [trainee(f"N-{n}").chosen for n in (1, 2, 3, 4)] == [(SALES,), (REPAIR, EXTRA), (SALES, EXTRA), ()]
    row = drawn(actor, batch)
    taken = {line.candidate.trainee.enrolment_number: line.taking.units for line in _overview(actor, row).lines}
    assert taken == {"N-1": (CORE, SALES), "N-2": (CORE, REPAIR, EXTRA), "N-3": (CORE, SALES, EXTRA)}
    by_number = {candidate.trainee.enrolment_number: candidate for candidate in row.candidates}
    for number, candidate in by_number.items():
        paper = paper_of(db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one())
        assert {unit_of(line.ref) for line in paper.lines} == set(taken[number])
    assert len(json.loads(db.session.query(DrawRow).one().manifest)["parts"]) == 3

    sat(by_number["N-1"], taken["N-1"])
    sat(by_number["N-2"], taken["N-2"], shares={EXTRA: "0"})
    sat(by_number["N-3"], taken["N-3"])
    results = released(actor, row)
    assert {number: one.outcome for number, one in results.items()} == dict.fromkeys(taken, Outcome.COMPETENT)
    assert list(results["N-2"].unit_scores) == [CORE, REPAIR]
    assert [(one.name, one.met, one.figure) for one in results["N-2"].options] == [(f"option:{EXTRA}", False, 50)]
    units = {
        one.result.candidate.trainee.enrolment_number: [unit.code for unit in facts_of(one).units]
        for one in db.session.query(CertificateRow)
    }
    assert units == {"N-1": [CORE, SALES], "N-2": [CORE, REPAIR], "N-3": [CORE, SALES, EXTRA]}
    size = exports.count(actor("council"), exports.Filters(pack="ASC/Q9100"))
    assert (size.candidates, size.lines) == (3, 4 * (2 + 3 + 3))
    table = exports.export(actor("council"), exports.Filters(pack="ASC/Q9100"), "csv", now=AFTER).decode("utf-8-sig")
    assert len(table.splitlines()) == 1 + size.lines
    assert sum(",option," in line for line in table.splitlines()) == 8


def _overview(actor, row):
    return get_overview(actor("council"), row.id, now=NOW)


def test_everything_wrong_with_a_choice_stands_beside_its_row(app, actor, batch) -> None:
    text = HEADER + (
        f"N-1,Asha Devi,2004-03-31,92,{SALES}; {REPAIR},{SALES}\n"
        f"N-2,Ravi Kumar,2003-12-31,92,ASC/N1 ; {EXTRA},{EXTRA}; {EXTRA}\n"
    )
    assert faults(actor, batch, text) == {
        (2, "electives"): ["Of “Specialisation” exactly 1 is to be chosen, here are 2."],
        (2, "options"): [f"{SALES} is an elective. Write it in the column of the electives."],
        (3, "electives"): [
            f"“ASC/N1” is not an elective of this pack. Write of these: {SALES}, {REPAIR}.",
            f"{EXTRA} is an option. Write it in the column of the options.",
            "Of “Specialisation” exactly 1 is to be chosen, here are 0.",
        ],
        (3, "options"): [f"{EXTRA} stands 2 times in this cell. Write it once."],
    }


@BOTH
def test_a_roster_changes_a_choice_until_the_trainee_is_entered(app, actor, batch) -> None:
    imported(actor, batch)
    changed = HEADER + f"N-1,Asha Devi,2004-03-31,92,{REPAIR},{EXTRA}\n"
    imported(actor, batch, changed)
    assert trainee("N-1").chosen == (REPAIR, EXTRA)
    drawn(actor, batch)
    back = HEADER + f"N-1,Asha Devi,2004-03-31,92,{SALES},{EXTRA}\n"
    (words,) = faults(actor, batch, back)[2, "electives"]
    assert words == f"The trainee is entered in A-2026-0001 with {REPAIR}; this cannot be changed now."
    assert faults(actor, batch, changed) == {}


@BOTH
def test_the_centre_chooses_on_the_page_of_a_trainee(app, actor, batch) -> None:
    imported(actor, batch)
    one, centre = trainee("N-4"), actor("centre")
    unit_choices.choose_units(centre, batch.id, one.id, [EXTRA, REPAIR], now=NOW)
    assert trainee("N-4").chosen == (REPAIR, EXTRA)
    with pytest.raises(unit_choices.ChoiceRefused) as refusal:
        unit_choices.choose_units(centre, batch.id, one.id, [SALES, REPAIR, CORE], now=NOW)
    assert [str(reason) for reason in refusal.value.reasons] == [
        f"{CORE} is neither an elective nor an option of this scheme",
        "of the electives “Specialisation” 1 to 1 are chosen, not 2",
    ]
    drawn(actor, batch)
    assert unit_choices.choose_units(centre, batch.id, one.id, [REPAIR, EXTRA], now=NOW).id == one.id
    with pytest.raises(Conflict, match="cannot be changed now"):
        unit_choices.choose_units(centre, batch.id, one.id, [SALES], now=NOW)


def test_who_has_not_chosen_is_left_out_with_the_reason(app, actor, batch) -> None:
    imported(actor, batch)
    roster = scheduling.get_roster(actor("council"), batch.id, again=False)
    assert [entry.units for entry in roster.entries] == [(CORE, SALES), (CORE, REPAIR, EXTRA), (CORE, SALES, EXTRA)]
    ((left_out, reason),) = roster.left_out
    assert left_out.enrolment_number == "N-4"
    assert str(reason) == "of the electives “Specialisation” 1 to 1 are chosen, not 0"


def test_the_scheme_is_decided_by_the_choice_and_an_unlisted_unit_is_never_missing(app, actor, batch) -> None:
    imported(actor, batch)
    row = drawn(actor, batch)
    candidate = row.candidates[0]
    sat(candidate, (CORE,))
    line = grading.grade_assessment(row, AFTER)[0]
    assert {unit_of(ref) for ref in line.missing} == {SALES}
    assert line.result is None
    steps.score(candidate, line.missing, "1/2", key="2")
    assert grading.grade_candidate(candidate).raw_percent == Fraction(350, 4)


def test_lessons_are_those_of_the_units_chosen(app, actor, batch) -> None:
    imported(actor, batch)
    lines = {line.trainee.enrolment_number: line for line in trainees.list_lines(batch, NOW)}
    assert set(lines) == {"N-1", "N-2", "N-3", "N-4"}
    codes = [unit.code for unit in unit_choices.pack_for(trainee("N-1")).units]
    assert codes == [CORE, SALES]
    assert len(unit_choices.pack_for(trainee("N-4")).units) == 4
    assert learning.progress_of(1, unit_choices.pack_for(trainee("N-1"))).units[1].unit.code == SALES


def test_the_template_has_the_columns_that_the_pack_needs(app, batch) -> None:
    fields = unit_choices.offer_in(batch).fields
    assert (
        files.template_file("csv", str, fields)
        .decode("utf-8-sig")
        .splitlines()[0]
        .endswith("language,electives,options")
    )
    plain = unit_choices.offer_in(steps.batch()).fields
    assert files.template_file("csv", str, plain) == files.template_file("csv", str)
    assert b"electives" not in files.template_file("csv", str)


def test_a_column_of_choices_is_not_used_where_nothing_is_chosen(app, actor) -> None:
    upload = checked(actor, steps.batch(), HEADER + f"N-9,Asha Devi,2004-03-31,92,{SALES},\n")
    plan = rosters.plan_of(upload, NOW)
    assert plan.header.unused == ("electives", "options")
    assert plan.may_be_imported
