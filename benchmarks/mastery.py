"""What was shown: the heat map of a large batch from all its practice, and what keeping one more answer costs."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from benchmarks.crowded import app_on, template
from benchmarks.harness import Row, compare
from lms.extensions import db
from lms.records.content import face_of, pack_of, stored
from lms.records.learning import practice_items_of
from lms.services import mastery, reviews
from lms.services.review_schedule import reviewed
from lms.tables.content import ItemVersionRow
from lms.tables.people import PersonRow
from lms.tables.training import PracticeAnswerRow, PracticeCardRow
from tests import world

PEOPLE = 300
ITEMS_OF_A_CRITERION = 3


def rows(rounds: int) -> Iterator[Row]:
    """A pack with three practice items for each criterion, all of them answered by everybody."""
    with template() as database, app_on(database).app_context():
        people = _practised()
        pack = pack_of(world.pack_version())
        codes = {item.face.id: item.face.refs for item in practice_items_of(pack.units)}
        yield compare(
            f"heat map of {PEOPLE} people × {len(pack.criterion_refs())} criteria",
            rounds=rounds,
            unit="ms",
            ours=lambda: mastery.mastery_of_many(people, pack),
            baseline_name="right answers counted by person and item in SQL, shared out by criterion",
            baseline=lambda: _counted(people, codes),
            note="exact weighted shares, how sure they are, every kind of evidence and only the newest are ours alone",
        )
        one, code = people[0], next(iter(codes))
        moments = (world.DAY + timedelta(minutes=number) for number in range(10**9))

        def keep() -> None:
            reviews.keep(one, code, is_right=True, now=next(moments))
            db.session.flush()

        item = db.session.query(ItemVersionRow.id).filter_by(code=code).first()[0]

        def plain() -> None:
            answer = {"person_id": one, "item_version_id": item, "choice": "A", "is_right": True}
            db.session.add(PracticeAnswerRow(**answer, answered_at=next(moments)))
            db.session.flush()

        yield compare(
            "what one more answer changes",
            rounds=rounds,
            unit="ms",
            ours=keep,
            baseline_name="adding the answer's own row",
            baseline=plain,
            note="the day of its next review is worked out too; nothing else is kept, so nothing else has to follow",
        )
        db.session.rollback()


def _practised() -> list[int]:
    """Three practice items for each there is one of, and everybody's newest answer to each."""
    pack = pack_of(world.pack_version())
    for item in practice_items_of(pack.units):
        for number in range(2, ITEMS_OF_A_CRITERION + 1):
            face = face_of(db.session.get_one(ItemVersionRow, item.id))
            copy = face.model_copy(update={"id": f"{face.id}-{number}"})
            names = {"code": copy.id, "version": 1, "unit_code": copy.unit, "use": copy.use, "is_sample": True}
            db.session.add(ItemVersionRow(**names, **stored(copy), published_at=world.DAY))
    db.session.flush()
    known = db.session.query(PersonRow).filter_by(login="trainee").one().password_hash
    people = [
        PersonRow(login=f"m{n}", name=f"Person {n}", password_hash=known, created_at=world.DAY) for n in range(PEOPLE)
    ]
    db.session.add_all(people)
    db.session.flush()
    ids, reviewed_once = [person.id for person in people], reviewed(None, is_right=True, at=world.DAY)
    kept = {"answered_at": world.DAY, "due_at": reviewed_once.due_at, "state": reviewed_once.state}
    codes = [item.face.id for item in practice_items_of(pack.units)]
    db.session.execute(
        PracticeCardRow.__table__.insert(),  # type: ignore[attr-defined]
        [
            {"person_id": person, "item_code": code, "is_right": (person + place) % 3 > 0, **kept}
            for person in ids
            for place, code in enumerate(codes)
        ],
    )
    db.session.commit()
    return ids


def _counted(people: list[int], codes: dict[str, tuple[str, ...]]) -> dict[tuple[int, str], int]:
    card, found = PracticeCardRow, {}
    query = select(card.person_id, card.item_code, func.sum(card.is_right)).where(card.person_id.in_(people))
    for person, code, right in db.session.execute(query.group_by(card.person_id, card.item_code)):
        for ref in codes[code]:
            found[person, ref] = found.get((person, ref), 0) + right
    return found
