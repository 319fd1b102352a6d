"""What a good pack is. Each check is a generator; `CHECKS` is the list of rules.

Real packs repeat, misnumber and cut off lines; those are kept as printed and told as warnings.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from curriculum.model import NosUnit, PackDocument, PerformanceCriterion, QualificationPack, Statement
from curriculum.problems import Problem, error, warning
from curriculum.words import Message

Line = PerformanceCriterion | Statement
Check = Callable[[QualificationPack], Iterator[Problem]]
UnitCheck = Callable[[NosUnit], Iterator[Problem]]
ALIKE = 0.95  # from here on two lines differ by a word or less
_MOST_COMPARED = 200  # lines of one kind in a unit; real ones have some twenty
# Signs that steer machines and the way that letters run; papers and pages show them to nobody.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]")
_ELEMENT = re.compile(r"E\d+(-\d+)?")
_GLUED = re.compile(r"\b(with|good|in|on|the|mutual)(colleagues|working|which|individuals|importance|respect)\b")


def check_pack(pack: QualificationPack) -> list[Problem]:
    """Every fault and oddity of a pack and its units. In a unit the path is a reference; `at` leads into its file."""
    own = [problem for check in CHECKS for problem in check(pack)]
    return own + [problem for unit in dict.fromkeys(pack.units) for problem in check_unit(unit)]


def check_unit(unit: NosUnit) -> list[Problem]:
    """Every fault and oddity of one unit."""
    return [problem for check in UNIT_CHECKS for problem in check(unit)]


def units_are_unique(pack: QualificationPack) -> Iterator[Problem]:
    """A unit stands once in a pack."""
    places = {code: f"units.{path}" for path, code in pack.pack.units.each()}
    for code, times in Counter(unit.code for unit in pack.units).items():
        if times > 1:
            words = Message("%(code)s is listed %(times)s times; list it once", {"code": code, "times": str(times)})
            yield error("units", words, at=places.get(code, ""))


def choices_are_possible(pack: QualificationPack) -> Iterator[Problem]:
    """Of an elective group as many units can be chosen as must be."""
    for index, group in enumerate(pack.pack.units.electives):
        if not group.choose.min <= group.choose.max <= len(group.units):
            asked = {"least": str(group.choose.min), "most": str(group.choose.max), "units": str(len(group.units))}
            words = Message("asks for %(least)s to %(most)s of %(units)s units", asked)
            yield error(f"units.electives.{index}.choose", words)


def employers_claim_no_level(pack: QualificationPack) -> Iterator[Problem]:
    """A level of the NSQF is given to qualifications that were aligned to it, never to an employer's own pack."""
    if pack.is_employers and pack.pack.nsqf_level is not None:
        words = Message(
            "is %(level)s, but an employer's own pack is not aligned to the NSQF; leave it out",
            {"level": pack.pack.nsqf_level},
        )
        yield error("nsqf_level", words, at="nsqf_level")


def facts_can_be_seen(pack: QualificationPack) -> Iterator[Problem]:
    """The facts of a pack hold no signs that nobody sees."""
    yield from _unseen(pack.pack, pack.pack.code)


def texts_can_be_seen(unit: NosUnit) -> Iterator[Problem]:
    """The lines of a unit hold no signs that nobody sees."""
    yield from _unseen(unit, unit.code)


def ids_are_no_elements(unit: NosUnit) -> Iterator[Problem]:
    """In schemes `E2` is the second element of a unit, whose marks no line may take."""
    for path, line in _lines(unit):
        if _ELEMENT.fullmatch(line.id):
            words = Message("is %(id)s, which names an element where marks are; write one such as PC1", {"id": line.id})
            yield error(unit.ref(line.id), words, at=f"{path}.id")


def ids_are_unique(unit: NosUnit) -> Iterator[Problem]:
    """An id names one line of its unit."""
    met: Counter[str] = Counter()
    for path, line in _lines(unit):
        met[line.id] += 1
        if met[line.id] > 1:
            free = f"{line.id.partition('-')[0]}-{met[line.id]}"
            words = Message("is used before; name this line %(id)s", {"id": free})
            yield error(unit.ref(line.id), words, at=f"{path}.id")


def every_unit_has_criteria(unit: NosUnit) -> Iterator[Problem]:
    """A unit without criteria cannot be assessed, and an element without them says nothing."""
    for index, element in enumerate(unit.elements):
        if not element.criteria:
            words = Message("the element “%(title)s” has no criteria", {"title": element.title})
            yield error(unit.code, words, at=f"elements.{index}.criteria")
    if not unit.elements:
        yield error(unit.code, Message("has no elements"), at="elements")


