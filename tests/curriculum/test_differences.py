"""What changed from one version of a pack to the next."""

from hypothesis import given
from hypothesis import strategies as st

from curriculum.differences import FactChange, PackChanges, changes_between
from curriculum.line_matching import Line, LineChange, pair_lines
from curriculum.model import (
    Choice,
    ElectiveGroup,
    Element,
    NosUnit,
    PerformanceCriterion,
    QualificationPack,
    Statement,
    UnitList,
)
from curriculum.wording import Change, percent_alike, plain
from tests.builders import a_pack, a_unit

TEXTS = (
    "greet every visitor who comes in",
    "ask what the visitor came to see",
    "show the visitor round the house",
    "write the name of the visitor down",
    "close the doors when all have left",
)


def unit_of(*texts: str, code: str = "ASC/N1", title: str = "Do it", **overrides) -> NosUnit:
    """A unit whose criteria PC1, PC2, … have these texts."""
    lines = tuple(
        PerformanceCriterion(id=f"PC{number}", code=f"PC{number}", text=text) for number, text in enumerate(texts, 1)
    )
    return a_unit(code, elements=(Element(title=title, criteria=lines),), **overrides)


def with_list(units: list[NosUnit], listed: UnitList, **facts: object) -> QualificationPack:
    """A pack that lists its units so."""
    pack = a_pack(units, **facts)
    return pack.model_copy(update={"pack": pack.pack.model_copy(update={"units": listed})})


def between(old: NosUnit, new: NosUnit) -> PackChanges:
    return changes_between(a_pack([old]), a_pack([new]))


def refs(lines: tuple[LineChange, ...]) -> list[tuple[str, str]]:
    return [(line.before.id if line.before else "", line.after.id if line.after else "") for line in lines]


def test_the_same_pack_has_no_changes() -> None:
    assert not changes_between(a_pack(), a_pack()).any


def test_criteria_added_removed_and_reworded_are_told_apart() -> None:
    changes = between(unit_of(*TEXTS[:3]), unit_of(TEXTS[0], TEXTS[1].replace("came", "wants"), TEXTS[2], TEXTS[3]))
    assert refs(changes.reworded) == [("PC2", "PC2")]
    assert refs(changes.added) == [("", "PC4")]
    assert refs(changes.removed) == refs(changes.moved) == []
    gone = between(unit_of(*TEXTS[:3]), unit_of(*TEXTS[:2]))
    assert refs(gone.removed) == [("PC3", "")]


def test_a_rewording_is_shown_word_by_word() -> None:
    [line] = between(unit_of("greet the old visitor"), unit_of("greet the new visitor at once")).reworded
    assert line.words() == (
        (Change.SAME, "greet the "),
        (Change.REMOVED, "old"),
        (Change.ADDED, "new"),
        (Change.SAME, " visitor"),
        (Change.ADDED, " at once"),
    )


def test_a_line_put_in_moves_the_lines_below_it_and_rewords_none() -> None:
    changes = between(unit_of(*TEXTS[:3]), unit_of(TEXTS[0], TEXTS[4], *TEXTS[1:3]))
    assert refs(changes.added) == [("", "PC2")]
    assert refs(changes.moved) == [("PC2", "PC3"), ("PC3", "PC4")]
    assert changes.reworded == changes.removed == ()


def test_a_line_that_moved_and_has_other_words_is_reworded_from_where_it_stood() -> None:
    changes = between(unit_of(*TEXTS[:2]), unit_of(TEXTS[4], TEXTS[0], TEXTS[1].replace("came", "wants")))
    assert refs(changes.moved) == [("PC1", "PC2")]
    assert refs(changes.reworded) == [("PC2", "PC3")]


def test_the_same_code_with_wholly_other_words_is_a_rewording() -> None:
    assert refs(between(unit_of("pour tea"), unit_of("sweep floors daily")).reworded) == [("PC1", "PC1")]


def test_blanks_alone_are_no_rewording() -> None:
    assert not between(unit_of(TEXTS[0]), unit_of(TEXTS[0].replace(" ", "  "))).any


def test_a_heading_with_another_name_moves_no_line() -> None:
    [unit] = between(unit_of(*TEXTS[:2]), unit_of(*TEXTS[:2], title="Do it well")).units
    assert (unit.headings, unit.lines) == ((("Do it", "Do it well"),), ())


def test_a_line_under_another_of_the_headings_is_moved() -> None:
    first, second = (
        PerformanceCriterion(id=f"PC{number}", code=f"PC{number}", text=TEXTS[number]) for number in (1, 2)
    )
    third = PerformanceCriterion(id="PC3", code="PC3", text=TEXTS[3])

    def split(*groups: tuple[PerformanceCriterion, ...]) -> NosUnit:
        elements = zip("AB", groups, strict=True)
        return a_unit("ASC/N1", elements=tuple(Element(title=title, criteria=lines) for title, lines in elements))

    old, new = split((first, second), (third,)), split((first,), (second, third))
    assert refs(between(old, new).moved) == [("PC2", "PC2")]


def test_knowledge_is_compared_too_and_never_with_criteria() -> None:
    known = Statement(id="KU1", code="KU1", text=TEXTS[0])
    changes = between(unit_of(TEXTS[0], TEXTS[1]), unit_of(TEXTS[1], knowledge=(known,)))
    assert refs(changes.added) == [("", "KU1")]
    assert refs(changes.moved) == [("PC2", "PC1")]
    assert refs(changes.removed) == [("PC1", "")]


