"""Which unit and which criterion a row means that prints codes and words: by code, by words, never by a guess alone."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

from curriculum.model import NosUnit, PerformanceCriterion
from curriculum.wording import percent_alike, plain

SAME = 90  # of a hundred words: a misprint apart, the same text
ALIKE = 60  # below this the words are of something else
_CODE = re.compile(r"[A-Z]{2,6}/?[NQ][0-9]{2,6}")
_LOCAL = re.compile(r"U[0-9]{1,3}")
_LABEL = re.compile(r"([A-Z]{1,4})0*([0-9]{1,4})(-[0-9]{1,3})?")
_SIGNS = re.compile(r"[\s._:()\[\]–—]+")


class Ground(StrEnum):
    """On what a row and a criterion were matched; all but the first two are for a person to confirm."""

    CODE_AND_WORDS = "code_and_words"
    WORDS = "words"
    CODE = "code"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a row means: the criterion, on what ground, and where there is none those with words like its own."""

    criterion: PerformanceCriterion | None
    ground: Ground
    offered: tuple[PerformanceCriterion, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether the words say so, and not the code alone."""
        return self.ground in {Ground.CODE_AND_WORDS, Ground.WORDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    """Which unit a code or a title means; where none, those with a title like it."""

    unit: NosUnit | None
    offered: tuple[NosUnit, ...] = ()


def find_unit(units: Sequence[NosUnit], code: str, title: str = "") -> UnitMatch:
    """A unit by its code however it is spaced, by the end of a code of our own (`U2`), or by its title."""
    wished = bare_code(code)
    known = {bare_code(unit.code): unit for unit in units}
    if wished in known:
        return UnitMatch(unit=known[wished])
    if _LOCAL.fullmatch(wished):
        ends = [unit for bare, unit in known.items() if bare.endswith(f"-{wished}")]
        if len(ends) == 1:
            return UnitMatch(unit=ends[0])
    if wished and _CODE.search(wished):
        return UnitMatch(unit=None, offered=_like(units, title))
    for words in (title, code):
        same = [unit for unit in units if plain(words) and plain(unit.title) == plain(words)]
        if len(same) == 1:
            return UnitMatch(unit=same[0])
    return UnitMatch(unit=None, offered=_like(units, title or code))


def _like(units: Sequence[NosUnit], title: str) -> tuple[NosUnit, ...]:
    found = [(percent_alike(unit.title, title, at_least=ALIKE), place, unit) for place, unit in enumerate(units)]
    return tuple(unit for alike, _, unit in sorted(found, key=lambda one: (-one[0], one[1])) if alike)[:3]


def find_criterion(unit: NosUnit, label: str, text: str) -> Match:
    """A criterion of a unit by its code and words.

    Where the code says one and the words say another, the words count; where they say nothing, the code alone does,
    and a person confirms it. Without a code that is there words must be the same but for a misprint.
    """
    coded = _coded(unit, label)
    if not plain(text):
        return Match(criterion=coded[0], ground=Ground.CODE) if len(coded) == 1 else _nothing(coded)
    alike = {line.id: percent_alike(line.text, text, at_least=ALIKE) for line in unit.criteria}
    best_coded = max(coded, key=lambda line: alike[line.id], default=None)
    if best_coded is not None and alike[best_coded.id]:
        return Match(criterion=best_coded, ground=Ground.CODE_AND_WORDS)
    by_words = sorted((line for line in unit.criteria if alike[line.id]), key=lambda line: -alike[line.id])
    if (
        by_words
        and alike[by_words[0].id] >= SAME
        and (len(by_words) == 1 or alike[by_words[1].id] < alike[by_words[0].id])
    ):
        return Match(criterion=by_words[0], ground=Ground.WORDS)
    if len(coded) == 1:
        return Match(criterion=coded[0], ground=Ground.CODE, offered=tuple(by_words[:3]))
    return Match(criterion=None, ground=Ground.NOTHING, offered=tuple(by_words[:3]))


def find_element(unit: NosUnit, title: str, met: Container[int] = ()) -> int | None:
    """The place of an element in its unit, from 1, by its title; of several with one title the first not yet met."""
    found = [
        (percent_alike(element.title, title, at_least=SAME), number not in met, -number)
        for number, element in enumerate(unit.elements, start=1)
    ]
    alike, _is_new, place = max(found, default=(0, False, 0))
    return -place if alike else None


def _nothing(offered: Sequence[PerformanceCriterion]) -> Match:
    return Match(criterion=None, ground=Ground.NOTHING, offered=tuple(offered[:3]))


def _coded(unit: NosUnit, label: str) -> list[PerformanceCriterion]:
    """The criteria of a code: one by its id, or all that are printed with it."""
    wished = bare_label(label)
    exact = [line for line in unit.criteria if line.id == wished]
    if "-" in wished:
        return exact
    same = [line for line in unit.criteria if line.id.partition("-")[0] == wished]
    return same or exact


def bare_code(code: str) -> str:
    """A unit's code without blanks and signs of layout: `PSC /N 0131`, `PSC_N0131` and `PSC N0131` → `PSC/N0131`."""
    stroked = re.sub(r"(?<=[A-Z&])\s+(?=N\s?\d{4}(?!\d))", "/", code.upper().replace("_", "/"))
    return re.sub(r"[\s.]+", "", stroked).replace("//", "/")


def bare_label(label: str) -> str:
    """A criterion's code as an id, also at the end of its unit's: `PC 04.` and `PSC_N0101_PC4` → `PC4`."""
    parts = re.split(r"[_#/]", label.strip())
    read = _LABEL.fullmatch(_SIGNS.sub("", parts[-1]).upper())
    return f"{read[1]}{read[2]}{read[3] or ''}" if read else ""
