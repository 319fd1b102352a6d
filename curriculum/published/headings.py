"""The headings and lead-ins that published packs print, in English and Hindi, and how a line is known as one."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache

from curriculum.published.lines import Line
from curriculum.published.marks_columns import begins_table
from curriculum.published.pieces import Piece

_NO_KEY = re.compile(r"[^\w\u0900-\u0963]+")


class Heading(StrEnum):
    """What a heading opens."""

    FRONT = auto()
    CONTENTS = auto()
    INTRODUCTION = auto()
    BRIEF = auto()
    ATTRIBUTES = auto()
    APPLICABLE = auto()
    PACK_TABLE = auto()
    JOB_HEAD = auto()
    JOB_TABLE = auto()
    GUIDELINES = auto()
    PASSING = auto()
    WEIGHTAGE = auto()
    ANNEXE = auto()
    ANNEXE_TABLE = auto()
    NOMENCLATURE = auto()
    ACRONYMS = auto()
    GLOSSARY = auto()
    OVERVIEW = auto()
    UNIT_TABLE = auto()
    DESCRIPTION = auto()
    SCOPE = auto()
    CRITERIA = auto()
    KNOWLEDGE = auto()
    SKILLS = auto()
    ASSESSMENT = auto()
    UNIT_END = auto()


# What prints marks, in a unit or beside them all.
OF_MARKS = (Heading.ASSESSMENT, Heading.WEIGHTAGE, Heading.PASSING, Heading.ANNEXE_TABLE)
ANNEXES = {"annexure", "annexe"}  # keys
_PRINTED: dict[Heading, tuple[str, ...]] = {
    Heading.CONTENTS: (
        "Contents",
        "Table of Contents",
        "Contents Page No",
        "विषय सूची",
        "विषयसूची",
        "अनुक्रमणिका",
        "सामग्री",
    ),
    Heading.INTRODUCTION: ("Introduction", "What are Occupational Standards (OS)?", "Contact Us"),
    Heading.BRIEF: (
        "Brief Job Description",
        "Brief description of the job",
        "संक्षिप्त कार्य विवरण",
        "संक्षिप्त नौकरी विवरण",
        "कार्य का संक्षिप्त विवरण",
        "नौकरी का संक्षिप्त विवरण",
    ),
    Heading.ATTRIBUTES: (
        "Personal Attributes",
        "Personal Attribute",
        "व्यक्तिगत विशेषताएँ",
        "व्यक्तिगत विशेषताएं",
        "व्यक्तिगत गुण",
        "वैयक्तिक गुण",
    ),
    Heading.APPLICABLE: (
        "Applicable National Occupational Standards (NOS)",
        "Applicable National Occupational Standards",
        "Applicable NOS",
        "लागू राष्ट्रीय व्यावसायिक मानक (एनओएस)",
        "लागू राष्ट्रीय व्यावसायिक मानक (NOS)",
        "लागू राष्ट्रीय व्यावसायिक मानक",
    ),
    Heading.PACK_TABLE: (
        "Qualification Pack (QP) Parameters",
        "Qualification Pack Parameters",
        "Qualification Parameters",
        "योग्यता पैक (QP) पैरामीटर",
        "योग्यता पैक (क्यूपी) पैरामीटर",
        "योग्यता पैक (QP) के मापदंड",
        "अर्हता पैक (QP) पैरामीटर",
    ),
    Heading.JOB_HEAD: ("Job Details",),
    Heading.GUIDELINES: (
        "Assessment Guidelines",
        "Assessment Guideline",
        "Guidelines for Assessment",
        "Assessment Guidelines and Assessment Weightage",
        "Assessment Guidelines and Weightage",
        "मूल्यांकन दिशानिर्देश",
        "मूल्यांकन दिशा निर्देश",
        "मूल्यांकन के लिए दिशानिर्देश",
        "मूल्यांकन दिशानिर्देश और मूल्यांकन भारांक",
    ),
    Heading.WEIGHTAGE: ("Assessment Weightage", "मूल्यांकन भारांक", "मूल्यांकन वेटेज", "मूल्यांकन भारिता"),
    Heading.ANNEXE: (
        "Criteria for assessment of trainees",
        "Criteria for assessment of trainee",
        "प्रशिक्षुओं के मूल्यांकन के लिए मानदंड",
    ),
    Heading.NOMENCLATURE: ("Nomenclature for QP and NOS", "Nomenclature for QP & NOS", "Annexure", "Annexe"),
    Heading.ACRONYMS: ("Acronyms", "Acronym", "संक्षिप्तियाँ", "संक्षिप्ताक्षर", "परिवर्णी शब्द", "आदिवर्णिक शब्द"),
    Heading.GLOSSARY: (
        "Glossary",
        "Glossary of Key Terms",
        "Definitions",
        "Keywords / Terms Description",
        "Keywords Terms",
        "शब्दावली",
        "पारिभाषिक शब्दावली",
    ),
    Heading.OVERVIEW: ("Overview", "National Occupational Standard", "National Occupational Standards"),
    Heading.DESCRIPTION: ("Description", "विवरण"),
    Heading.SCOPE: ("Scope", "दायरा", "कार्यक्षेत्र", "कार्य क्षेत्र", "क्षेत्र विस्तार"),
    Heading.CRITERIA: (
        "Elements and Performance Criteria",
        "Element and Performance Criteria",
        "Performance Criteria (PC) w.r.t. the Scope",
        "Performance Criteria (PC) w.r.t the Scope",
        "Performance Criteria (PC) with respect to the Scope",
        "Performance Criteria (PC)",
        "Performance Criteria",
        "तत्व और प्रदर्शन मानदंड",
        "तत्व एवं प्रदर्शन मानदंड",
        "तत्व और प्रदर्शन मापदंड",
        "तत्व और कार्य निष्पादन मानदंड",
        "तत्व और निष्पादन मानदंड",
    ),
    Heading.KNOWLEDGE: (
        "Knowledge and Understanding (KU)",
        "Knowledge and Understanding (K)",
        "Knowledge and Understanding",
        "Knowledge & Understanding (KU)",
        "ज्ञान और समझ (KU)",
        "ज्ञान और समझ (केयू)",
        "ज्ञान और समझ",
        "ज्ञान एवं समझ (KU)",
        "ज्ञान एवं समझ",
    ),
    Heading.SKILLS: (
        "Generic Skills (GS)",
        "Generic Skills",
        "Skills (S) [Optional]",
        "Skills (S)",
        "Skills",
        "सामान्य कौशल (GS)",
        "सामान्य कौशल (जीएस)",
        "सामान्य कौशल",
        "जेनेरिक कौशल (GS)",
    ),
    Heading.ASSESSMENT: ("Assessment Criteria", "मूल्यांकन मानदंड", "मूल्यांकन मापदंड"),
    Heading.UNIT_END: (
        "National Occupational Standards (NOS) Parameters",
        "National Occupational Standard (NOS) Parameters",
        "NOS Parameters",
        "NOS Version Control",
        "राष्ट्रीय व्यावसायिक मानक (NOS) पैरामीटर",
        "राष्ट्रीय व्यावसायिक मानक (एनओएस) पैरामीटर",
        "एनओएस पैरामीटर",
    ),
}
# Opened by what a line begins with; the line itself is part of what it opens.
_BEGINNINGS: tuple[tuple[re.Pattern[str], Heading], ...] = tuple(
    (re.compile(pattern), heading)
    for pattern, heading in (
        (r"qualifications? pack for\b", Heading.JOB_HEAD),
        (r"qualifications? pack code\b", Heading.JOB_TABLE),
        (r"unit code\b", Heading.UNIT_TABLE),
        (r"(?:minimum|recommended) (?:aggregate )?pass(?:ing)?\b", Heading.PASSING),
        (r"(?:assessment criteria for outcomes?|मूल्यांकन मानदंड परिणामों)\b", Heading.ASSESSMENT),
        (r"(?:assessable|assessment) outcomes?\b", Heading.ANNEXE_TABLE),
        (r"marks allocation\b", Heading.ANNEXE_TABLE),
        (
            r"nos (?:code )?(?:nos )?(?:name |title )?.*\b(?:total marks?|weightage|out of|performance criteria)\b",
            Heading.ANNEXE_TABLE,
        ),
        (r"national occupational standards? theory\b", Heading.WEIGHTAGE),
    )
)
_LEADS = re.compile(
    r"(?:to be competent,? .{0,60}?must (?:be able to|ensure)"
    r"|(?:the )?(?:user ?/? ?)?individual on the job needs? to (?:know and understand|know how to|know)(?: how to)?"
    r"|the scope covers(?: the following)?|this unit ?/? ?task covers(?: the following)?"
    r"|सक्षम होने के लिए.{0,120}?(?:चाहिए|होगा|होना आवश्यक है)"
    r"|(?:उपयोगकर्ता|कार्य पर|काम पर|नौकरी पर).{0,120}?(?:आवश्यकता है|आवश्यक है|ज़रूरत है|जरूरत है|चाहिए)"
    r"|इस कार्यक्षेत्र में.{0,60}?(?:शामिल हैं?|सम्मिलित हैं?)|दायरे में.{0,60}?(?:शामिल हैं?|सम्मिलित हैं?))"
    r"\s*:?\s*",
    re.IGNORECASE,
)
_SCOPE_LEAD = re.compile(
    r"(?:the scope|this unit ?/ ?task) covers(?: the following)?\s*:"
    r"|इस कार्यक्षेत्र में.{0,60}?(?:शामिल हैं?|सम्मिलित हैं?)\s*:",
    re.IGNORECASE,
)
_BEGINS_LEAD = re.compile(
    r"(?:to be competent|(?:the )?(?:user ?/? ?)?individual on the job|the scope covers|this unit ?/? ?task covers"
    r"|सक्षम होने|उपयोगकर्ता|कार्य पर|काम पर|नौकरी पर|इस कार्यक्षेत्र|दायरे में)",
    re.IGNORECASE,
)
_ENDS_OF_LEADS = {
    "how to",
    "following",
    "the following",
    "to",
    "and understand",
    "and understand how to",
    "understand",
    "understand how to",
}
_CODED = re.compile(r"[A-Z]{1,2}\s?\d")
# Names of groups that stand where a heading of knowledge or of skills should; looser texts leave the headings out.
_GROUPS = (
    (
        re.compile(r"(?:[a-z] )?(?:organi[sz]ational context|technical knowledge)(?: knowledge of.*)?"),
        Heading.KNOWLEDGE,
    ),
    (
        re.compile(
            r"(?:[a-z] )?(?:(?:core|professional|generic|writing|reading|communication) skills?"
            r"|core (?:skills? )?generic skills?|oral communication|decision making|plan and organi[sz]e"
            r"|customer centricity|problem solving|analytical thinking|critical thinking)"
        ),
        Heading.SKILLS,
    ),
)
_LONGEST_HEADING = 90
_LONGEST_LEAD = 300
_MOST_OF_GROUP = 3  # lines
_NEAR = 12  # lines from the headings of a table to the first of its marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A heading found: what it opens, how many pieces it takes, and what of the last of them is already inside."""

    heading: Heading
    takes: int
    rest: Piece | None = None