def test_units_added_and_removed_are_named_with_their_lines() -> None:
    changes = changes_between(a_pack([a_unit("ASC/N1")]), a_pack([a_unit("ASC/N2", criteria=1)]))
    assert [unit.code for unit in changes.units_added] == ["ASC/N2"]
    assert [unit.code for unit in changes.units_removed] == ["ASC/N1"]
    assert refs(changes.added) == [("", "PC1")]
    assert len(changes.removed) == 3


def test_a_unit_whose_own_code_gave_way_to_a_published_one_is_the_same_unit() -> None:
    old = unit_of(*TEXTS[:2], code="EX/Q1-U1")
    new = unit_of(*TEXTS[:2], code="EX/N0301").model_copy(update={"title": old.title})
    [unit] = between(old, new).units
    assert (unit.is_recoded, unit.lines, unit.before.code, unit.code) == (True, (), "EX/Q1-U1", "EX/N0301")


def test_a_unit_changed_under_the_same_version_is_told() -> None:
    [unit] = between(unit_of(TEXTS[0]), unit_of(TEXTS[1])).units
    assert unit.needs_a_version
    [unit] = between(unit_of(TEXTS[0]), unit_of(TEXTS[1], version="1.1")).units
    assert (unit.needs_a_version, unit.has_other_version) == (False, True)


def test_electives_options_and_facts_are_compared() -> None:
    units = [a_unit("ASC/N1"), a_unit("ASC/N2"), a_unit("ASC/N3")]
    group = ElectiveGroup(title="Trade", choose=Choice(min=1, max=1), units=("ASC/N2", "ASC/N3"))
    old = with_list(units, UnitList(compulsory=("ASC/N1",), electives=(group,)))
    both = group.model_copy(update={"choose": Choice(min=1, max=2), "units": ("ASC/N2",)})
    new = with_list(units, UnitList(compulsory=("ASC/N1",), electives=(both,), options=("ASC/N3",)), nsqf_level="4.5")
    changes = changes_between(old, new)
    assert [(fact.name, fact.before, fact.after) for fact in changes.facts] == [("nsqf_level", "4", "4.5")]
    [choice] = changes.choices
    assert (choice.before, choice.after) == ("1 of ASC/N2, ASC/N3", "1 to 2 of ASC/N2")
    assert [(unit.code, unit.before_place, unit.after_place) for unit in changes.units] == [
        ("ASC/N3", "Trade", "option")
    ]


@given(st.lists(st.sampled_from(TEXTS), max_size=6), st.lists(st.sampled_from(TEXTS), max_size=6))
def test_every_line_is_paired_once_whatever_the_texts(old: list[str], new: list[str]) -> None:
    was, now = ([Line(ref=f"U#PC{number}", text=text) for number, text in enumerate(texts, 1)] for texts in (old, new))
    changes = pair_lines(was, now)
    assert [change.after for change in changes if change.after] == now
    assert sorted(change.before.ref for change in changes if change.before) == sorted(line.ref for line in was)
    back = pair_lines(now, was)
    assert len([one for one in changes if one.before and one.after]) == len(
        [one for one in back if one.before and one.after]
    )


def test_prints_of_one_text_are_alike_and_signs_of_vowels_count() -> None:
    assert plain("Greet,  the VISITOR.") == plain("greet the visitor")
    assert plain("की") != plain("का")
    assert percent_alike("greet the visitor", "greet the old visitor") > 80
    assert percent_alike("greet the visitor", "sweep floors", at_least=50) == 0


def test_guidelines_and_scope_are_compared_line_by_line() -> None:
    rules = (
        "Be fair to all who are assessed.",
        "Ask for an identity card.",
        "Keep the marks secret until the release.",
    )
    units = [a_unit("ASC/N1", scope=("doors", "windows"))]
    listed = UnitList(compulsory=("ASC/N1",))
    old = with_list(units, listed, guidelines=rules)
    changed = (rules[1], "Bring a pen.", "Keep the marks secret until the day of release.")
    new = with_list([a_unit("ASC/N1", scope=("doors", "windows", "gates"))], listed, guidelines=changed)
    changes = changes_between(old, new)
    assert [(fact.name, fact.before, fact.after) for fact in changes.facts] == [
        ("guidelines", "", "Bring a pen."),
        ("guidelines", rules[2], changed[2]),
        ("guidelines", rules[0], ""),
    ]
    [unit] = changes.units
    assert [(fact.name, fact.before, fact.after) for fact in unit.facts] == [("scope", "", "gates")]


def test_guidelines_in_another_order_alone_are_told_as_a_whole() -> None:
    listed = UnitList(compulsory=("ASC/N1",))
    old = with_list([a_unit("ASC/N1")], listed, guidelines=("Be fair.", "Be quick."))
    new = with_list([a_unit("ASC/N1")], listed, guidelines=("Be quick.", "Be fair."))
    assert [(fact.name, fact.before, fact.after) for fact in changes_between(old, new).facts] == [
        ("guidelines", "Be fair.\nBe quick.", "Be quick.\nBe fair.")
    ]


def test_of_a_fact_with_other_words_only_these_are_told() -> None:
    before, after = "Sells to shops in towns.", "Sells to shops and homes in towns."
    fact = FactChange(name="brief_description", before=before, after=after)
    assert fact.words() == (
        (Change.SAME, "Sells to shops "),
        (Change.ADDED, "and homes "),
        (Change.SAME, "in towns."),
    )
    other = FactChange(name="nsqf_level", before="4", after="4.5")
    assert other.words() == ((Change.REMOVED, "4"), (Change.SAME, " "), (Change.ADDED, "4.5"))
    assert FactChange(name="sector", before="Retail", after="").words() == ((Change.REMOVED, "Retail"),)
    assert FactChange(name="sector", before="", after="Retail").words() == ((Change.ADDED, "Retail"),)
