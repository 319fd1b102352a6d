"""Rosters: a file is checked first and nothing is written; importing it is a second step, all or nothing, once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from assessments.words import Message, facts_json
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.reports.reading import Table, read_table
from lms.services import history
from lms.services.attendance import Attendance, attendance_of
from lms.services.days import day_of
from lms.services.enrolling import Enrolment, change, enrol
from lms.services.errors import Absent, Conflict
from lms.services.roster_columns import CHOICES, Field, field_of
from lms.services.roster_plan import MAX_TRAINEES, Effect, Enrolled, Holder, Known, Plan, key_of, plan_import
from lms.services.roster_rows import is_user_name
from lms.services.slips import Slip, make_secrets
from lms.services.training import get_managed_batch
from lms.services.unit_choices import entered_codes, offer_in
from lms.tables.people import PersonRow, Role
from lms.tables.training import BatchRow, RosterUploadRow, TraineeRow

# Titles and blank rows may stand above and between the trainees.
_MAX_ROWS = MAX_TRAINEES * 2
_AT_ONCE = 5000  # user names in one question; a file may repeat their column


class UploadState(StrEnum):
    """Where an uploaded roster stands. Only a checked one can be imported, and of a batch only the newest is."""

    CHECKED = "checked"
    IMPORTED = "imported"
    REPLACED = "replaced"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: the slips of those who are new to the site, and the numbers."""

    batch: BatchRow
    slips: list[Slip]
    new: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """The rows of a roster that are hidden in its file, by their numbers in it, and the headers of hidden columns."""

    rows: tuple[int, ...]
    columns: tuple[str, ...]


def check_roster(actor: Actor, batch_id: int, *, file_name: str, content: bytes, now: datetime) -> RosterUploadRow:
    """Check a roster and keep what was found. Nobody is enrolled or changed; an older unimported one is replaced.

    Raises Faulty when the file as a whole is no roster: not CSV or XLSX, columns missing, empty, too many rows.
    """
    begin_reading()  # a large file takes seconds, and answers are saved meanwhile
    batch = get_managed_batch(actor, batch_id)
    table = read_table(content, max_rows=_MAX_ROWS)
    plan = plan_import(table.rows, _known(batch, table.rows, now))
    rows, problems = json.dumps(asdict(table)), json.dumps(problems_of(plan))
    db.session.rollback()
    batch = get_managed_batch(actor, batch_id)
    older = update(RosterUploadRow).filter_by(batch_id=batch.id, state=UploadState.CHECKED)
    db.session.execute(older.values(state=UploadState.REPLACED))
    upload = RosterUploadRow(
        batch_id=batch.id,
        uploaded_by=actor.person_id,
        uploaded_at=now,
        file_name=_clean_name(file_name),
        rows=rows,
        problems=problems,
        state=UploadState.CHECKED,
    )
    db.session.add(upload)
    db.session.commit()
    return upload


def get_upload(actor: Actor, batch_id: int, upload_id: int) -> RosterUploadRow:
    """A roster uploaded for a batch that the actor manages; raises Absent or NotAllowed."""
    batch = get_managed_batch(actor, batch_id)
    row = db.session.scalar(select(RosterUploadRow).filter_by(batch_id=batch.id, id=upload_id))
    if row is None:
        raise Absent
    return row


def find_waiting(batch_id: int) -> RosterUploadRow | None:
    """The batch's roster that is checked and not imported. The caller has loaded the batch."""
    query = select(RosterUploadRow).filter_by(batch_id=batch_id, state=UploadState.CHECKED)
    return db.session.scalar(query.order_by(RosterUploadRow.id.desc()).limit(1))


def plan_of(upload: RosterUploadRow, now: datetime) -> Plan:
    """What importing this upload would do as things stand now."""
    table = table_of(upload)
    return plan_import(table.rows, _known(upload.batch, table.rows, now))


def table_of(upload: RosterUploadRow) -> Table:
    """The file as it was read."""
    kept = json.loads(upload.rows)
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Table(**{**told, "rows": tuple(map(tuple, told["rows"])), "merged": ()})


def hidden_in(table: Table, plan: Plan) -> Hidden:
    """What importing would read although whoever looks at the file does not see it."""
    columns, rows, header = set(table.hidden_columns), set(table.hidden_rows), table.rows[plan.header.row]
    return Hidden(
        rows=tuple(planned.row.number for planned in plan.rows if planned.row.number - 1 in rows),
        columns=tuple(header[place].strip() for place in plan.header.columns.values() if place in columns),
    )


def import_roster(actor: Actor, batch_id: int, upload_id: int, *, now: datetime) -> Imported:
    """Import all rows of a checked roster, or none. Raises Conflict when it was imported before or no longer fits."""
    upload = _get_importable(actor, batch_id, upload_id)
    count = _new_people(plan_of(upload, now))
    # Hashing takes seconds; nobody is kept waiting for the database meanwhile.
    db.session.rollback()
    secrets = make_secrets(count)
    upload = _get_importable(actor, batch_id, upload_id)
    taken = (
        update(RosterUploadRow).filter_by(id=upload.id, state=UploadState.CHECKED).values(state=UploadState.IMPORTED)
    )
    if not db.session.execute(taken).rowcount:  # type: ignore[attr-defined]
        raise _already(UploadState.IMPORTED)
    plan = plan_of(upload, now)
    if not plan.may_be_imported or _new_people(plan) > len(secrets):
        db.session.rollback()
        raise Conflict(
            Message("Some rows no longer fit what is in the batch. Nothing was imported; look at the roster again.")
        )
    try:
        done = _apply(actor, upload, plan, Enrolment(batch=upload.batch, secrets=secrets, now=now))
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(
            Message("Somebody changed the batch at the same moment. Nothing was imported; try again.")
        ) from fault
    return done


