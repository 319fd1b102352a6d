"""What can be practised in one go: a unit, a section of a lesson, one criterion, or what is due for review."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from assessments.words import Message
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.loading import file_stem
from curriculum.model import NosUnit, PerformanceCriterion
from lms.permissions import Actor
from lms.records.learning import PracticeItem, practice_items_of
from lms.services.errors import Absent
from lms.services.learning import OpenPack, get_lesson, get_practice_unit, list_packs
from lms.services.reviews import agenda_of

REVIEW = "review"
_SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where one goes from practice: a page and its words."""

    title: Message
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Practice of one go: its name in addresses, its items in the order they are asked, and where one goes after it.

    `pool` is set where items leave the scope as they are answered: all that may have been in it. A round of such a
    scope counts only answers from its beginning on; `next_day` is the next on which it has some.
    """

    address: str
    title: Message | str
    open_pack: OpenPack
    items: tuple[PracticeItem, ...]
    back: Way
    unit: NosUnit | None = None
    pool: tuple[PracticeItem, ...] = ()
    next_day: date | None = None

    @property
    def is_unit(self) -> bool:
        """Whether it is all practice of a unit."""
        return self.unit is not None and self.address == file_stem(self.unit.code)


def criterion_address(unit_code: str, criterion: str) -> str:
    """The name of a criterion's practice in addresses: `asc-n1105.PC4`."""
    return f"{file_stem(unit_code)}.{criterion}"


def section_address(lesson_id: int, section: int) -> str:
    """The name of a section's practice in addresses: `section.12.3`."""
    return f"{_SECTION}.{lesson_id}.{section}"


def get_scope(actor: Actor, address: str, now: datetime, language: str = FIRST_LANGUAGE) -> Scope:
    """What a trainee practises under this name, sections named in their language; raises Absent."""
    head, *rest = address.split(".")
    if address == REVIEW:
        return _review(actor, now)
    if head == _SECTION and len(rest) == 2 and all(part.isdecimal() and len(part) < 10 for part in rest):
        return _section(actor, address, int(rest[0]), int(rest[1]), language)
    if len(rest) == 1:
        return _criterion(actor, address, head, rest[0])
    if not rest:
        return _unit(actor, address)
    raise Absent


def items_about(items: Sequence[PracticeItem], refs: Sequence[str]) -> tuple[PracticeItem, ...]:
    """The practice items about any of these criteria, in order."""
    wanted = set(refs)
    return tuple(item for item in items if wanted & set(item.face.refs))


def _unit(actor: Actor, address: str) -> Scope:
    open_pack, unit = get_practice_unit(actor, address)
    return Scope(
        address=address,
        title=unit.title,
        open_pack=open_pack,
        unit=unit,
        items=practice_items_of([unit]),
        back=_to_pack(open_pack),
    )


def _criterion(actor: Actor, address: str, unit_stem: str, criterion_id: str) -> Scope:
    open_pack, unit = get_practice_unit(actor, unit_stem)
    criterion = criterion_in(unit, criterion_id)
    return Scope(
        address=address,
        title=f"{criterion.id}, {unit.title}",
        open_pack=open_pack,
        unit=unit,
        items=items_about(practice_items_of([unit]), [unit.ref(criterion.id)]),
        back=Way(
            title=Message("Back to %(code)s", {"code": criterion.id}),
            endpoint="learning.show_criterion",
            values={"unit": unit_stem, "criterion": criterion.id},
        ),
    )


def _section(actor: Actor, address: str, lesson_id: int, number: int, language: str) -> Scope:
    view = get_lesson(actor, lesson_id, language)
    sections = view.lesson.header.sections
    if not view.open_pack.as_trainee or not 1 <= number <= len(sections):
        raise Absent
    unit, section = view.unit.unit, sections[number - 1]
    if number < len(sections):
        title, anchor = Message("Go on: %(section)s", {"section": sections[number].title}), f"section-{number + 1}"
    else:
        title, anchor = Message("Back to the lesson"), "end"
    return Scope(
        address=address,
        title=section.title,
        open_pack=view.open_pack,
        unit=unit,
        items=items_about(practice_items_of([unit]), [unit.ref(criterion) for criterion in section.criteria]),
        back=Way(title=title, endpoint="learning.show_lesson", values={"lesson_id": lesson_id, "_anchor": anchor}),
    )


def _review(actor: Actor, now: datetime) -> Scope:
    """What is due today in all packs of the actor; an item that two of them share is asked once."""
    packs = [open_pack for open_pack in list_packs(actor) if open_pack.as_trainee]
    if not packs:
        raise Absent
    units = {unit.code: unit for open_pack in packs for unit in open_pack.pack.units}
    items = practice_items_of(list(units.values()))
    agenda = agenda_of(actor.person_id, items, now)
    return Scope(
        address=REVIEW,
        title=Message("Review"),
        open_pack=packs[0],
        items=agenda.due,
        pool=items,
        next_day=agenda.next_day,
        back=_to_pack(packs[0]),
    )


def criterion_in(unit: NosUnit, criterion_id: str) -> PerformanceCriterion:
    """A criterion of a unit by its id; raises Absent."""
    for criterion in unit.criteria:
        if criterion.id == criterion_id:
            return criterion
    raise Absent


def _to_pack(open_pack: OpenPack) -> Way:
    return Way(title=Message("Back to the lessons"), endpoint="learning.show_pack", values={"pack": open_pack.id})
