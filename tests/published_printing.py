"""Packs printed as councils and web pages print them: new, old, and as loose text."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from tests.published_packs import AnyPack, AnyUnit, Line

COMPETENT = "To be competent, the user/individual on the job must be able to:"
KNOW = "The individual on the job needs to know and understand:"
KNOW_HOW = "User/individual on the job needs to know how to:"
HINDI = {
    "Contents": "विषय सूची",
    "Brief Job Description": "संक्षिप्त कार्य विवरण",
    "Personal Attributes": "व्यक्तिगत विशेषताएँ",
    "Applicable National Occupational Standards (NOS)": "लागू राष्ट्रीय व्यावसायिक मानक (एनओएस)",
    "Compulsory NOS:": "अनिवार्य एनओएस:",
    "Qualification Pack (QP) Parameters": "योग्यता पैक (QP) पैरामीटर",
    "Sector": "क्षेत्र",
    "Country": "देश",
    "NSQF Level": "NSQF स्तर",
    "Version": "संस्करण",
    "Description": "विवरण",
    "Scope": "कार्यक्षेत्र",
    "The scope covers the following :": "इस कार्यक्षेत्र में निम्नलिखित शामिल हैं:",
    "Elements and Performance Criteria": "तत्व और प्रदर्शन मानदंड",
    COMPETENT: "सक्षम होने के लिए, कार्य पर उपयोगकर्ता/व्यक्ति को निम्नलिखित में सक्षम होना चाहिए:",
    "Knowledge and Understanding (KU)": "ज्ञान और समझ (KU)",
    KNOW: "कार्य पर व्यक्ति को निम्नलिखित जानने और समझने की आवश्यकता है:",
    "Generic Skills (GS)": "सामान्य कौशल (GS)",
    KNOW_HOW: "उपयोगकर्ता/व्यक्ति को कार्य पर निम्नलिखित जानने की आवश्यकता है:",
    "National Occupational Standards (NOS) Parameters": "राष्ट्रीय व्यावसायिक मानक (NOS) पैरामीटर",
    "NOS Code": "NOS कोड",
    "NOS Name": "NOS का नाम",
    "Assessment Guidelines": "मूल्यांकन दिशानिर्देश",
    "Acronyms": "संक्षिप्ताक्षर",
    "Glossary": "शब्दावली",
}
OLD_KNOW = "The user/individual on the job needs to know and understand how to:"


def expected(pack: AnyPack, *, codes: dict[str, str], status: str, versions: bool) -> dict[str, Any]:
    """What must be read of a pack whose units get these codes."""
    listed: dict[str, Any] = {"compulsory": [codes[unit.code] for unit in pack.units]}
    if pack.electives:
        least = int(len(pack.electives) == 1)
        listed["electives"] = [
            {"title": name, "choose": {"min": least, "max": len(group)}, "units": [codes[unit.code] for unit in group]}
            for name, group in pack.electives
        ]
    if pack.options:
        listed["options"] = [codes[unit.code] for _, unit in pack.options]
    units = [
        unit.value(codes[unit.code], status, unit.version if versions else pack.version) for unit in pack.every_unit()
    ]
    return {"title": pack.title, "units": units, "listed": listed, "guidelines": pack.guidelines}


def print_new(pack: AnyPack, width: int, page: int) -> str:
    """The layout since about 2019, with footers and page numbers wherever a page of so many lines ends."""
    lines = [
        "Qualification Pack",
        pack.title,
        f"QP Code: {pack.code}",
        f"Version: {pack.version}",
        f"NSQF Level: {pack.level}",
    ]
    lines += ["Example Skill Council || 1 Long Road, Exampur"]
    lines += ["Contents", *(f"{unit.code}: {unit.title} {'.' * 20} {n}" for n, unit in enumerate(pack.every_unit(), 5))]
    lines += [
        "Brief Job Description",
        *_wrapped(pack.brief, width),
        "Personal Attributes",
        *_wrapped(pack.attributes, width),
    ]
    lines += ["Applicable National Occupational Standards (NOS)", "Compulsory NOS:", *_listed(pack.units)]
    for number, (name, group) in enumerate(pack.electives, start=1):
        lines += [f"Elective {number}: {name}", *_listed(group)]
    for number, (name, unit) in enumerate(pack.options, start=1):
        lines += [f"Option {number}: {name}", *_listed([unit])]
    lines += ["Qualification Pack (QP) Parameters", "Sector", pack.sector, "Country", "India", "NSQF Level", pack.level]
    lines += ["Minimum Job Entry Age", "18 Years", "Next Review Date", "-", "Version", pack.version]
    for unit in pack.every_unit():
        lines += [*_wrapped(f"{unit.code}: {unit.title}", width), *_new_unit(unit, width)]
    lines += ["Assessment Guidelines"]
    for number, guideline in enumerate(pack.guidelines, start=1):
        lines += _wrapped(f"{number}. {guideline}", width)
    lines += [
        "Acronyms",
        "NOS",
        "National Occupational Standard(s)",
        "Glossary",
        "Scope",
        "Scope is what a unit covers.",
    ]
    return "\n".join(_paged(lines, page)) + "\n"


def in_hindi(text: str) -> str:
    """A text in the new layout with its headings and lead-ins in Hindi."""
    breaks = [(line[: line.startswith("\f")], line.lstrip("\f")) for line in text.split("\n")]
    return "\n".join(page + HINDI.get(line, line) for page, line in breaks)


def print_web(pack: AnyPack, width: int, *, apart: bool) -> str:
    """Loose text: titles as bare lines, after a blank line or with a colon, and no code of any unit."""
    lines = [f"{pack.title} (1 year course)", "", f"{pack.title} click here", "", "Brief Job Description"]
    lines += [*_wrapped(pack.brief, width), "", "Personal Attributes", *_wrapped(pack.attributes, width)]
    for mark, unit in _marked(pack):
        lines += ["", f"{mark}"] if mark else []
        lines += ["", unit.title] if apart else [f"{unit.title}:"]
        lines += _new_unit(unit, width, ending=False)
    lines += ["", "Assessment Guidelines"]
    for guideline in pack.guidelines:
        lines += _wrapped(f"- {guideline}", width)
    return "\n".join(lines) + "\n"


def print_old(pack: AnyPack, width: int, *, amid: bool) -> str:
    """The layout until about 2018: tables with labels, and the elements' names in a column of their own."""
    lines = [
        "Contents",
        "1. Qualifications Pack……….…………………...P.2",
        "Introduction",
        f"Qualifications Pack - {pack.title}",
    ]
    lines += [f"SECTOR: {pack.sector}", f"REFERENCE ID: {pack.code.replace('/', ' / ')}", "ALIGNED TO: NCO-2004/NIL"]
    lines += _wrapped(f"Brief Job Description: {pack.brief}", width) + _wrapped(
        f"Personal Attributes: {pack.attributes}", width
    )
    lines += [f"Qualifications Pack Code {pack.code.replace('/', ' / ')}", f"Job Role {pack.title}"]
    lines += [
        f"Credits (NVEQF/NVQF/NSQF) [OPTIONAL] TBD Version number {pack.version}",
        f"Sector {pack.sector} Drafted on 26/11/14",
    ]
    lines += [f"NSQF level {pack.level}", "Minimum Educational Qualifications", "NA"]
    lines += ["Applicable National Occupational Standards (NOS)", "Compulsory:", *_listed(pack.units, old=True)]
    for number, (name, group) in enumerate(pack.electives, start=1):
        lines += [f"Elective {number}: {name}", *_listed(group, old=True)]
    lines += ["Optional:", *(_listed([unit for _, unit in pack.options], old=True) or ["N.A."])]
    lines += [
        "Performance Criteria",
        "As described in the relevant OS units",
        "Glossary",
        "Description",
        "Words that say it.",
    ]
    for unit in pack.every_unit():
        lines += _old_unit(unit, width, amid=amid)
    lines += [
        "Annexure",
        "Nomenclature for QP and NOS",
        "Criteria for assessment of trainees",
        f"Job Role: {pack.title}",
    ]
    lines += ["Guidelines for Assessment:"]
    for number, guideline in enumerate(pack.guidelines, start=1):
        lines += _wrapped(f"{number}. {guideline}", width)
    return "\n".join(lines) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _coded(line: Line, width: int) -> list[str]:
    first, newline, _ = line.printed.partition("\n")
    return [first, *_wrapped(line.text, width)] if newline else _wrapped(first + line.text, width)


