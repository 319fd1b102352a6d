"""Reading lessons: what counts as read, how far somebody has come, and who may read what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from curriculum.loading import file_stem
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import lesson_of, pack_of, stored
from lms.records.keys import key_of
from lms.records.learning import practice_items_of
from lms.services import learning, mocks, practice, study
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.learning_progress import Progress
from lms.tables.certification import CertificateRow
from lms.tables.content import LessonVersionRow, PackVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, PracticeAnswerRow, SectionReadRow, TraineeRow, TraineeState
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY


def the_pack() -> QualificationPack:
    return pack_of(world.pack_version())


def progress(actor: Actor) -> Progress:
    return learning.progress_of(actor.person_id, the_pack())


def lessons_about(ref: str) -> list[tuple[int, int]]:
    """The (lesson id, section) pairs about a criterion."""
    unit, _, criterion = ref.partition("#")
    rows = db.session.scalars(select(LessonVersionRow).filter_by(unit_code=unit, language="en"))
    return [
        (row.id, number)
        for row in rows
        for number, section in enumerate(lesson_of(row).header.sections, start=1)
        if criterion in section.criteria
    ]


def read_all(actor: Actor) -> None:
    for unit in progress(actor).units:
        for lesson in unit.lessons:
            for number in range(1, len(lesson.sections) + 1):
                learning.mark_read(actor, lesson.id, number, now=NOW)


def practise(actor: Actor, ref: str, *, right: bool) -> int:
    unit = next(unit for unit in the_pack().units if ref.startswith(unit.code))
    item = next(item for item in practice_items_of([unit]) if ref in item.face.refs)
    key = key_of(db.session.scalars(select(ItemKeyRow).filter_by(item_version_id=item.id)).one())
    choice = key.right if right else next(o.id for o in item.face.options if o.id != key.right)
    mine = select(func.count()).select_from(PracticeAnswerRow).filter_by(person_id=actor.person_id)
    tries = db.session.scalar(mine.filter_by(item_version_id=item.id))
    return practice.answer(actor, item.id, choice, try_number=tries + 1, now=NOW)


def practise_all(actor: Actor) -> None:
    for unit in the_pack().units:
        while (asked := practice.get_round(actor, file_stem(unit.code), now=NOW).asked) is not None:
            key = key_of(db.session.scalars(select(ItemKeyRow).filter_by(item_version_id=asked.id)).one())
            practice.answer(actor, asked.id, key.right, try_number=asked.try_number, now=NOW)


def add_version(row: LessonVersionRow, *, bodies: tuple[str, ...]) -> LessonVersionRow:
    lesson = lesson_of(row).model_copy(update={"bodies": bodies})
    names = {name: getattr(row, name) for name in ("unit_code", "slug", "language", "position", "title")}
    newer = LessonVersionRow(**names, number=row.number + 1, published_at=NOW, **stored(lesson))
    db.session.add(newer)
    db.session.commit()
    return newer


@BOTH
def test_a_trainee_begins_with_nothing_read_and_the_first_section_next(app, actor) -> None:
    begun = progress(actor("trainee"))
    assert set(begun.criteria) == set(the_pack().criterion_refs())
    assert (begun.sections_read, begun.practice_right) == (0, 0)
    assert begun.next_lesson == begun.units[0].lessons[0]
    assert begun.next_lesson.next_section == 1


@BOTH
def test_reading_a_section_counts_once_however_often_it_is_said(app, actor) -> None:
    trainee = actor("trainee")
    lesson = progress(trainee).next_lesson
    assert learning.mark_read(trainee, lesson.id, 1, now=NOW) == 2
    assert learning.mark_read(trainee, lesson.id, 1, now=NOW) == 2
    assert db.session.scalar(select(func.count()).select_from(SectionReadRow)) == 1
    assert progress(trainee).next_lesson.next_section == 2
    assert progress(actor("trainee-b")).sections_read == 0


def test_after_the_last_section_none_follows(app, actor) -> None:
    trainee = actor("trainee")
    lesson = progress(trainee).next_lesson
    assert learning.mark_read(trainee, lesson.id, len(lesson.sections), now=NOW) is None


def test_a_criterion_is_read_when_all_sections_about_it_are(app, actor) -> None:
    trainee = actor("trainee")
    ref = next(ref for ref in the_pack().criterion_refs() if len(lessons_about(ref)) > 1)
    for number, (lesson, section) in enumerate(lessons_about(ref), start=1):
        learning.mark_read(trainee, lesson, section, now=NOW)
        assert progress(trainee).criteria[ref].sections_read == number
    assert progress(trainee).criteria[ref].sections_total == len(lessons_about(ref))


@BOTH
def test_the_last_practice_answer_to_an_item_counts(app, actor) -> None:
    trainee = actor("trainee")
    ref = the_pack().criterion_refs()[0]
    for right in (True, False, True):
        practise(trainee, ref, right=right)
        found = progress(trainee).criteria[ref]
        assert (found.practice_right, found.practice_wrong) == (int(right), int(not right))


def test_when_all_is_read_and_right_nothing_is_left(app, actor) -> None:
    trainee = actor("trainee")
    read_all(trainee)
    practise_all(trainee)
    done = progress(trainee)
    assert (done.next_lesson, done.next_practice) == (None, None)
    assert (done.sections_read, done.practice_right) == (done.sections_total, done.practice_total)


def test_what_was_read_in_an_older_version_counts_while_its_words_are_the_same(app, actor) -> None:
    trainee = actor("trainee")
    old = db.session.get_one(LessonVersionRow, progress(trainee).next_lesson.id)
    learning.mark_read(trainee, old.id, 1, now=NOW)
    learning.mark_read(trainee, old.id, 2, now=NOW)
    bodies = lesson_of(old).bodies
    newer = add_version(old, bodies=(bodies[0], "Something new.\n", *bodies[2:]))
    lesson = progress(trainee).next_lesson
    assert (lesson.id, lesson.read) == (newer.id, {1})
    assert learning.get_lesson(trainee, old.id).place == lesson, "an old address shows the newest version"
    with pytest.raises(Conflict, match="has changed"):
        learning.mark_read(trainee, old.id, 2, now=NOW)
    assert learning.mark_read(trainee, old.id, 3, now=NOW) == 4
    assert progress(trainee).next_lesson.read == {1, 3}


def add_hindi(row: LessonVersionRow, **changed: object) -> LessonVersionRow:
    """The lesson in Hindi at its next version, each body with a word before it."""
    lesson = lesson_of(row)
    header = lesson.header.model_copy(update={"language": "hi", "title": "पाठ"})
    update = {"header": header, "bodies": tuple(f"हिन्दी {body}" for body in lesson.bodies)} | changed
    names = {name: getattr(row, name) for name in ("unit_code", "slug", "position")}
    value = lesson.model_copy(update=update)
    there = db.session.query(LessonVersionRow).filter_by(unit_code=row.unit_code, slug=row.slug, language="hi").count()
    facts = {"language": "hi", "title": "पाठ", "number": there + 1, "published_at": NOW}
    hindi = LessonVersionRow(**names, **facts, **stored(value))
    db.session.add(hindi)
    db.session.commit()
    return hindi


@BOTH
def test_a_lesson_in_two_languages_is_one_and_is_read_in_either(app, actor) -> None:
    trainee = actor("trainee")
    english = db.session.get_one(LessonVersionRow, progress(trainee).next_lesson.id)
    total = progress(trainee).sections_total
    hindi = add_hindi(english)
    assert progress(trainee).sections_total == total, "no lesson more"
    learning.mark_read(trainee, hindi.id, 1, now=NOW)
    learning.mark_read(trainee, english.id, 2, now=NOW)
    learning.mark_read(trainee, english.id, 1, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(SectionReadRow)) == 2, "read once, in whatever language"
    for asked, shown in (("en", english), ("hi", hindi), ("pl", english)):
        view = learning.get_lesson(trainee, hindi.id, asked)
        assert (view.place.id, view.place.version_id, view.place.read) == (english.id, shown.id, {1, 2})
        assert (view.lesson, view.languages) == (lesson_of(shown), ("en", "hi"))


def test_a_translation_with_other_sections_is_not_shown(app, actor) -> None:
    trainee = actor("trainee")
    english = db.session.get_one(LessonVersionRow, progress(trainee).next_lesson.id)
    lesson = lesson_of(english)
    header = lesson.header.model_copy(update={"language": "hi", "sections": lesson.header.sections[:-1]})
    add_hindi(english, header=header, bodies=lesson.bodies[:-1])
    assert learning.get_lesson(trainee, english.id, "hi").languages == ("en",)


def test_what_has_changed_in_one_language_is_read_again_unless_it_was_read_in_the_other(app, actor) -> None:
    trainee = actor("trainee")
    english = db.session.get_one(LessonVersionRow, progress(trainee).next_lesson.id)
    hindi = add_hindi(english)
    learning.mark_read(trainee, english.id, 1, now=NOW)
    learning.mark_read(trainee, hindi.id, 2, now=NOW)
    bodies = lesson_of(english).bodies
    newer = add_version(english, bodies=("New.\n", "New too.\n", *bodies[2:]))
    assert learning.get_lesson(trainee, newer.id).place.read == {2}


def test_one_goes_on_in_the_lesson_where_one_read_last(app, actor) -> None:
    trainee = actor("trainee")
    first, second = [lesson for unit in progress(trainee).units for lesson in unit.lessons][:2]
    learning.mark_read(trainee, first.id, 1, now=NOW)
    learning.mark_read(trainee, second.id, 1, now=NOW + timedelta(hours=1))
    assert (progress(trainee).next_lesson.id, progress(trainee).next_lesson.next_section) == (second.id, 2)
    for number in range(2, len(second.sections) + 1):
        learning.mark_read(trainee, second.id, number, now=NOW + timedelta(hours=2))
    assert progress(trainee).next_lesson.id == first.id, "that one is read, so the first with something left"


def test_home_names_a_lesson_in_the_persons_language(app, actor) -> None:
    trainee = actor("trainee")
    in_english = study.waiting(trainee, NOW)[0]
    add_hindi(db.session.get_one(LessonVersionRow, in_english.values["lesson_id"]))
    db.session.get_one(PersonRow, trainee.person_id).language = "hi"
    db.session.commit()
    assert [str(task.title) for task in study.waiting(trainee, NOW)] == ["Begin with “पाठ”"]


@pytest.mark.parametrize("login", ["trainer", "centre", "council"])
def test_staff_may_look_at_a_lesson_but_keep_no_progress(app, actor, login: str) -> None:
    lesson = progress(actor("trainee")).next_lesson
    assert learning.get_lesson(actor(login), lesson.id).open_pack.as_trainee is False
    with pytest.raises(NotAllowed):
        learning.mark_read(actor(login), lesson.id, 1, now=NOW)


@pytest.mark.parametrize("login", ["council2", "agency", "assessor", "admin"])
def test_for_others_there_is_no_pack_and_no_lesson(app, actor, login: str) -> None:
    lesson = progress(actor("trainee")).next_lesson
    assert learning.list_packs(actor(login)) == ()
    with pytest.raises(Absent):
        learning.get_lesson(actor(login), lesson.id)


def test_a_lesson_of_a_unit_outside_ones_packs_is_absent(app, actor) -> None:
    row = db.session.scalars(select(LessonVersionRow)).first()
    names = {name: getattr(row, name) for name in ("slug", "language", "number", "position", "title")}
    foreign = LessonVersionRow(unit_code="RAS/N0001", **names, published_at=NOW, **stored(lesson_of(row)))
    db.session.add(foreign)
    db.session.commit()
    for login in ("trainee", "trainer", "council"):
        with pytest.raises(Absent):
            learning.get_lesson(actor(login), foreign.id)


def test_a_section_that_is_not_there_is_absent(app, actor) -> None:
    lesson = progress(actor("trainee")).next_lesson
    for section in (0, len(lesson.sections) + 1):
        with pytest.raises(Absent):
            learning.mark_read(actor("trainee"), lesson.id, section, now=NOW)


def test_who_dropped_out_has_no_lessons_and_nothing_waits(app, actor) -> None:
    trainee = actor("trainee")
    lesson = progress(trainee).next_lesson
    db.session.scalars(select(TraineeRow).filter_by(person_id=trainee.person_id)).one().state = TraineeState.DROPPED_OUT
    db.session.commit()
    assert study.waiting(trainee, NOW) == []
    with pytest.raises(Absent):
        learning.get_lesson(trainee, lesson.id)


@BOTH
def test_progress_of_many_is_that_of_each_and_asks_the_database_as_often(app, actor) -> None:
    people = [row.id for row in db.session.scalars(select(PersonRow).where(PersonRow.login.like("trainee%")))]
    learning.mark_read(actor("trainee-b"), progress(actor("trainee-b")).next_lesson.id, 1, now=NOW)
    practise(actor("trainee-c"), the_pack().criterion_refs()[0], right=False)
    pack = the_pack()
    with counted() as of_one:
        learning.progress_of(people[0], pack)
    with counted() as of_many:
        together = learning.progress_of_many(people, pack)
    assert len(of_many) == len(of_one) == 4
    assert together == {person: learning.progress_of(person, pack) for person in people}
    with counted() as of_reading:
        read = learning.sections_read_of_many(pack, dict.fromkeys(people, pack))
    assert len(of_reading) == 2
    assert read == {person: (one.sections_read, one.sections_total) for person, one in together.items()}


def test_who_learns_some_units_only_has_their_sections_to_read(app, actor) -> None:
    trainee = actor("trainee")
    learning.mark_read(trainee, progress(trainee).next_lesson.id, 1, now=NOW)
    pack = the_pack()
    for units in (pack.units[:1], pack.units[1:]):
        own = pack.model_copy(update={"units": units})
        told = learning.progress_of(trainee.person_id, own)
        found = learning.sections_read_of_many(pack, {trainee.person_id: own})
        assert found == {trainee.person_id: (told.sections_read, told.sections_total)}


def test_first_the_lessons_wait_then_the_practice_then_the_review_then_a_mock_exam_then_nothing(app, actor) -> None:
    trainee = actor("trainee")

    def waits(now=NOW) -> str:
        return ", ".join(str(task.title) for task in study.waiting(trainee, now))

    assert waits().startswith("Begin with “")
    first = progress(trainee).next_lesson
    learning.mark_read(trainee, first.id, 1, now=NOW)
    assert waits() == f"Go on with “{first.title}”"
    read_all(trainee)
    assert waits() == f"Practise {progress(trainee).units[0].unit.title}"
    practise(trainee, "ASC/N0003#PC1", right=False)
    assert waits() == "Practise PC1 again"
    assert waits(NOW + timedelta(days=1)) == "Review: 1 due today"
    practise(trainee, "ASC/N0003#PC1", right=True)
    practise_all(trainee)
    assert waits() == "Sit a mock exam"
    mocks.start(trainee, learning.list_packs(trainee)[0].id, now=NOW)
    assert waits() == ""
    assert study.waiting(actor("trainer"), NOW) == []


def test_nothing_waits_for_a_trainee_who_holds_the_certificate(app, actor) -> None:
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    digest = "0" * 64
    result = ResultRow(
        candidate_id=candidate.id, number=1, outcome="competent", content="{}", inputs_hash=digest, decided_at=NOW
    )
    db.session.add(result)
    db.session.flush()
    db.session.add(
        CertificateRow(result_id=result.id, number="N-1", code="C-1", is_specimen=True, facts="{}", issued_at=NOW)
    )
    db.session.commit()
    assert study.waiting(actor("trainee"), NOW) == []
    assert study.waiting(actor("trainee-b"), NOW) != []
    assert learning.list_packs(actor("trainee")) != (), "the lessons stay open"


def test_in_two_packs_the_one_of_the_newest_batch_comes_first(app, actor) -> None:
    trainee = actor("trainee")
    row = world.pack_version()
    names = {"code": row.code, "council_id": row.council_id, "title": row.title}
    pack = pack_of(row)
    raised = pack.model_copy(update={"pack": pack.pack.model_copy(update={"version": "2.0"})})
    newer = PackVersionRow(version="2.0", published_at=NOW, **names, **stored(raised))
    db.session.add(newer)
    db.session.flush()
    old = db.session.scalars(select(BatchRow).filter_by(code="B-TC-1")).one()
    batch = BatchRow(
        code="B-2",
        name="Second batch",
        centre_id=old.centre_id,
        pack_version_id=newer.id,
        starts_on=date(2026, 11, 2),
        ends_on=date(2026, 12, 30),
        created_at=NOW,
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add(TraineeRow(batch_id=batch.id, person_id=trainee.person_id, enrolment_number="S-1"))
    db.session.commit()
    assert [found.id for found in learning.list_packs(trainee)] == [newer.id, row.id]
    assert learning.get_pack(trainee, row.id).as_trainee
    with pytest.raises(Absent):
        learning.get_pack(actor("trainee-b"), newer.id)


class counted:  # noqa: N801 -- reads as a word in `with counted() as …`
    """The statements sent to the database inside."""

    def __enter__(self) -> list[str]:
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._hear)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection, _cursor, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            self.statements.append(statement)
