"""What mock exams came to: scored like the real theory, explained item by item, and what they say of each criterion."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from assessments.attempts import counting_answers
from assessments.choices import assessed_units, scheme_of_units
from assessments.exam_time import AnswerEvent
from assessments.mastery import Evidence, EvidenceKind
from assessments.model import AssessmentScheme, Cell
from assessments.outlook import Outlook, look_ahead
from assessments.papers import Paper
from assessments.rulings import right_items
from assessments.scoring import Score, grade_theory
from assessments.standing import percent_of, sum_of
from assessments.words import Message
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of, pack_of, scheme_of
from lms.records.delivery import ReadColumns, ShownItem, answer_columns, clock_of, events_of, shown_items
from lms.records.keys import keys_of_items
from lms.records.learning import lessons_of
from lms.records.papers import paper_of
from lms.services import mocks
from lms.services.days import zone
from lms.services.errors import Conflict
from lms.services.read_again import ReadAgain, find_section
from lms.tables.content import ItemVersionRow, PackVersionRow
from lms.tables.mocks import MockAnswerEventRow, MockExamRow
from question_bank.keys import ItemKey
from question_bank.model import ItemFace, languages_of

_ALL, _NOTHING = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MockScore:
    """What one mock exam came to: theory marks, exact, in mark units of this `worth`; and when it was over."""

    mock_id: int
    number: int
    pack_version_id: int
    pack_title: str
    score: Score
    worth: Fraction
    at: datetime

    @property
    def percent(self) -> Fraction:
        """The share of its marks, in per cent, exact."""
        return percent_of([self.score])


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredItem:
    """One line of the paper, explained: the key is shown only now, to whoever sat it.

    `language` is that of its words. `chosen` is None where it was not answered. `worth` is what the item brings, exact.
    """

    shown: ShownItem
    language: str
    face: ItemFace
    key: ItemKey
    chosen: str | None
    worth: Fraction
    read_again: ReadAgain | None

    @property
    def is_right(self) -> bool:
        """Whether the answer earns the item's worth."""
        return self.key.is_right(self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToStudy:
    """A section to read again: the questions about it that were not right, by number, and what they would bring."""

    section: ReadAgain
    numbers: tuple[int, ...]
    worth: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class MockResult:
    """A mock exam that is over: its marks by cell, what they leave open of the rule, and every item explained.

    `all_scores` are those of the person's mocks of this pack that are over, newest first, this one among them.
    """

    row: MockExamRow
    score: MockScore
    pack: QualificationPack
    scheme: AssessmentScheme
    scores: Mapping[Cell, Score]
    outlook: Outlook
    items: tuple[AnsweredItem, ...]
    all_scores: tuple[MockScore, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that some of its questions can be read in."""
        return languages_of(item.face for item in self.items)

    @property
    def right(self) -> int:
        """How many items were answered right."""
        return sum(item.is_right for item in self.items)

    @property
    def to_study(self) -> tuple[ToStudy, ...]:
        """The sections that explain what was not right, those that would bring most first."""
        missed: dict[ReadAgain, list[AnsweredItem]] = {}
        for item in self.items:
            if item.read_again and not item.is_right:
                missed.setdefault(item.read_again, []).append(item)
        found = (
            ToStudy(
                section=section,
                numbers=tuple(item.shown.number for item in own),
                worth=sum((item.worth for item in own), _NOTHING),
            )
            for section, own in missed.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.worth, one.numbers)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graded:
    """A mock exam with its answers that count, scored."""

    row: MockExamRow
    paper: Paper
    answers: Mapping[str, str]
    keys: Mapping[tuple[str, int], ItemKey]
    right: frozenset[str]
    scores: Mapping[Cell, Score]

    @property
    def score(self) -> MockScore:
        row = self.row
        return MockScore(
            mock_id=row.id,
            number=row.number,
            pack_version_id=row.pack_version_id,
            pack_title=row.pack_version.title,
            score=sum_of(self.scores.values()),
            worth=Fraction(scheme_of(row.scheme_version).mark_unit),
            at=row.submitted_at or row.closed_at or row.deadline_at,
        )


def list_mocks(actor: Actor, pack_version_id: int) -> tuple[MockScore, ...]:
    """The actor's mock exams of a pack that are over, newest first; three queries."""
    return tuple(graded.score for graded in _grade(_over_of(actor, pack_version_id)))


def newest_mocks(person_ids: Sequence[int], pack_version_id: int | None = None) -> dict[int, MockScore]:
    """The newest mock exam that is over of each of these people, of one pack where it is named; four queries at most.

    The caller has loaded the people through the actor.
    """
    newest = select(func.max(MockExamRow.id)).where(MockExamRow.person_id.in_(person_ids), _is_over())
    if pack_version_id is not None:
        newest = newest.filter_by(pack_version_id=pack_version_id)
    rows = db.session.scalars(_over().where(MockExamRow.id.in_(newest.group_by(MockExamRow.person_id)))).all()
    return {graded.row.person_id: graded.score for graded in _grade(rows)}


def get_result(actor: Actor, mock_id: int, now: datetime, language: str = FIRST_LANGUAGE) -> MockResult:
    """A mock exam of the actor's own with everything explained; raises Absent, and Conflict while it runs.

    Each item is explained in this language where it is written in it, else as first written.
    """
    row = mocks.get_own_mock(actor, mock_id)
    if not mocks.is_over(row, now):
        raise Conflict(Message("This mock exam is still running. Its result stands here when it is over."))
    over = {row.id: row} | {other.id: other for other in _over_of(actor, row.pack_version_id)}
    found = list(_grade(sorted(over.values(), key=lambda one: -one.number)))
    graded = next(one for one in found if one.row.id == mock_id)
    pack, scheme = pack_of(row.pack_version), scheme_of(row.scheme_version)
    return MockResult(
        row=row,
        score=graded.score,
        pack=pack.of_units(assessed_units(scheme, row.chosen)),
        scheme=scheme,
        scores=graded.scores,
        outlook=look_ahead(scheme, graded.scores, chosen=row.chosen),
        items=tuple(_explained(graded, pack, language)),
        all_scores=tuple(one.score for one in found),
    )


def mock_evidence(person_ids: Sequence[int], pack: QualificationPack) -> Iterator[tuple[int, Evidence]]:
    """What every item of a mock exam of the pack says of its criteria, an item not answered being not known."""
    query = _over().join(PackVersionRow, PackVersionRow.id == MockExamRow.pack_version_id)
    query = query.where(MockExamRow.person_id.in_(person_ids))
    query = query.where(PackVersionRow.code == pack.code, PackVersionRow.version == pack.version)
    found = list(_grade(db.session.scalars(query).all()))
    faces = _faces(item for graded in found for item in graded.paper.items)
    for graded in found:
        at = graded.score.at
        for line in graded.paper.lines:
            share = _ALL if line.item in graded.right else _NOTHING
            for ref in faces[line.item, line.version].refs:
                kind = EvidenceKind.MOCK_EXAM
                yield graded.row.person_id, Evidence(ref=ref, kind=kind, thing=line.item, share=share, at=at)


def _over() -> Select[tuple[MockExamRow]]:
    versions = joinedload(MockExamRow.scheme_version), joinedload(MockExamRow.pack_version)
    return select(MockExamRow).options(*versions).where(_is_over())


def _over_of(actor: Actor, pack_version_id: int) -> Sequence[MockExamRow]:
    own = _over().filter_by(person_id=actor.person_id, pack_version_id=pack_version_id)
    return db.session.scalars(own.order_by(MockExamRow.number.desc())).all()


def _is_over() -> ColumnElement[bool]:
    return or_(MockExamRow.submitted_at.is_not(None), MockExamRow.closed_at.is_not(None))


def _grade(rows: Sequence[MockExamRow]) -> Iterator[_Graded]:
    """Mock exams scored, in their order: two queries for any number of them."""
    if not rows:
        return
    events, papers = _events_of([row.id for row in rows]), [paper_of(row) for row in rows]
    keys = keys_of_items({item for paper in papers for item in paper.items})
    for row, paper in zip(rows, papers, strict=True):
        scheme = scheme_of(row.scheme_version)
        own = scheme_of_units(scheme, assessed_units(scheme, row.chosen))
        given = events.get(row.id, ())
        answers = counting_answers(given, clock_of(row, scheme.theory, zone())).answers
        right = right_items(paper.lines, answers, keys)
        scores = grade_theory(paper, right, own, frozenset(answers) - right)
        yield _Graded(row=row, paper=paper, answers=answers, keys=keys, right=right, scores=scores)


def _events_of(mock_ids: Sequence[int]) -> Mapping[int, Sequence[AnswerEvent]]:
    found: dict[int, list[ReadColumns]] = {}
    query = select(MockAnswerEventRow.mock_exam_id, *answer_columns(MockAnswerEventRow))
    for row in db.session.execute(query.where(MockAnswerEventRow.mock_exam_id.in_(mock_ids))):
        found.setdefault(row.mock_exam_id, []).append(row)
    return {mock: events_of(rows) for mock, rows in found.items()}


def _explained(graded: _Graded, pack: QualificationPack, language: str) -> Iterator[AnsweredItem]:
    lessons, faces = lessons_of(pack.units), _faces(graded.paper.items)
    for shown, line in zip(shown_items(graded.row.face), graded.paper.lines, strict=True):
        face = faces[line.item, line.version]
        yield AnsweredItem(
            shown=shown.in_language(language),
            language=face.language_for(language),
            face=face,
            key=graded.keys[line.item, line.version].in_language(language),
            chosen=graded.answers.get(line.item),
            worth=line.worth,
            read_again=find_section(lessons, face.unit, face.criteria, language),
        )


def _faces(items: Iterable[str]) -> Mapping[tuple[str, int], ItemFace]:
    """All versions of these items, by (item, version)."""
    codes = set(items)
    rows = db.session.scalars(select(ItemVersionRow).where(ItemVersionRow.code.in_(codes))).all() if codes else []
    return {(row.code, row.version): face_of(row) for row in rows}