def _listed(units: Sequence[AnyUnit], *, old: bool = False) -> list[str]:
    if old:
        return [f"{n}. {unit.code.replace('/', ' / ')} ({unit.title})" for n, unit in enumerate(units, start=1)]
    return [f"{n}. {unit.code}: {unit.title}" for n, unit in enumerate(units, start=1)]


def _marked(pack: AnyPack) -> Iterator[tuple[str, AnyUnit]]:
    yield from (("", unit) for unit in pack.units)
    for number, (name, group) in enumerate(pack.electives, start=1):
        yield from ((f"Elective {number}: {name}" if not place else "", unit) for place, unit in enumerate(group))
    for number, (name, unit) in enumerate(pack.options, start=1):
        yield f"Option {number}: {name}", unit


def _new_unit(unit: AnyUnit, width: int, *, ending: bool = True) -> list[str]:
    lines = ["Description", *_wrapped(unit.description or "", width)]
    if unit.scope:
        lines += ["Scope", "The scope covers the following :"]
        lines += [row for line in unit.scope for row in _wrapped(f"• {line}", width)]
    lines += ["Elements and Performance Criteria"]
    for name, criteria in unit.elements:
        lines += [name, COMPETENT, *(row for line in criteria for row in _coded(line, width))]
    lines += ["Knowledge and Understanding (KU)", *_groups(unit.knowledge, width, KNOW)]
    lines += ["Generic Skills (GS)", *_groups(unit.skills, width, KNOW_HOW)]
    if ending:
        lines += ["National Occupational Standards (NOS) Parameters", "NOS Code", unit.code, "NOS Name", unit.title]
        lines += ["Credits", "TBD", "Version", unit.version, "Last Reviewed Date", "23-06-2021"]
    return lines


