"""Small whole valid values for tests; each builder takes what a test wants to say and fills in the rest."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from assessments.blueprint import BlueprintCell, ExamBlueprint, blueprint_of
from assessments.model import AssessmentScheme, Cell, CriterionMarks, UnitMarks
from assessments.scoring import Score
from assessments.tasks import PracticalTask, RubricCriterion, RubricLevel, TaskFile, Variant
from curriculum.documents import Document, read_document, validate
from curriculum.model import Element, NosUnit, PackDocument, PerformanceCriterion, QualificationPack, UnitList
from curriculum.roles import RoleProfile
from question_bank.keys import ItemKey
from question_bank.model import Difficulty, ItemFace, ItemKind, ItemUse, Option


def a_unit(code: str = "ASC/N9001", criteria: int = 3, **overrides: Any) -> NosUnit:
    """A unit with that many criteria (PC1, PC2, …) in one element."""
    lines = tuple(
        PerformanceCriterion(id=f"PC{number}", code=f"PC{number}", text=f"do thing {number}")
        for number in range(1, criteria + 1)
    )
    given = {
        "code": code,
        "title": f"Do the work of {code}",
        "version": "1.0",
        "elements": (Element(title="Do it", criteria=lines),),
    }
    return NosUnit(**{**given, **overrides})


def a_pack(units: Iterable[NosUnit] | None = None, **overrides: Any) -> QualificationPack:
    """A pack of two units, or of those given; overrides are of its header."""
    own = tuple(units) if units is not None else (a_unit("ASC/N9001"), a_unit("ASC/N9002", criteria=2))
    given = {
        "code": "ASC/Q9000",
        "title": "Showroom Guide",
        "version": "1.0",
        "nsqf_level": "4",
        "brief_description": "Shows visitors round.",
        "personal_attributes": "Patient.",
        "source": "Made for tests.",
        "units": UnitList(compulsory=tuple(unit.code for unit in own)),
    }
    return QualificationPack(pack=PackDocument(**{**given, **overrides}), units=own)


def some_unit_marks(unit: NosUnit, *, marks: int = 100, theory_percent: int = 50, theory_items: int = 1) -> UnitMarks:
    """Marks shared out equally among a unit's criteria."""
    lines = tuple(
        CriterionMarks(criterion=criterion.id, importance=1, theory_percent=theory_percent, theory_items=theory_items)
        for criterion in unit.criteria
    )
    return UnitMarks(unit=unit.code, marks=marks, criteria=lines)


def explicit_marks(unit: str, marks: Mapping[str, Mapping[str, int]], total: int | None = None) -> UnitMarks:
    """A unit's marks as a table prints them: `{"PC1": {"theory": 4, "practical": 6}}`."""
    lines = tuple(CriterionMarks(criterion=name, marks=dict(split)) for name, split in marks.items())
    return UnitMarks(unit=unit, marks=total, criteria=lines)


def a_scheme(pack: QualificationPack | None = None, /, **overrides: Any) -> AssessmentScheme:
    """A sample scheme of a pack: 100 marks a unit, half theory, 70 % of all marks to pass."""
    own = pack or a_pack()
    given = {
        "code": f"{own.code}-S",
        "version": "1.0",
        "title": "Scheme for tests",
        "pack": own.code,
        "pack_version": own.version,
        "marks_status": "sample",
        "practical_scorer": "assessor",
        "theory": {"minutes": 60},
        "pass_rule": {"aggregate_percent": "70"},
        "reassessment": {
            "scope": "pack",
            "max_attempts": 2,
            "apply_within_days": 15,
            "hold_within_days": 90,
            "absent_may": True,
            "dropped_out_may": False,
        },
        "units": tuple(some_unit_marks(unit) for unit in own.units),
    }
    return AssessmentScheme.model_validate({**given, **overrides})


def a_document(text: str) -> Document:
    """The document of YAML text that has no fault."""
    document, problems = read_document(text)
    assert problems == []
    return document


def faults_of(text: str, model: type[Any]) -> list[str]:
    """What is wrong with YAML text as a model, as a person reads it."""
    _, problems = validate(a_document(text), model)
    return [str(problem) for problem in problems]


def an_item(
    name: str = "item-1", unit: str = "ASC/N9001", criteria: Iterable[str] = ("PC1",), **overrides: Any
) -> ItemFace:
    """An exam item with four options."""
    given = {
        "id": name,
        "version": 1,
        "kind": ItemKind.SINGLE_CHOICE,
        "use": ItemUse.EXAM,
        "unit": unit,
        "criteria": tuple(criteria),
        "difficulty": Difficulty.MEDIUM,
        "stem": f"What is right about {name}?",
        "options": tuple(Option(id=letter, text=f"{letter} of {name}") for letter in "ABCD"),
    }
    return ItemFace(**{**given, **overrides})