def discard_roster(actor: Actor, batch_id: int, upload_id: int) -> None:
    """Put a checked roster away without importing it. Twice: nothing happens."""
    upload = get_upload(actor, batch_id, upload_id)
    away = update(RosterUploadRow).filter_by(id=upload.id, state=UploadState.CHECKED)
    db.session.execute(away.values(state=UploadState.DISCARDED))
    db.session.commit()


def problems_of(plan: Plan) -> list[dict[str, object]]:
    """The plan's problems as they are kept: row, field, and the words with their facts."""
    return [
        {
            "row": planned.row.number,
            "field": problem.field,
            "words": problem.words.template,
            "facts": facts_json(problem.words),
        }
        for planned in plan.rows
        for problem in planned.row.problems
    ]


def _get_importable(actor: Actor, batch_id: int, upload_id: int) -> RosterUploadRow:
    upload = get_upload(actor, batch_id, upload_id)
    if upload.state != UploadState.CHECKED:
        raise _already(UploadState(upload.state))
    return upload


def _already(state: UploadState) -> Conflict:
    if state is UploadState.IMPORTED:
        return Conflict(
            Message("This roster was imported already. If the slips are lost, make new ones on the page of the batch.")
        )
    return Conflict(Message("This roster was put away. Upload the file again to import it."))


def _new_people(plan: Plan) -> int:
    return sum(planned.effect is Effect.NEW and planned.person_id is None for planned in plan.rows)


def _apply(actor: Actor, upload: RosterUploadRow, plan: Plan, enrolment: Enrolment) -> Imported:
    slips = enrol(actor, enrolment, [planned for planned in plan.rows if planned.effect is Effect.NEW])
    change(actor, [planned for planned in plan.rows if planned.effect is Effect.CHANGED], now=enrolment.now)
    new, changed = plan.count(Effect.NEW), plan.count(Effect.CHANGED)
    words = Message(
        "imported %(count)s trainees from %(file)s: %(new)s new, %(changed)s changed",
        {"count": str(len(plan.rows)), "file": upload.file_name, "new": str(new), "changed": str(changed)},
    )
    history.record(actor, "batch", upload.batch_id, words, now=enrolment.now)
    return Imported(batch=upload.batch, slips=slips, new=new, changed=changed)


def _known(batch: BatchRow, table: Sequence[Sequence[str]], now: datetime) -> Known:
    """What the site knows that bears on this table, in three queries; in four where units are chosen."""
    trainees = db.session.scalars(select(TraineeRow).filter_by(batch_id=batch.id)).all()
    offer = offer_in(batch)
    entered = entered_codes(batch.id) if offer.units else {}
    attended = attendance_of(trainees)
    enrolled = {
        key_of(row.enrolment_number): Enrolled(
            trainee_id=row.id,
            texts=_texts_of(row, attended[row.id]),
            entered_in=entered.get(row.id, ""),
            is_by_register=attended[row.id].is_by_register,
        )
        for row in trainees
    }
    return Known(
        starts_on=batch.starts_on,
        today=day_of(now),
        enrolled=enrolled,
        holders=_holders(batch, {row.person_id for row in trainees}, _user_names(table)),
        offer=offer,
    )


def _user_names(table: Sequence[Sequence[str]]) -> set[str]:
    """All user names that stand below a header for them; what can be none is told where its row is read."""
    places = {n for row in table for n, cell in enumerate(row) if field_of(cell) is Field.USER_NAME}
    below = {row[place].strip().lower() for row in table for place in places if place < len(row)}
    return {text for text in below if is_user_name(text)}


def _holders(batch: BatchRow, in_batch: set[int], user_names: set[str]) -> Mapping[str, Holder]:
    query, asked = select(PersonRow).options(selectinload(PersonRow.grants)), sorted(user_names)
    portions = (asked[start : start + _AT_ONCE] for start in range(0, len(asked), _AT_ONCE))
    people = [one for names in portions for one in db.session.scalars(query.where(PersonRow.login.in_(names)))]
    return {
        person.login: Holder(
            person_id=person.id,
            name=person.name,
            is_ours=any(g.role == Role.TRAINEE and g.organisation_id == batch.centre_id for g in person.grants),
            is_in_batch=person.id in in_batch,
        )
        for person in people
    }


def texts_of_many(trainees: Sequence[TraineeRow]) -> list[Mapping[Field, str]]:
    """These trainees as a roster would say them, in the same order."""
    attended = attendance_of(trainees)
    return [_texts_of(row, attended[row.id]) for row in trainees]


def _texts_of(row: TraineeRow, attendance: Attendance) -> Mapping[Field, str]:
    return {
        Field.ENROLMENT_NUMBER: row.enrolment_number,
        Field.NAME: row.person.name,
        Field.GUARDIAN: row.guardian,
        Field.BORN_ON: row.born_on.isoformat() if row.born_on else "",
        Field.PHONE: row.person.phone,
        Field.ATTENDANCE: attendance.text,
        Field.USER_NAME: row.person.login,
        Field.LANGUAGE: row.person.language,
        **{name: offer_in(row.batch).text_of(name, row.chosen) for name in CHOICES},
    }


def _clean_name(file_name: str) -> str:
    """The file's own name without folders and unseen signs."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:120] or "roster"