def numbering_runs(unit: NosUnit) -> Iterator[Problem]:
    """Printed numbers run from 1 without gaps."""
    for lines in _columns(unit):
        for place, (path, line) in enumerate(lines, start=1):
            number = int(re.sub(r"\D", "", line.id.partition("-")[0])[:9])
            if number != place:
                name = re.sub(r"\d.*", "", line.id)
                words = Message(
                    "stands where %(id)s should; printed numbers run from 1 without gaps", {"id": f"{name}{place}"}
                )
                yield warning(unit.ref(line.id), words, at=f"{path}.id")
                break


def codes_are_plain(unit: NosUnit) -> Iterator[Problem]:
    """A printed code is its id; others are kept as printed."""
    for path, line in _lines(unit):
        if line.code.rstrip(".") != line.code:
            yield warning(unit.ref(line.id), Message("is printed “%(code)s”", {"code": line.code}), at=f"{path}.code")


def texts_are_whole(unit: NosUnit) -> Iterator[Problem]:
    """Lines that break off, start in mid-sentence or run words together are shown."""
    for path, line in _lines(unit):
        ref, at = unit.ref(line.id), f"{path}.text"
        if line.text.count("(") != line.text.count(")"):
            yield warning(ref, Message("has a bracket that is not closed; the text may be cut off"), at=at)
        if glued := _GLUED.search(line.text):
            yield warning(ref, Message("runs words together: “%(words)s”", {"words": glued.group()}), at=at)
        last = line.text.rpartition(" ")[2]
        if last in {"from", "the", "of", "and", "to"}:
            yield warning(ref, Message("ends with “%(word)s”; the text may be cut off", {"word": last}), at=at)


def texts_differ(unit: NosUnit) -> Iterator[Problem]:
    """Lines of one unit that say the same, or nearly, are shown."""
    for lines in _columns(unit):
        for index, (path, line) in enumerate(lines[:_MOST_COMPARED]):
            if twin := _find_twin(line, [earlier for _, earlier in lines[:index]]):
                words = (
                    Message("says the same as %(id)s", {"id": twin.id})
                    if twin.text == line.text
                    else Message("says nearly the same as %(id)s", {"id": twin.id})
                )
                yield warning(unit.ref(line.id), words, at=f"{path}.text")


CHECKS: tuple[Check, ...] = (
    units_are_unique,
    choices_are_possible,
    employers_claim_no_level,
    facts_can_be_seen,
)
UNIT_CHECKS: tuple[UnitCheck, ...] = (
    texts_can_be_seen,
    ids_are_no_elements,
    ids_are_unique,
    every_unit_has_criteria,
    numbering_runs,
    codes_are_plain,
    texts_are_whole,
    texts_differ,
)


def _unseen(value: PackDocument | NosUnit, code: str) -> Iterator[Problem]:
    for path, text in _texts(value.model_dump(mode="json")):
        if found := _UNSEEN.search(text):
            sign = {"sign": f"U+{ord(found[0]):04X}"}
            yield error(code, Message("holds %(sign)s, a sign that nobody sees; leave it out", sign), at=path)


def _texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _texts(part, f"{path}.{place}")


def _columns(unit: NosUnit) -> tuple[list[tuple[str, Line]], ...]:
    """Criteria, knowledge and skills, each line with its path in the unit's file."""
    criteria: list[tuple[str, Line]] = [
        (f"elements.{place}.criteria.{index}", criterion)
        for place, element in enumerate(unit.elements)
        for index, criterion in enumerate(element.criteria)
    ]
    knowledge: list[tuple[str, Line]] = [(f"knowledge.{index}", line) for index, line in enumerate(unit.knowledge)]
    skills: list[tuple[str, Line]] = [(f"skills.{index}", line) for index, line in enumerate(unit.skills)]
    return criteria, knowledge, skills


def _lines(unit: NosUnit) -> list[tuple[str, Line]]:
    return [line for lines in _columns(unit) for line in lines]


def _find_twin(line: Line, earlier: Sequence[Line]) -> Line | None:
    """The first of the lines that says the same or nearly. Most are told apart by their length or by their signs."""
    signs = _signs(line.text)
    for one in earlier:
        both = len(one.text) + len(line.text)
        if 2 * min(len(one.text), len(line.text)) < ALIKE * both:
            continue
        # No two texts have more in common than their signs, whatever their order.
        if 2 * (signs & _signs(one.text)).total() < ALIKE * both:
            continue
        if SequenceMatcher(None, one.text, line.text).ratio() >= ALIKE:
            return one
    return None


@lru_cache(maxsize=2048)
def _signs(text: str) -> Counter[str]:
    return Counter(text)
