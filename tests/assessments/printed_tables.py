"""Three published tables with their figures; the criteria are in words of the tests' own."""

from curriculum.model import Element, NosUnit, PerformanceCriterion, QualificationPack
from tests.builders import a_pack, a_unit

DEEDS = (
    "look over the site and list what is there",
    "draw the line that the pipe will take",
    "reckon how much pipe and sand is needed",
    "agree with the people of the place on a day",
    "dig the trench as deep as it was marked",
    "lay the pipe and join its ends",
    "test the joints under pressure",
    "fill the trench and clear the ground",
    "write down what was used and what is left",
    "hand the keys of the pump house over",
    "answer what the people of the place ask",
    "come back after a week and look again",
)


def unit_of(code: str, title: str, *counts: int, kind: str = "PC") -> NosUnit:
    """A unit with elements of so many criteria."""
    lines = [
        PerformanceCriterion(id=f"{kind}{number}", code=f"{kind}{number}", text=DEEDS[number - 1])
        for number in range(1, sum(counts) + 1)
    ]
    elements, at = [], 0
    for place, count in enumerate(counts):
        elements.append(
            Element(title=("Plan the work", "Carry out the work")[place], criteria=tuple(lines[at : at + count]))
        )
        at += count
    return a_unit(code, title=title, elements=tuple(elements))


JAL_MITRA_UNITS = (
    ("PSC/N0146", "Plan and build a small water supply", "30 40 - 30 100 15"),
    ("PSC/N0147", "Keep a water supply in repair", "30 40 - 30 100 15"),
    ("PSC/N0148", "Look after pumps and tanks", "30 50 - 20 100 15"),
    ("PSC/N0149", "Test and treat the water", "30 50 - 20 100 15"),
    ("PSC/N0150", "Meter, bill and account", "28 54 0 9 91 15"),
    ("PSC/N0136", "Work together with others", "30 63 - 7 100 10"),
    ("PSC/N0138", "Keep safe and healthy at work", "30 49 14 7 100 10"),
    ("SGJ/N1702", "Use materials sparingly", "13 26 - - 39 5"),
)


def jal_mitra() -> tuple[QualificationPack, str]:
    """The pack and the text of its marks: one unit criterion by criterion, the others in the table of the pack."""
    units = [unit_of(code, title, 4, 4) for code, title, _ in JAL_MITRA_UNITS]
    pack = a_pack(units, code="PSC/Q0117", title="Jal Mitra")
    rows = ("4 6 - 4", "4 6 - 4", "4 6 - 4", "5 7 - 6", "5 7 - 4", "4 4 - 4", "4 4 - 4", "- - - -")
    criteria = [f"PC{number}. {DEEDS[number - 1]}   {'   '.join(row.split())}" for number, row in enumerate(rows, 1)]
    columns = "   ".join(("Assessment Criteria for Outcomes", "Theory", "Practical", "Project", "Viva"))
    weights = [f"{code}.{title}   {'   '.join(row.split())}" for code, title, row in JAL_MITRA_UNITS]
    lines = [
        "PSC/N0146: Plan and build a small water supply",
        columns,
        "Plan the work   17   25   -   18",
        *criteria[:4],
        "Carry out the work   13   15   -   12",
        *criteria[4:],
        "NOS Total   30   40   -   30",
        "Minimum Aggregate Passing % at QP Level : 70",
        "National Occupational Standards   Theory   Practical   Project   Viva   Total Marks   Weightage",
        *weights,
        "Total   221   372   0   123   730   100",
    ]
    return pack, "\n".join(lines)


STORYBOARD_UNITS = (
    (
        "MES/N0501",
        "Understanding the script",
        30,
        ((20, 10), (10, 5), (10, 5), (20, 10), (10, 5), (10, 5), (10, 5), (10, 5)),
    ),
    ("MES/N0508", "Prepare storyboard", 30, ((30, 15), (30, 15), (20, 10), (20, 10))),
    ("MES/N0509", "Create visual preferences", 30, ((20, 10), (30, 15), (20, 10), (20, 10), (10, 5))),
    ("MES/N0514", "Health and safety", 10, ((10, 5),) * 4 + ((10, 5),) * 4 + ((5, 2), (5, 3), (5, 2), (5, 3))),
)


def storyboard() -> tuple[QualificationPack, str]:
    """The pack and its older table: practical marks and totals are cells merged over each unit."""
    units = [unit_of(code, title, len(marks)) for code, title, _, marks in STORYBOARD_UNITS]
    pack = a_pack(units, code="MES/Q0507", title="Storyboard Artist")
    lines = ["NOS code   NOS name   Performance Criteria   Total Mark   Out Of   Theory   Skills Practical"]
    for code, title, _, marks in STORYBOARD_UNITS:
        kind = "KA" if code == "MES/N0501" else "PC"
        middle = len(marks) // 2
        for number, (out_of, theory) in enumerate(marks):
            text = f"{kind}{number + 1}. {DEEDS[number]}"
            if number == middle:
                lines.append(f"{code}   {title}   {text}   100   {out_of}   {theory}   50")
            else:
                lines.append(f"   {text}   {out_of}   {theory}")
    lines += ["NOS   NOS NAME   Weightage"]
    lines += [f"{code}   {title}   {weight}%" for code, title, weight, _ in STORYBOARD_UNITS]
    lines += ["A candidate has to score 70% in every NOS to pass."]
    return pack, "\n".join(lines)


SALES_UNITS = (
    ("PSC/N0301", "Management of sales", ((40, 10), (40, 10), (20, 5), (20, 5), (20, 5), (20, 5))),
    ("PSC/N0211", "Work effectively with colleagues", ((3, 7),) * 7 + ((2, 3),) + ((3, 7),) * 2 + ((1, 4),)),
    (
        "PSC/N0212",
        "Healthy, safe and secure environment",
        ((4, 11), (5, 10), (5, 10), (4, 11), (4, 11), (3, 7), (5, 10)),
    ),
)


def plumbing_sales() -> tuple[QualificationPack, str]:
    """The pack and its older table, practical marks for each criterion, totals merged over each unit."""
    units = [unit_of(code, title, len(marks)) for code, title, marks in SALES_UNITS]
    pack = a_pack(units, code="PSC/Q0302", title="Plumbing Products Sales Officer")
    lines = ["NOS code   NOS name   Performance Criteria   Total Mark   Out Of   Theory   Skills Practical"]
    for code, title, marks in SALES_UNITS:
        total = str(sum(map(sum, marks)))
        for number, (theory, practical) in enumerate(marks):
            begins = f"{code}   {title}" if number == 0 else ""
            whole = f"{total}   " if number == 0 else ""
            text = f"{begins}   PC{number + 1}. {DEEDS[number]}"
            lines.append(f"{text}   {whole}{theory + practical}   {theory}   {practical}")
        lines.append(f"   Total   {total}   {sum(one for one, _ in marks)}   {sum(two for _, two in marks)}")
    lines += ["   Grand Total   400   220   180"]
    lines += ["Minimum Pass% to qualify: 60% in aggregate and 50% in a NOS"]
    return pack, "\n".join(lines)
