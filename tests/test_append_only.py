"""The database itself refuses to change what can be appealed."""

from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from lms.extensions import db
from lms.services import delivery, room_acts
from lms.services.review_schedule import replayed
from lms.tables.append_only import APPEND_ONLY, trigger_names
from lms.tables.assessing import AssessmentAssessorRow
from lms.tables.content import ItemVersionRow
from lms.tables.registry import METADATA
from lms.tables.training import PracticeAnswerRow, PracticeCardRow
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of


@BOTH
def test_every_append_only_table_has_its_triggers(app) -> None:
    dialect = db.engine.dialect.name
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[dialect]
    found = set(db.session.scalars(text(query)))
    assert found == {name for table in APPEND_ONLY for name in trigger_names(dialect, table)}


@BOTH
@pytest.mark.parametrize("statement", ["UPDATE pack_version SET title = 'other'", "DELETE FROM item_version"])
def test_a_published_version_cannot_be_changed_or_deleted(app, statement: str) -> None:
    with pytest.raises(DatabaseError, match="added, never changed"):
        db.session.execute(text(statement))
    db.session.rollback()


@BOTH
def test_replacing_a_row_is_refused_too(app) -> None:
    if db.engine.dialect.name == "postgresql":
        statement = "TRUNCATE item_key"
    else:
        statement = (
            "REPLACE INTO history (id, at, thing, thing_id, what, facts, why) "
            "VALUES (1, '2026-01-01', 'x', 1, 'x', '{}', '')"
        )
    with pytest.raises(DatabaseError, match="added, never changed"):
        db.session.execute(text(statement))
    db.session.rollback()


@BOTH
def test_the_migrations_make_the_tables_of_the_code(app) -> None:
    inspector = inspect(db.engine)
    for table in METADATA.sorted_tables:
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name for column in table.columns}, table.name


@BOTH
def test_what_was_practised_before_there_were_cards_is_put_on_them(app) -> None:
    person = db.session.scalar(text("SELECT id FROM person WHERE login = 'trainee'"))
    item = db.session.query(ItemVersionRow).filter_by(use="practice").first()
    answers = [(False, world.DAY), (True, world.DAY + timedelta(hours=3)), (True, world.DAY + timedelta(days=4))]
    for is_right, at in answers:
        given = {"person_id": person, "item_version_id": item.id, "choice": "A"}
        db.session.add(PracticeAnswerRow(**given, is_right=is_right, answered_at=at))
    db.session.commit()
    code = item.code
    db.session.remove()
    downgrade(revision="0005")
    upgrade()
    (card,) = db.session.query(PracticeCardRow)
    review = replayed(answers)
    assert (card.item_code, card.is_right, card.answered_at) == (code, *answers[-1])
    assert (card.state, card.due_at) == (review.state, review.due_at)


@BOTH
def test_the_units_of_packs_published_before_are_looked_up_too(app) -> None:
    query = text("SELECT pack_version_id, unit_version_id, place FROM pack_unit ORDER BY 1, 3")
    before = db.session.execute(query).all()
    assert before
    db.session.remove()
    downgrade(revision="0014")
    upgrade()
    assert db.session.execute(query).all() == before


@BOTH
def test_who_handed_in_before_it_was_written_down_is_told_as_it_was_concluded_then(app, actor) -> None:
    row = a_drawn_assessment()
    seconds = {"trainee": 4, "trainee-b": 0, "trainee-c": None}
    for login, after in seconds.items():
        attempt = delivery.start(actor(login), candidate_of(row, login).id, now=row.opens_at)
        if after is not None:
            attempt.submitted_at = attempt.deadline_at + timedelta(seconds=after)
            attempt.handed_in_by = "candidate"
    db.session.commit()
    db.session.add(AssessmentAssessorRow(assessment_id=row.id, person_id=actor("assessor").person_id))
    ended = candidate_of(row, "trainee-c").id
    room_acts.end_attempts(actor("assessor"), row.id, [ended], why="It is over.", now=row.opens_at)
    query = text("SELECT handed_in_by FROM attempt ORDER BY id")
    db.session.remove()
    downgrade(revision="0021")
    upgrade()
    assert db.session.scalars(query).all() == ["page", "candidate", "room"]
    for wrong in ("UPDATE attempt SET submitted_at = NULL", "UPDATE attempt SET handed_in_by = NULL"):
        with pytest.raises(IntegrityError):
            db.session.execute(text(wrong))
        db.session.rollback()
