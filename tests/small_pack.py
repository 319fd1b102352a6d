"""A small pack with something to choose: one compulsory unit, one of two electives, an option; with items and tasks."""

from datetime import date
from typing import Any

from assessments.model import AssessmentScheme
from curriculum.model import ElectiveGroup, QualificationPack, UnitList
from lms.extensions import db
from lms.records.content import stored
from lms.services import publishing
from lms.tables.content import ContentState, ItemVersionRow, PackVersionRow, TaskVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.training import BatchRow, BatchTrainerRow
from question_bank.model import ItemFace, ItemUse
from tests import world
from tests.builders import a_bank, a_key, a_pack, a_scheme, a_task_file, a_unit

CORE, SALES, REPAIR, EXTRA = "ASC/N9101", "ASC/N9102", "ASC/N9103", "ASC/N9104"
GROUP = ElectiveGroup.model_validate(
    {"title": "Specialisation", "choose": {"min": 1, "max": 1}, "units": (SALES, REPAIR)}
)


def pack() -> QualificationPack:
    """The pack."""
    units = UnitList(compulsory=(CORE,), electives=(GROUP,), options=(EXTRA,))
    plain = a_pack([a_unit(code, criteria=2) for code in (CORE, SALES, REPAIR, EXTRA)], code="ASC/Q9100")
    return plain.model_copy(update={"pack": plain.pack.model_copy(update={"units": units})})


def scheme(**overrides: Any) -> AssessmentScheme:
    """Its scheme: 100 marks a unit, 70 % to pass, units that were not reached again."""
    policy = {**a_scheme().reassessment.model_dump(), "scope": "units", "cooling_off_days": 10}
    given = {"electives": (GROUP,), "options": (EXTRA,), "reassessment": policy}
    return a_scheme(pack(), **{**given, **overrides})


def publish(**overrides: Any) -> BatchRow:
    """Publish the pack with its scheme and content, and open an empty batch for it at the world's first centre."""
    council = db.session.query(OrganisationRow).filter_by(code="ASC").one()
    row, own = publishing.add_pack(council.id, pack(), now=world.DAY), scheme(**overrides)
    publishing.add_scheme(row.id, own, ContentState.PUBLISHED, now=world.DAY)
    _add_content(own)
    batch = _batch(row)
    db.session.commit()
    return batch


def add_practice(own: AssessmentScheme, spare: int = 2, enemies: tuple[str, ...] = ()) -> None:
    """Practice items for a scheme: for each of its nodes so many more than a paper takes; every key is A.

    Those named in `enemies` exclude each other.
    """
    for face in a_bank(own, spare=spare):
        name = f"{face.id}-practice"
        others = tuple(other for other in enemies if other != name) if name in enemies else ()
        _add_item(face.model_copy(update={"id": name, "use": ItemUse.PRACTICE, "enemies": others}))
    db.session.commit()


def _add_content(own: AssessmentScheme) -> None:
    for face in a_bank(own, spare=8):
        _add_item(face)
    for unit in pack().units:
        tasks = stored(a_task_file(unit))
        db.session.add(TaskVersionRow(unit_code=unit.code, number=1, **tasks, published_at=world.DAY))


def _add_item(face: ItemFace) -> None:
    names = {"code": face.id, "version": 1, "unit_code": face.unit, "use": face.use, "is_sample": True}
    item = ItemVersionRow(**names, **stored(face), published_at=world.DAY)
    db.session.add(item)
    db.session.flush()
    db.session.add(ItemKeyRow(item_version_id=item.id, **stored(a_key(face))))


def _batch(row: PackVersionRow) -> BatchRow:
    batch = BatchRow(
        code="B-SMALL",
        name="Batch of the small pack",
        centre_id=db.session.query(OrganisationRow).filter_by(code="TC-1").one().id,
        pack_version_id=row.id,
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 10, 30),
        created_at=world.DAY,
    )
    db.session.add(batch)
    db.session.flush()
    trainer = db.session.query(PersonRow).filter_by(login="trainer").one()
    db.session.add(BatchTrainerRow(batch_id=batch.id, person_id=trainer.id))
    return batch