@lru_cache(maxsize=1024)  # each line is compared several times in a row
def key_of(text: str) -> str:
    """A text as it is compared: plain letters, small, nothing but words."""
    return _NO_KEY.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


_KNOWN = {key_of(name): heading for heading, names in _PRINTED.items() for name in names}
_BEGUN = {" ".join(name.split()[:count]) for name in _KNOWN for count in range(1, len(name.split()))}
# Headings that old packs print on one line with what they open.
_INLINE = {Heading.BRIEF, Heading.ATTRIBUTES, Heading.DESCRIPTION, Heading.SCOPE, Heading.GUIDELINES}
_LISTED = re.compile(
    r"(Applicable National Occupational Standards?(?: ?\(NOS\))?)\s+(?=Compulsory\b|1[.)])", re.IGNORECASE
)


def find_heading(pieces: Sequence[Piece], place: int) -> Match | None:
    """The heading that begins at a place, on up to three lines."""
    first = pieces[place]
    if not first.text or first.text[0].islower():
        return None
    if len(first.text) > _LONGEST_LEAD:
        return _inline(first)
    key = key_of(first.text[:_LONGEST_HEADING])
    best = Match(heading=_KNOWN[key], takes=1) if key in _KNOWN and len(first.text) <= _LONGEST_HEADING else None
    for count in (2, 3):
        if key not in _BEGUN or place + count > len(pieces) or not pieces[place + count - 1].text:
            break
        key = f"{key} {key_of(pieces[place + count - 1].text[:_LONGEST_HEADING])}".strip()
        if key in _KNOWN:
            best = Match(heading=_KNOWN[key], takes=count)
    return best or _inline(first) or _beginning(first) or _table(pieces[place : place + _NEAR])


