"""Any pack as its councils could have written it, and what its files must say: for laws of the importer."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

COUNCILS = ("EXA", "EX", "MESC", "LSC")
_PLAIN = (
    "mend", "open", "valve", "pipe", "customer", "write", "small", "order", "clean", "before", "work", "measure",
    "report", "politely", "tools", "without", "haste", "daily", "given", "place", "water", "every", "joint", "near",
)  # fmt: skip
_ODD = (
    "O’Neil", "e-mail", "his/her", "½", "3.5", "50%", "(esp.", "ISO", "A4", "naïve", "पानी", "“quoted”", "–", "&",
    "PC", "24x7", "and/or", "etc.", "m²", "(if any)", "KU", "co-worker", "don't", "50-60", "[sic]", "§4", "№", "façade",
)  # fmt: skip
_GROUPS = (
    "Writing skills",
    "Reading skills",
    "Decision making",
    "Customer Centricity",
    "Care of “old” tools",
    "Problem solving",
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A coded line: how its code is printed, the code in the file, and its text."""

    printed: str
    id: str
    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AnyUnit:
    """A unit with what its files must say."""

    code: str
    title: str
    version: str
    description: str | None
    scope: list[str]
    elements: list[tuple[str, list[Line]]]
    knowledge: list[tuple[str | None, list[Line]]]
    skills: list[tuple[str | None, list[Line]]]

    def value(self, code: str, status: str, version: str) -> dict[str, Any]:
        """The unit's file."""
        value: dict[str, Any] = {"code": code, "code_status": status, "title": self.title, "version": version}
        value |= {"description": self.description} if self.description else {}
        value |= {"scope": self.scope} if self.scope else {}
        value["elements"] = [
            {"title": title, "criteria": [{"id": line.id, "code": line.code, "text": line.text} for line in lines]}
            for title, lines in self.elements
        ]
        for name, groups in (("knowledge", self.knowledge), ("skills", self.skills)):
            value[name] = [
                {"id": line.id, "code": line.code, **({"group": group} if group else {}), "text": line.text}
                for group, lines in groups
                for line in lines
            ]
        return value


@dataclass(frozen=True, kw_only=True)
class AnyPack:
    """A pack: its units in order, of which the last may be in electives and options."""

    code: str
    title: str
    version: str
    level: str
    sector: str
    brief: str
    attributes: str
    guidelines: list[str]
    units: list[AnyUnit]
    electives: list[tuple[str, list[AnyUnit]]] = field(default_factory=list)
    options: list[tuple[str, AnyUnit]] = field(default_factory=list)

    def every_unit(self) -> list[AnyUnit]:
        """All units in printed order."""
        return [
            *self.units,
            *(unit for _, group in self.electives for unit in group),
            *(unit for _, unit in self.options),
        ]


def sentence(least: int = 2, most: int = 14) -> st.SearchStrategy[str]:
    """Some words with odd ones among them; the first and the last are plain, as a sentence's are."""
    inner = st.lists(st.sampled_from(_PLAIN) | st.sampled_from(_PLAIN) | st.sampled_from(_ODD), max_size=most)
    ends = st.sampled_from(_PLAIN)
    return st.tuples(st.lists(ends, min_size=1, max_size=1), inner, st.lists(ends, min_size=least, max_size=least)).map(
        lambda parts: " ".join(word for part in parts for word in part)
    )


def title() -> st.SearchStrategy[str]:
    """A short title that begins with a capital."""
    return st.lists(st.sampled_from(_PLAIN), min_size=2, max_size=5).map(lambda words: " ".join(words).capitalize())


@st.composite
def lines_of(draw: DrawFn, prefix: str, count: int, met: dict[str, int]) -> list[Line]:
    """Coded lines of one prefix, numbered on from the last, now and then with a gap, a repetition, or an odd code."""
    lines = []
    for _ in range(count):
        number = met.get(prefix, 0) + draw(st.sampled_from((1, 1, 1, 1, 1, 2, 0)))
        number = max(number, 1)
        follows = number == met.get(prefix, 0) + 1
        met[prefix] = number
        name = f"{prefix}{number}"
        met[name] = met.get(name, 0) + 1
        signs = [". ", ". ", ". ", ".. ", ".", ": ", ") ", ".\n"] + ([" "] if follows else [])
        sign = draw(st.sampled_from(signs))
        spaced = f"{prefix} {number}" if draw(st.integers(0, 9)) == 0 else name
        code = f"{spaced}.." if sign == ".. " else spaced
        own = name if met[name] == 1 else f"{name}-{met[name]}"
        lines.append(Line(printed=spaced + sign, id=own, code=code, text=draw(sentence())))
    return lines


@st.composite
def statements(draw: DrawFn, prefixes: tuple[str, ...], met: dict[str, int], *, grouped: bool) -> Any:
    """Groups of coded lines; only the first may be without a title."""
    names = draw(st.lists(st.sampled_from(_GROUPS), unique=True, max_size=2)) if grouped else []
    groups: list[str | None] = [*([None] if draw(st.booleans()) or not names else []), *names]
    return [(name, draw(lines_of(draw(st.sampled_from(prefixes)), draw(st.integers(1, 4)), met))) for name in groups]


@st.composite
def units(draw: DrawFn, code: str, *, old: bool) -> AnyUnit:
    """One unit; those of old packs have KA/KB and SA/SB. Two elements in a row may have one name."""
    met: dict[str, int] = {}
    names = draw(st.lists(title(), min_size=1, max_size=3))
    if len(names) > 1 and draw(st.integers(0, 3)) == 0:
        names[1] = names[0]
    return AnyUnit(
        code=code,
        title=draw(title()),
        version=draw(st.sampled_from(("1.0", "2.0", "3"))),
        description=draw(sentence()),
        scope=draw(st.lists(sentence(1, 6), max_size=3)),
        elements=[(name, draw(lines_of("PC", draw(st.integers(1, 4)), met))) for name in names],
        knowledge=draw(statements(("KA", "KB") if old else ("KU",), met, grouped=True)),
        skills=draw(statements(("SA", "SB") if old else ("GS",), met, grouped=True)),
    )


@st.composite
def packs(draw: DrawFn, *, old: bool = False) -> AnyPack:
    """A pack of one to three compulsory units, with up to two electives and an option."""
    council = draw(st.sampled_from(COUNCILS))
    count = draw(st.integers(1, 3))
    others = iter(draw(st.permutations(range(50, 60))))
    own = [draw(units(f"{council}/N01{number:02}", old=old)) for number in range(1, count + 1)]
    electives = [
        (name, [draw(units(f"{council}/N02{next(others)}", old=old)) for _ in range(draw(st.integers(1, 2)))])
        for name in draw(st.lists(title(), max_size=2, unique=True))
    ]
    options = [
        (name, draw(units(f"SGJ/N17{next(others)}", old=old)))
        for name in draw(st.lists(title(), max_size=1, unique=True))
    ]
    return AnyPack(
        code=f"{council}/Q0101",
        title=draw(title()),
        version=draw(st.sampled_from(("1.0", "2.0"))),
        level=draw(st.sampled_from(("3", "4", "4.5"))),
        sector=draw(title()),
        brief=draw(sentence()),
        attributes=draw(sentence()),
        guidelines=draw(st.lists(sentence(), min_size=1, max_size=3)),
        units=own,
        electives=electives,
        options=options,
    )
