"""Exports of a council's released results: what can be chosen, how many lines that is, and the lines themselves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, lazyload

from assessments.choices import assessed_units, scheme_of_units
from assessments.decisions import Outcome
from assessments.model import AssessmentScheme, Component
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.records.results import result_of
from lms.reports.columns import ExportedResult
from lms.reports.results import as_csv, as_workbook
from lms.services import history
from lms.services.days import end_of, start_of, zone
from lms.services.errors import Conflict
from lms.services.results import is_newest
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CarriedUnitRow
from lms.tables.certification import CertificateRow, RevocationRow
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.tables.marking import ResultRow
from lms.tables.people import OrganisationRow, PersonRow, Role
from lms.tables.training import BatchRow, TraineeRow

# What is made while somebody waits for it: about a quarter of a minute of work.
MOST_LINES = {"xlsx": 50_000, "csv": 500_000}
NEWEST = 3
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which results are asked for; what is left empty does not narrow."""

    pack: str = ""
    batch: str = ""
    centre: str = ""
    agency: str = ""
    since: date | None = None
    until: date | None = None
    outcome: Outcome | None = None
    component: Component | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much the filters find."""

    candidates: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What can be chosen in each filter, as (code, words), from what the council has released.

    `newest` are the batches assessed last, which are exported most.
    """

    packs: Choices
    batches: Choices
    centres: Choices
    agencies: Choices
    newest: Choices


def list_offered(actor: Actor) -> Offered:
    """The packs, batches, centres and agencies that have released results."""
    query = (
        select(PackVersionRow.code, PackVersionRow.title, BatchRow, AssessmentRow)
        .join(PackVersionRow, PackVersionRow.id == AssessmentRow.pack_version_id)
        .join(BatchRow, BatchRow.id == AssessmentRow.batch_id)
        .where(_released(actor))
        .order_by(AssessmentRow.closes_at.desc(), AssessmentRow.id.desc())
    )
    found = db.session.execute(query).unique().all()
    return Offered(
        packs=sorted({(code, f"{code} {title}") for code, title, _, _ in found}),
        batches=sorted({(batch.code, f"{batch.code} {batch.name}") for _, _, batch, _ in found}),
        centres=sorted({(batch.centre.code, batch.centre.name) for _, _, batch, _ in found}),
        agencies=sorted({(row.agency.code, row.agency.name) for _, _, _, row in found}),
        newest=list(dict.fromkeys((batch.code, batch.name) for _, _, batch, _ in found))[:NEWEST],
    )


def count(actor: Actor, filters: Filters) -> Size:
    """How many candidates and how many lines the filters find."""
    groups = (AssessmentRow.scheme_version_id, CandidateRow.chosen)
    query = _joined(select(*groups, func.count(ResultRow.id))).where(*_asked(actor, filters)).group_by(*groups)
    found = db.session.execute(query).all()
    wanted = select(SchemeVersionRow).where(SchemeVersionRow.id.in_({scheme for scheme, _chosen, _n in found}))
    schemes = {row.id: scheme_of(row) for row in db.session.scalars(wanted)}
    return Size(
        candidates=sum(n for _scheme, _chosen, n in found),
        lines=sum(_cells(schemes[scheme], chosen, filters.component) * n for scheme, chosen, n in found),
    )


def export(actor: Actor, filters: Filters, kind: str, *, now: datetime) -> bytes:
    """The file of what the filters find, `xlsx` or `csv`; the council's history tells that it was made.

    Raises Conflict when the filters find nothing, or more than a file of that kind may hold.
    """
    begin_reading()  # making a large file takes seconds, and answers are saved meanwhile
    size = count(actor, filters)
    _require_fitting(size, kind)
    results = _list(actor, filters)
    if kind == "csv":
        content = as_csv(results, filters.component)
    else:
        content = as_workbook(results, filters.component, _told(actor, filters, size, now))
    db.session.rollback()
    done = Message(
        "exported %(lines)s lines of %(candidates)s results",
        {"lines": f"{size.lines}", "candidates": f"{size.candidates}"},
    )
    for council in sorted(actor.organisations(Role.COUNCIL_STAFF)):
        history.record(actor, "organisation", council, done, now=now, why=_in_words(filters))
    db.session.commit()
    return content


def _list(actor: Actor, filters: Filters) -> Iterator[ExportedResult]:
    rows = db.session.execute(_lines().where(*_asked(actor, filters)).order_by(AssessmentRow.code, CandidateRow.number))
    packs = {row.id: row for row in db.session.scalars(select(PackVersionRow))}
    schemes = {row.id: row for row in db.session.scalars(select(SchemeVersionRow))}
    texts: dict[int, dict[str, tuple[str, str]]] = {}
    carried = _carried(actor, filters)
    for row in rows:
        if row.pack_version_id not in texts:
            texts[row.pack_version_id] = _texts(pack_of(packs[row.pack_version_id]))
        pack, scheme = packs[row.pack_version_id], schemes[row.scheme_version_id]
        yield _exported(row, pack, scheme, texts[row.pack_version_id], carried.get(row.ResultRow.candidate_id, {}))


def _carried(actor: Actor, filters: Filters) -> Mapping[int, Mapping[str, int]]:
    """For each candidate who carries units, the attempt that each of them comes from."""
    source = aliased(CandidateRow)
    query = _joined(select(CarriedUnitRow.candidate_id, CarriedUnitRow.unit_code, source.attempt_number))
    query = query.join(CarriedUnitRow, CarriedUnitRow.candidate_id == CandidateRow.id)
    query = query.join(source, source.id == CarriedUnitRow.source_id).where(*_asked(actor, filters))
    found: dict[int, dict[str, int]] = {}
    for candidate, unit, attempt in db.session.execute(query):
        found.setdefault(candidate, {})[unit] = attempt
    return found