def _groups(groups: Sequence[tuple[str | None, list[Line]]], width: int, lead: str) -> list[str]:
    lines: list[str] = []
    for name, coded in groups:
        lines += [*([name] if name else []), lead, *(row for line in coded for row in _coded(line, width))]
    return lines


def _old_unit(unit: AnyUnit, width: int, *, amid: bool) -> list[str]:
    code = unit.code.replace("/", " / ")
    lines = [f"{code} {unit.title}", "National Occupational Standard", "Overview", "This unit is about it."]
    lines += [
        f"Unit Code {code}",
        f"Unit Title (Task) {unit.title}",
        *_wrapped(f"Description {unit.description}", width),
    ]
    lines += [
        "Scope This unit/task covers the following:",
        *(row for line in unit.scope for row in _wrapped(f"• {line}", width)),
    ]
    lines += ["Performance Criteria(PC) w.r.t. the Scope", "Element\tPerformance Criteria", f"\t{COMPETENT}"]
    for name, criteria in unit.elements:
        rows = [f"\t{row}" for line in criteria for row in _coded(line, width)]
        if not amid:
            lines += [name + rows[0], *rows[1:]]
        elif len(rows) % 2:
            middle = len(rows) // 2
            lines += [*rows[:middle], name + rows[middle], *rows[middle + 1 :]]
        else:
            lines += [*rows[: len(rows) // 2], name, *rows[len(rows) // 2 :]]
    lines += ["Knowledge and Understanding (K)", *_groups(unit.knowledge, width, KNOW)]
    lines += [
        "Skills (S) [Optional]",
        *_groups(unit.skills, width, OLD_KNOW),
        "NOS Version Control",
        f"NOS Code {code}",
    ]
    return [
        *lines,
        f"Credits (NVEQF/NVQF/NSQF) TBD Version number {unit.version}",
        "Industry Examples Drafted on 26/11/14",
    ]


def _paged(lines: Sequence[str], size: int) -> Iterator[str]:
    for place in range(0, len(lines), size):
        number = place // size + 1
        yield from (
            f"\f{line}" if number > 1 and not row else line for row, line in enumerate(lines[place : place + size])
        )
        yield "NSQC Approved || Example Skill Council"
        yield str(number)