def group_at(pieces: Sequence[Piece], place: int) -> Heading | None:
    """What the name of a group, on up to three lines, is a group of."""
    if not pieces[place].text[:1].isupper():
        return None
    own = [piece.text for piece in pieces[place : place + 2 * _MOST_OF_GROUP] if piece.text][:_MOST_OF_GROUP]
    if not any(pattern.match(key_of(" ".join(own))) for pattern, _ in _GROUPS):
        return None
    keys = [key_of(" ".join(own[:count])) for count in range(1, len(own) + 1)]
    return next((heading for key in keys for pattern, heading in _GROUPS if pattern.fullmatch(key)), None)


def is_scope_lead(piece: Piece) -> bool:
    """Whether a line is the lead-in of a scope, and nothing else."""
    return _SCOPE_LEAD.fullmatch(piece.text) is not None


def lead_at(pieces: Sequence[Piece], place: int, repeated: Collection[str] = ()) -> tuple[int, Piece | None] | None:
    """How many pieces a lead-in takes that begins at a place, and what follows it on its last line.

    `repeated` are keys of lines that the text repeats before its coded lines, in words that are not known here.
    """
    if repeated and key_of(pieces[place].text) in repeated:
        return 1, None
    if not _BEGINS_LEAD.match(pieces[place].text):
        return None
    joined = ""
    for count, piece in enumerate(pieces[place : place + 3], start=1):
        begins = len(joined) + 1 if joined else 0
        joined = f"{joined} {piece.text}".strip()
        if len(joined) > _LONGEST_LEAD + 200:
            return None
        match = _LEADS.match(joined)
        if match and (match.end() == len(joined) or joined[match.end() - 1] in ": " or match.end() >= begins):
            goes_on = joined[match.end() :]
            if not goes_on and not joined.rstrip().endswith(":") and _goes_on(pieces, place + count):
                continue
            rest = piece.after(max(0, match.end() - begins)) if goes_on else None
            colon = match.group().rstrip().endswith(":")
            if rest is None or colon or _CODED.match(rest.text):
                return count, rest
    return None