def _exported(
    row: Any,
    pack: PackVersionRow,
    scheme: SchemeVersionRow,
    texts: dict[str, tuple[str, str]],
    carried: Mapping[str, int],
) -> ExportedResult:
    result: ResultRow = row.ResultRow
    value = result_of(result)
    state = "" if row.number is None else "revoked" if row.revoked else "specimen" if row.is_specimen else "valid"
    return ExportedResult(
        assessment=row.assessment,
        batch=row.batch,
        centre=row.centre,
        agency=row.agency,
        pack=pack.code,
        candidate=row.candidate,
        enrolment=row.enrolment_number,
        name=row.name,
        attempt=row.attempt_number,
        decided_at=result.decided_at.astimezone(zone()),
        scheme=f"{value.scheme_code} {value.scheme_version}",
        marks_status=scheme_of(scheme).marks_status,
        certificate=row.number or "",
        certificate_state=state,
        result=value,
        texts=texts,
        carried=carried,
    )


def _lines() -> Select:  # type: ignore[type-arg]
    """A row for each released result that counts, with the columns an export says of it."""
    centre, agency = aliased(OrganisationRow), aliased(OrganisationRow)
    query = select(
        ResultRow,
        AssessmentRow.code.label("assessment"),
        AssessmentRow.pack_version_id,
        AssessmentRow.scheme_version_id,
        BatchRow.code.label("batch"),
        centre.name.label("centre"),
        agency.name.label("agency"),
        CandidateRow.number.label("candidate"),
        CandidateRow.attempt_number,
        TraineeRow.enrolment_number,
        PersonRow.name,
        CertificateRow.number,
        CertificateRow.is_specimen,
        RevocationRow.id.is_not(None).label("revoked"),
    )
    return (
        _joined(query)
        .join(centre, centre.id == BatchRow.centre_id)
        .join(agency, agency.id == AssessmentRow.agency_id)
        .join(PersonRow, PersonRow.id == TraineeRow.person_id)
        .outerjoin(CertificateRow, CertificateRow.result_id == ResultRow.id)
        .outerjoin(RevocationRow, RevocationRow.certificate_id == CertificateRow.id)
        .options(lazyload(ResultRow.candidate))
    )


def _joined(query: Select) -> Select:  # type: ignore[type-arg]
    return (
        query.select_from(ResultRow)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(BatchRow, BatchRow.id == AssessmentRow.batch_id)
    )


def _released(actor: Actor) -> ColumnElement[bool]:
    own = AssessmentRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF))
    return and_(own, AssessmentRow.state == AssessmentState.RELEASED)


def _asked(actor: Actor, filters: Filters) -> Iterator[ColumnElement[bool]]:
    yield _released(actor)
    yield is_newest()
    if filters.pack:
        packs = select(PackVersionRow.id).where(PackVersionRow.code == filters.pack)
        yield AssessmentRow.pack_version_id.in_(packs)
    if filters.batch:
        yield BatchRow.code == filters.batch
    if filters.centre:
        yield BatchRow.centre_id.in_(_organisation(filters.centre))
    if filters.agency:
        yield AssessmentRow.agency_id.in_(_organisation(filters.agency))
    if filters.since:
        yield ResultRow.decided_at >= start_of(filters.since)
    if filters.until:
        yield ResultRow.decided_at < end_of(filters.until)
    if filters.outcome:
        yield ResultRow.outcome == filters.outcome


def _organisation(code: str) -> Select[int]:
    return select(OrganisationRow.id).where(OrganisationRow.code == code)


def _cells(scheme: AssessmentScheme, chosen: Sequence[str], component: Component | None) -> int:
    own = scheme_of_units(scheme, assessed_units(scheme, chosen))
    return sum(component is None or cell.component is component for cell in own.cells())


def _require_fitting(size: Size, kind: str) -> None:
    if not size.lines:
        raise Conflict(Message("Nothing matches these filters, so there is nothing to export."))
    if size.lines > MOST_LINES[kind]:
        facts = {"lines": f"{size.lines}", "most": f"{MOST_LINES[kind]}"}
        raise Conflict(
            Message("These are %(lines)s lines; a file holds %(most)s. Choose a shorter time or one batch.", facts)
        )


def _texts(pack: QualificationPack) -> dict[str, tuple[str, str]]:
    return {unit.ref(criterion.id): (unit.title, criterion.text) for unit, _, criterion in pack.each_criterion()}


def _told(actor: Actor, filters: Filters, size: Size, now: datetime) -> list[tuple[str, str]]:
    """The sheet Filters: what was asked, when, by whom, and how much that was."""
    return [
        *_chosen(filters).items(),
        ("asked by", actor.name),
        ("asked at", now.astimezone(zone()).isoformat(timespec="seconds")),
        ("candidates", f"{size.candidates}"),
        ("lines", f"{size.lines}"),
        ("site", current_app.config["SETTINGS"].public_url),
    ]


def _chosen(filters: Filters) -> Mapping[str, str]:
    dates = {"decided from": filters.since, "decided until": filters.until}
    return {
        "pack": filters.pack or "all",
        "batch": filters.batch or "all",
        "centre": filters.centre or "all",
        "agency": filters.agency or "all",
        **{name: day.isoformat() if day else "any day" for name, day in dates.items()},
        "outcome": filters.outcome or "all",
        "component": filters.component or "all",
    }


def _in_words(filters: Filters) -> str:
    return ", ".join(f"{name} {value}" for name, value in _chosen(filters).items() if value not in {"all", "any day"})
