"""Hypothesis strategies: any valid scheme, scores, bank and answers, kept small so that laws are quick to try."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from assessments.bank import BankItem
from assessments.blueprint import BlueprintCell, ExamBlueprint
from assessments.exam_time import AnswerEvent
from assessments.marks import apportion
from assessments.model import AssessmentScheme, Cell, Component, CriterionMarks, UnitMarks
from assessments.scoring import Score
from question_bank.model import Difficulty, ItemFace
from tests.builders import a_blueprint, a_scheme, items_for

law = settings(deadline=None, max_examples=30)

percents: SearchStrategy[str] = st.one_of(
    st.integers(0, 100).map(str),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda parts: f"{parts[0]}.{parts[1]:02d}"),
    st.tuples(st.integers(1, 100), st.sampled_from((3, 6, 7, 9, 11, 13))).map(lambda parts: f"{parts[0]}/{parts[1]}"),
)


def shares() -> SearchStrategy[Fraction]:
    """A share of some marks, from none to all, with the denominators that rubrics and items make."""
    return st.integers(1, 13).flatmap(lambda d: st.integers(0, d).map(lambda n: Fraction(n, d)))


@st.composite
def unit_marks(draw: DrawFn, unit: str) -> UnitMarks:
    """The marks of a unit, by importance or explicit."""
    names = [f"PC{number}" for number in range(1, draw(st.integers(1, 5)) + 1)]
    if draw(st.booleans()):
        importances = draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names)).filter(any))
        percent = st.integers(0, 100)
        lines = [
            CriterionMarks(
                criterion=name, importance=weight, theory_percent=draw(percent), theory_items=draw(st.integers(1, 2))
            )
            for name, weight in zip(names, importances, strict=True)
        ]
        return UnitMarks(unit=unit, marks=draw(st.integers(1, 100)), criteria=tuple(lines))
    split = st.dictionaries(st.sampled_from(Component), st.integers(1, 20), min_size=1)
    return UnitMarks(unit=unit, criteria=tuple(CriterionMarks(criterion=name, marks=draw(split)) for name in names))


@st.composite
def schemes(draw: DrawFn) -> AssessmentScheme:
    """A scheme of one to four units with any pass rule that its marks can meet."""
    units = tuple(draw(unit_marks(f"ASC/N900{n}")) for n in range(1, draw(st.integers(1, 4)) + 1))
    present = sorted({cell.component for unit in units for cell in unit.cells()})
    weights = [draw(st.integers(10, 40)) for _ in units]
    rule = {
        "aggregate_percent": draw(percents),
        "aggregation": draw(st.sampled_from(("raw_sum", "unit_weights"))),
        "unit_weights": dict(zip([unit.unit for unit in units], apportion(100, weights), strict=True)),
        "unit_min_percent": draw(st.none() | percents),
        "component_min_percent": draw(st.dictionaries(st.sampled_from(present), percents)),
    }
    return a_scheme(units=units, pass_rule=rule)


@st.composite
def scores_of(draw: DrawFn, scheme: AssessmentScheme) -> dict[Cell, Score]:
    """A full set of scores for a scheme."""
    return {cell: Score(awarded=draw(shares()) * marks, available=marks) for cell, marks in scheme.cells().items()}


@st.composite
def scored_schemes(draw: DrawFn) -> tuple[AssessmentScheme, dict[Cell, Score]]:
    """A scheme and a full set of scores for it."""
    scheme = draw(schemes())
    return scheme, draw(scores_of(scheme))


@st.composite
def banks(draw: DrawFn, *, with_enemies: bool = False) -> tuple[ExamBlueprint, tuple[ItemFace, ...]]:
    """A blueprint of one to four criteria and a bank that fills it, with pairs of enemies if asked for."""
    refs = [f"ASC/N900{1 + n // 2}#PC{1 + n % 2}" for n in range(draw(st.integers(1, 4)))]
    blueprint = a_blueprint({ref: draw(st.integers(1, 3)) for ref in refs})
    faces = [face for cell in blueprint.cells for face in items_for(cell.ref, cell.items + draw(st.integers(0, 4)))]
    if with_enemies:
        for _ in range(draw(st.integers(0, 3))):
            one, other = draw(st.sampled_from(range(len(faces)))), draw(st.sampled_from(faces))
            if faces[one].id != other.id:
                faces[one] = faces[one].model_copy(update={"enemies": (*faces[one].enemies, other.id)})
    return blueprint, tuple(faces)


@st.composite
def bank_items(draw: DrawFn) -> tuple[ExamBlueprint, tuple[BankItem, ...]]:
    """A blueprint of some cells, with mixes, and a bank with enemies, sets, parameters and any difficulty."""
    cells, items = [], []
    for place in range(draw(st.integers(1, 4))):
        ref, count, marks = f"U{1 + place // 2}#PC{place}", draw(st.integers(1, 3)), draw(st.integers(1, 7))
        together = draw(st.sampled_from((False, False, False, True)))
        mix = {"easy": 1, "hard": count - 1} if not together and count > 1 and draw(st.booleans()) else {}
        cells.append(
            BlueprintCell(
                ref=ref,
                items=count,
                marks=marks,
                mix={Difficulty(word): number for word, number in mix.items()},
                together=together,
            )
        )
        for number in range(count + draw(st.integers(0, 5))):
            items.append(
                BankItem(
                    id=f"i{place}-{number}",
                    cell=ref,
                    expected=draw(st.integers(0, 1000)),
                    set=f"s{place}-{number // count}" if together else draw(st.sampled_from((None, None, None, "x"))),
                    options=tuple("ABCDEFGHI"[: draw(st.integers(0, 9))]),
                    parameters=draw(st.sampled_from(((), ({"a": "1"}, {"a": "2"})))),
                )
            )
    for _ in range(draw(st.integers(0, 3))):
        one, other = draw(st.sampled_from(range(len(items)))), draw(st.sampled_from(items))
        if items[one].id != other.id and (items[one].set is None or items[one].set != other.set):
            items[one] = replace(items[one], enemies=(*items[one].enemies, other.id))
    return ExamBlueprint(cells=tuple(cells), minutes=60), tuple(items)


def answer_events(start: SearchStrategy[object]) -> SearchStrategy[list[AnswerEvent]]:
    """Any events of two devices on three items, no number used twice on a device."""
    event = st.builds(
        AnswerEvent,
        device=st.sampled_from(("one", "two")),
        seq=st.integers(1, 30),
        item=st.sampled_from(("i1", "i2", "i3")),
        choice=st.sampled_from(("A", "B", None)),
        received_at=start,
        epoch=st.integers(0, 2),
    )
    return st.lists(event, max_size=12, unique_by=lambda e: (e.device, e.seq))
