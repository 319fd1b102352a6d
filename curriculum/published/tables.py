"""Tables of labels and values: the parameters of a pack and of a unit, and the job's details of old packs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum, auto

from curriculum.published.headings import key_of
from curriculum.published.pieces import Piece, blocks


class Label(StrEnum):
    """What a value is; OTHER has no place in the content of a pack."""

    PACK_CODE = auto()
    UNIT_CODE = auto()
    TITLE = auto()
    VERSION = auto()
    LEVEL = auto()
    SECTOR = auto()
    SUB_SECTOR = auto()
    OCCUPATION = auto()
    DESCRIPTION = auto()
    SCOPE = auto()
    OTHER = auto()


_NAMES: dict[Label, tuple[str, ...]] = {
    Label.PACK_CODE: (
        "QP Code",
        "Qualifications Pack Code",
        "Qualification Pack Code",
        "Reference ID",
        "QP कोड",
        "क्यूपी कोड",
    ),
    Label.UNIT_CODE: ("NOS Code", "Unit Code", "NOS कोड", "एनओएस कोड"),
    Label.TITLE: (
        "Job Role",
        "QP Name",
        "NOS Name",
        "Unit Title (Task)",
        "Unit Title",
        "NOS का नाम",
        "एनओएस का नाम",
        "कार्य भूमिका",
    ),
    Label.VERSION: ("Version number", "Version No", "Version", "संस्करण"),
    Label.LEVEL: ("NSQF Level", "NVEQF/NVQF level", "NVEQF level", "NVQF level", "NSQF स्तर", "एनएसक्यूएफ स्तर"),
    Label.SECTOR: ("Sector", "Industry", "क्षेत्र", "सेक्टर"),
    Label.SUB_SECTOR: (
        "Sub-Sector",
        "Sub-sector",
        "Industry Sub-sector",
        "Sub Sector",
        "उप-क्षेत्र",
        "उप क्षेत्र",
        "उप-सेक्टर",
    ),
    Label.OCCUPATION: ("Occupation", "व्यवसाय", "पेशा"),
    Label.DESCRIPTION: ("Description", "विवरण"),
    Label.SCOPE: ("Scope", "दायरा", "कार्यक्षेत्र"),
    Label.OTHER: (
        "Aligned to NCO/ISCO/ISIC Code",
        "Aligned to",
        "Country",
        "Credits (NVEQF/NVQF/NSQF) [OPTIONAL]",
        "Credits (NVEQF/NVQF/NSQF)",
        "Credits(NSQF)",
        "Credits",
        "Drafted on",
        "Last reviewed on",
        "Last Reviewed Date",
        "Next review date",
        "NSQC Clearance on",
        "NSQC Clearance Date",
        "NSQC Approval Date",
        "Deactivation Date",
        "Reference code on NQR",
        "NQR Version",
        "Minimum Educational Qualifications",
        "Minimum Educational Qualification & Experience",
        "Minimum Educational Qualification",
        "Maximum Educational Qualifications",
        "Minimum Level of Education for Training in School",
        "Pre-Requisite License or Training",
        "Prerequisite License or Training",
        "Minimum Job Entry Age",
        "Training (Suggested)",
        "Experience",
        "Role Description",
        "Performance Criteria",
        "Occupational Standards",
        "This job role is applicable in both national and international scenarios",
        "This job role is applicable in both national and",  # and goes on below
        "Sector Skill Council",
        "देश",
        "क्रेडिट",
        "अंतिम समीक्षा तिथि",
        "अगली समीक्षा तिथि",
        "एनएसक्यूसी अनुमोदन तिथि",
        "न्यूनतम शैक्षिक योग्यता और अनुभव",
        "न्यूनतम कार्य प्रवेश आयु",
    ),
}
_OF_KEY = {key_of(name): label for label, names in _NAMES.items() for name in names}
_SPELT = {name.casefold(): label for label, names in _NAMES.items() for name in names}
_BEGINS = re.compile(
    "|".join(rf"{re.escape(name)}(?![\w-])" for name in sorted(_SPELT, key=len, reverse=True)), re.IGNORECASE
)
# The second label on a line of old packs.
_SECOND = re.compile(
    r"(?<=\s)(?:Version number|Version No|Drafted on|Last reviewed on|Next review date|NSQC Clearance on)(?=\s|:|$)",
    re.IGNORECASE,
)
_NOTHING = {"", "na", "n a", "tbd", "nil", "none", "not applicable", "लागू नहीं"}
_ONE_LINE = {Label.PACK_CODE, Label.UNIT_CODE, Label.VERSION, Label.LEVEL}

Values = dict[Label, list[Piece]]


def read_table(body: Iterable[Piece], *, colons: bool = False) -> Values:
    """The values of a table by what they are, the first of each; with `colons` a label counts only before a colon."""
    values: Values = {}
    current: list[Piece] | None = None
    label = Label.OTHER
    for piece in _cells(body):
        named = _label_of(piece, colons=colons)
        if named is not None and (named[0] is Label.OTHER or not values.get(named[0])):
            label, rest = named
            current = values.setdefault(label, [])
            if label is Label.OTHER:
                current.clear()
            if rest.text:
                current.append(rest)
        elif colons:
            current = None
        elif current is not None and not (label in _ONE_LINE and current and not current[-1].text.endswith("/")):
            current.append(piece)
    return {name: pieces for name, pieces in values.items() if name is not Label.OTHER and not is_nothing(pieces)}


def is_nothing(pieces: Sequence[Piece]) -> bool:
    """Whether a value says that there is none: `NA`, `TBD`, `-`."""
    return key_of(" ".join(piece.text for piece in pieces)) in _NOTHING


def _cells(body: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces of a table, each label with what is on its line."""
    for block in blocks(body):
        for piece in block:
            for column in piece.columns():
                while second := _SECOND.search(column.text):
                    yield column.before(second.start())
                    column = column.after(second.start())  # noqa: PLW2901  what is left of it
                if column.text:
                    yield column


def _label_of(piece: Piece, *, colons: bool) -> tuple[Label, Piece] | None:
    name, colon, _ = piece.text.partition(":")
    label = _OF_KEY.get(key_of(name[:100]))
    if label is not None and (colon or not colons):
        return label, piece.after(len(name) + len(colon))
    if colons:
        return None
    match = _BEGINS.match(piece.text)
    if match is None or (not match.group()[0].isupper() and match.group()[0].isascii()):
        return None
    rest = piece.after(match.end())
    return _SPELT[match.group().casefold()], rest
