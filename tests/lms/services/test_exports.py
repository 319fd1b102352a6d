"""Exports: the figures of released results of the own council, exactly, and nothing that can act."""

import csv
import sqlite3
from datetime import date, timedelta
from fractions import Fraction
from io import BytesIO, StringIO

import pandas as pd
import pytest
from sqlalchemy import event, text

from assessments.decisions import Outcome
from assessments.model import Component
from lms.extensions import db
from lms.records.content import scheme_of
from lms.services import certification, exports, history
from lms.services.errors import Conflict
from lms.services.exports import Filters
from lms.tables.assessing import AssessmentRow, AssessmentState
from lms.tables.people import OrganisationRow
from tests.conftest import BOTH
from tests.lms.released import RELEASED, an_assessment, candidate_of

NOW = RELEASED + timedelta(days=1)


def sheets(actor, filters: Filters | None = None) -> dict[str, pd.DataFrame]:
    content = exports.export(actor("council"), filters or Filters(), "xlsx", now=NOW)
    return pd.read_excel(BytesIO(content), sheet_name=None, engine="calamine", dtype=str, keep_default_na=False)


def lines(actor, filters: Filters | None = None) -> list[dict[str, str]]:
    content = exports.export(actor("council"), filters or Filters(), "csv", now=NOW)
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def cells(row: AssessmentRow, component: Component | None = None) -> int:
    return sum(component in {None, cell.component} for cell in scheme_of(row.scheme_version).cells())


@BOTH
def test_the_marks_add_up_to_the_results(app, actor) -> None:
    row = an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    book = sheets(actor)
    marks = book["Marks"]
    assert list(book) == ["Marks", "Results", "Summary", "Data dictionary", "Filters"]
    assert len(marks) == 4 * cells(row)
    sums = {
        number: (sum(map(Fraction, own["awarded exact"])), sum(map(int, own["available"])))
        for number, own in marks.groupby("candidate number")
    }
    assert list(sums.values()) == [(375, 500), (Fraction(1000, 3), 500), (500, 500), (0, 500)]
    for _, line in book["Results"].iterrows():
        awarded, available = sums[line["candidate number"]]
        assert Fraction(line["theory awarded exact"]) + Fraction(line["practical awarded exact"]) == awarded
        assert int(line["theory available"]) + int(line["practical available"]) == available
        assert Fraction(line["per cent exact"]) == 100 * awarded / available
    assert [line["per cent shown"] for _, line in book["Results"].iterrows()] == ["75", "66.66", "100", "0"]
    assert list(book["Results"]["certificate state"]) == ["specimen", "", "specimen", ""]
    assert set(marks["marks status"]) == {"sample"}
    (summary,) = book["Summary"].to_dict("records")
    assert [summary[name] for name in ("candidates", "competent", "not_yet_competent", "absent")] == [
        "4",
        "2",
        "1",
        "1",
    ]
    assert summary["competent of those who came"] == "2 of 3"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_while_a_file_is_made_everybody_else_can_write(app, actor, database, kind: str) -> None:
    an_assessment()
    council, free = actor("council"), []
    db.session.rollback()
    db.session.execute(text("SELECT 1"))  # a request that may write has begun as a writer

    def try_to_write(_connection, _cursor, statement: str, *_rest: object) -> None:
        if "FROM result" in statement:
            other = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=0)
            other.execute("BEGIN IMMEDIATE")
            free.append(other.close())

    event.listen(db.engine, "before_cursor_execute", try_to_write)
    exports.export(council, Filters(), kind, now=NOW)
    assert free
    event.remove(db.engine, "before_cursor_execute", try_to_write)


@BOTH
def test_csv_and_workbook_say_the_same(app, actor) -> None:
    an_assessment()
    marks = sheets(actor)["Marks"]
    assert [list(line) for line in lines(actor)] == [list(marks.columns)] * len(marks)
    for name in ("assessment", "criterion", "criterion text", "awarded exact", "outcome", "decided at"):
        assert [line[name] for line in lines(actor)] == list(marks[name])