def a_key(face: ItemFace, right: str = "A") -> ItemKey:
    """The key of an item: option A unless said otherwise."""
    wrong = {option.id: "Not this one." for option in face.options if option.id != right}
    return ItemKey(item=face.id, version=face.version, right=right, rationale="It is so.", feedback=wrong)


def items_for(ref: str, count: int, **overrides: Any) -> tuple[ItemFace, ...]:
    """That many exam items of one criterion (`ASC/N9001#PC1`)."""
    unit, _, criterion = ref.partition("#")
    stem = f"{unit}-{criterion}".lower().replace("/", "-")
    return tuple(an_item(f"{stem}-e{number}", unit, (criterion,), **overrides) for number in range(1, count + 1))


def a_blueprint(cells: Mapping[str, int] | None = None, *, marks: int = 4, minutes: int = 60) -> ExamBlueprint:
    """A blueprint of `{ref: items}`, each criterion worth that many marks."""
    counts = cells or {"ASC/N9001#PC1": 2, "ASC/N9001#PC2": 1, "ASC/N9002#PC1": 1}
    return ExamBlueprint(
        cells=tuple(BlueprintCell(ref=ref, items=items, marks=marks) for ref, items in counts.items()), minutes=minutes
    )


def a_bank(blueprint: ExamBlueprint | AssessmentScheme | None = None, *, spare: int = 3) -> tuple[ItemFace, ...]:
    """A bank with `spare` more items for each criterion than a paper takes."""
    own = blueprint_of(blueprint) if isinstance(blueprint, AssessmentScheme) else blueprint or a_blueprint()
    return tuple(face for cell in own.cells for face in items_for(cell.ref, cell.items + spare))


def a_task(
    name: str = "task-1", *, variants: int = 3, criteria: Iterable[str] = ("PC1",), **overrides: Any
) -> PracticalTask:
    """A practical task with that many persons, products and situations."""
    given = {
        "id": name,
        "title": f"Task {name}",
        "minutes": 20,
        "brief": "Meet {person}, show {product} and handle {situation}.",
        "steps": ("Greet.", "Show."),
        "assessor_notes": "Watch.",
        "persons": _variants("person", variants),
        "products": _variants("product", variants),
        "situations": _variants("situation", variants),
        "evidence": dict.fromkeys(criteria, "Seen."),
    }
    return PracticalTask(**{**given, **overrides})


def a_task_file(unit: NosUnit | None = None, *, tasks: int = 3, variants: int = 3) -> TaskFile:
    """The practical of a unit: that many tasks and a rubric from nothing shown to all shown."""
    own = unit or a_unit()
    names = [criterion.id for criterion in own.criteria]
    stem = own.code.lower().replace("/", "-")
    levels = tuple(
        RubricLevel(share=share, label=label, description=f"{label}.")
        for share, label in (("0", "Not shown"), ("1/2", "Partly shown"), ("1", "Shown"))
    )
    return TaskFile(
        unit=own.code,
        rubric=tuple(RubricCriterion(criterion=name, levels=levels) for name in names),
        tasks=tuple(a_task(f"{stem}-t{n}", variants=variants, criteria=names) for n in range(1, tasks + 1)),
    )


def some_scores(scheme: AssessmentScheme, share: Fraction | int = 1) -> dict[Cell, Score]:
    """A score for every cell of a scheme: the same share of its marks everywhere."""
    return {cell: Score(awarded=Fraction(share) * marks, available=marks) for cell, marks in scheme.cells().items()}


def _variants(name: str, count: int) -> tuple[Variant, ...]:
    return tuple(Variant(id=f"{name}-{number}", text=f"{name} no. {number}") for number in range(1, count + 1))


def a_role(line: Mapping[str, Any] | None = None, /, **overrides: Any) -> RoleProfile:
    """A role with three duties, the first changed by `line`, a qualification, and a competency that a skill shows."""
    whole = {"criteria": ["ASC/N9001#PC1", "ASC/N9001#PC2"], "covers": "whole", "note": "both together"}
    part = {"criteria": ["ASC/N9001#PC3"], "covers": "part", "note": "the beginning"}
    given = {
        "code": "A-ROLE",
        "title": "A job",
        "version": "1.0",
        "summary": "Does the work.",
        "source": "Made for tests.",
        "areas": [
            {
                "title": "The work",
                "duties": [
                    {"id": "D1-1", "text": "do it", "mapped": [whole], **(line or {})},
                    {"id": "D1-2", "text": "do more", "mapped": [part], "gap": "The end is in no unit."},
                    {"id": "D1-3", "text": "do the rest", "gap": "It is in no unit."},
                ],
            }
        ],
        "qualifications": [
            {"id": "Q1", "text": "a degree", "declared": {"shown": "the paper", "checked_by": "the staff"}}
        ],
        "competencies": [
            {"id": "C1", "text": "helps", "mapped": [{"skill": "SSUP", "level": 2, "covers": "whole", "note": "so"}]}
        ],
    }
    return RoleProfile.model_validate({**given, **overrides})