def _goes_on(pieces: Sequence[Piece], place: int) -> bool:
    """Whether the next line only ends a lead-in, such as `how to:`."""
    return place < len(pieces) and key_of(pieces[place].text[:40]) in _ENDS_OF_LEADS


def _inline(piece: Piece) -> Match | None:
    """`Personal Attributes: The job requires …`, or the same in two columns."""
    columns = [cell for cell in piece.columns() if cell.text]
    if len(columns) > 1 and _KNOWN.get(key_of(columns[0].text)) in _INLINE:
        rest = piece.after(columns[1].at - piece.at)
        return Match(heading=_KNOWN[key_of(columns[0].text)], takes=1, rest=rest)
    if listed := _LISTED.match(piece.text):
        return Match(heading=Heading.APPLICABLE, takes=1, rest=piece.after(listed.end()))
    name, colon, rest_text = piece.text.partition(":")
    # `Brief Job Description of a Cabin Crew Member: …` says whose it is.
    key = key_of(name) if colon and len(name) <= _LONGEST_HEADING else ""
    heading = _KNOWN.get(key) or _KNOWN.get(key.partition(" of ")[0])
    if heading in _INLINE and rest_text.strip():
        return Match(heading=heading, takes=1, rest=piece.after(len(name) + 1))
    return None


def _table(pieces: Sequence[Piece]) -> Match | None:
    """What the headings of columns open that stand right above marks, however they are broken over lines."""
    if len(pieces[0].text) > _LONGEST_HEADING:
        return None
    lines = (Line(number=piece.line, text=piece.text, cells=piece.cells) for piece in pieces if piece.text)
    header = begins_table(lines)
    if header is None:
        return None
    usual = Heading.WEIGHTAGE if header.is_weights else Heading.ASSESSMENT
    return Match(heading=Heading.ANNEXE_TABLE if header.is_old else usual, takes=0)


def _beginning(piece: Piece) -> Match | None:
    key = key_of(piece.text)
    for pattern, heading in _BEGINNINGS:
        if pattern.match(key):
            return Match(heading=heading, takes=0)
    return None