def test_every_column_stands_in_the_data_dictionary(app, actor) -> None:
    an_assessment()
    book = sheets(actor)
    named = set(book["Data dictionary"]["column"])
    assert named == set(book["Marks"].columns) | set(book["Results"].columns) | set(book["Summary"].columns)
    assert all(book["Data dictionary"]["meaning"])
    assert all(book["Data dictionary"]["values"])


def test_the_filters_stand_in_the_workbook(app, actor) -> None:
    an_assessment()
    told = sheets(actor, Filters(outcome=Outcome.COMPETENT, since=date(2026, 11, 1)))["Filters"]
    said = dict(zip(told["what"], told["value"], strict=True))
    assert (said["outcome"], said["decided from"], said["pack"]) == ("competent", "2026-11-01", "all")
    assert (said["asked by"], said["candidates"]) == ("Council", "2")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_names_that_look_like_formulas_are_text(app, actor, text: str) -> None:
    an_assessment(shares={"trainee": Fraction(1)}, absent=())
    candidate_of("trainee").trainee.person.name = text
    db.session.commit()
    assert {line["name"] for line in lines(actor)} == {f"'{text}"}
    assert {name.strip() for name in sheets(actor)["Results"]["name"]} == {f"'{text}".strip()}


@BOTH
@pytest.mark.parametrize(
    ("filters", "candidates"),
    [
        (Filters(), 4),
        (Filters(pack="ASC/Q1106"), 4),
        (Filters(pack="ASC/Q9999"), 0),
        (Filters(batch="B-TC-1", centre="TC-1", agency="AA-1"), 4),
        (Filters(centre="TC-2"), 0),
        (Filters(agency="AA-2"), 0),
        (Filters(outcome=Outcome.ABSENT), 1),
        (Filters(since=date(2026, 11, 7), until=date(2026, 11, 7)), 4),
        (Filters(since=date(2026, 11, 8)), 0),
        (Filters(until=date(2026, 11, 6)), 0),
    ],
)
def test_filters_narrow_and_the_count_is_what_comes(app, actor, filters: Filters, candidates: int) -> None:
    row = an_assessment()
    size = exports.count(actor("council"), filters)
    assert (size.candidates, size.lines) == (candidates, candidates * cells(row))
    if candidates:
        assert len(lines(actor, filters)) == size.lines
    else:
        with pytest.raises(Conflict, match="Nothing matches"):
            exports.export(actor("council"), filters, "csv", now=NOW)


@pytest.mark.parametrize("component", [Component.THEORY, Component.PRACTICAL])
def test_one_component_has_only_its_marks(app, actor, component: Component) -> None:
    row = an_assessment(shares={"trainee": Fraction(1)}, absent=())
    found = lines(actor, Filters(component=component))
    assert {line["component"] for line in found} == {component}
    assert len(found) == cells(row, component) == exports.count(actor("council"), Filters(component=component)).lines


@pytest.mark.parametrize("state", [state for state in AssessmentState if state is not AssessmentState.RELEASED])
def test_nothing_is_exported_before_the_release(app, actor, state: AssessmentState) -> None:
    an_assessment(state=state)
    assert exports.count(actor("council"), Filters()).lines == 0


def test_another_council_finds_nothing(app, actor) -> None:
    an_assessment()
    assert exports.count(actor("council2"), Filters()).lines == 0
    assert exports.list_offered(actor("council2")).packs == []
    with pytest.raises(Conflict):
        exports.export(actor("council2"), Filters(), "csv", now=NOW)


def test_too_much_for_one_file_is_refused_with_the_figures(app, actor, monkeypatch) -> None:
    row = an_assessment()
    monkeypatch.setitem(exports.MOST_LINES, "xlsx", 10)
    with pytest.raises(Conflict, match=f"These are {4 * cells(row)} lines; a file holds 10"):
        exports.export(actor("council"), Filters(), "xlsx", now=NOW)


def test_an_export_stands_in_the_history_of_the_council(app, actor) -> None:
    row = an_assessment()
    exports.export(actor("council"), Filters(batch="B-TC-1"), "csv", now=NOW)
    council = db.session.query(OrganisationRow).filter_by(code="ASC").one()
    told = history.list_history("organisation", council.id)[0]
    assert str(history.words_of(told)) == f"exported {4 * cells(row)} lines of 4 results"
    assert told.why == "batch B-TC-1"
