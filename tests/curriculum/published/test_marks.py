"""Marks tables of published texts, in both formats: what is read, what is said, and that no word is lost."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from curriculum.published.lines import lines_of, words_of
from curriculum.published.marks import read_marks
from curriculum.published.marks_columns import header_at
from curriculum.published.model import MarkedNode, PrintedMarks, PrintedRow
from curriculum.published.problems import PublishedProblem, PublishedSeverity

NEW = """
PSC/N0146: Plan and carry out simple construction and repair of a water supply
Assessment Criteria for Outcomes            Theory   Practical   Project   Viva
                                            Marks    Marks       Marks     Marks
Plan for construction                          17       25         -        18
PC1. look over the site and list what is
there and what is broken                        4        6         -         4
PC2. draw the line of the pipe                  4        6         -         4
PC3. reckon how much pipe is needed             4        6         -         4
PC4. agree with the villagers on a day
                                                5        7         -         6
for the work to begin
Carry out construction and
maintenance                                    13       15         -        12
PC5. dig the trench to the depth marked         5        7         -         4
PC6. lay and join the pipe                      4        4         -         4
PC7. test it under pressure                     4        4         -         4
PC8. fill the trench again                      -        -         -         -
NOS Total                                      30       40         -        30
"""
WEIGHTS = """
National Occupational Standards       Theory   Practical   Project   Viva    Total    Weightage
                                      Marks    Marks       Marks     Marks   Marks
PSC/N0146.Plan and carry out
simple construction                     30        40          -       30     100        15
PSC/N0150.Help with billing             28        54          14       9     105        85
Total                                   58        94          0       39     205       100
Optional: 1 Helper
LSC/N0109.Load a cart                   30        70          -        -     100        20
Total                                   30        70          -        -     100        20
"""
OLD = """
NOS CODE     NOS NAME         Performance Criteria                      Total    Out    Theory   Skills
                                                                        Mark     Of              Practical
                              PC1. sketch every scene                              30     15
             Understanding    PC2. put the sketches in order                       30     15
MES/N0508    the               PC3. write the words below               100       20     10        50
             board            PC4. show it to the director                         20     10
                              PC1. choose a look for the picture                   20     10
                              PC2. draw the people as they will look              60     20
MES/N0509    Visual work      PC3. choose the colours                              20     10
                                                                                                  60
                                                                                 100
"""


def read(text: str) -> tuple[PrintedMarks, tuple[PublishedProblem, ...]]:
    return read_marks([line for line in lines_of(text) if line.text])


def told(text: str) -> list[tuple[int | None, str]]:
    """What is said besides the notes that account for words."""
    return [(one.line, str(one.message)) for one in read(text)[1] if one.severity is not PublishedSeverity.NOTE]


def table(rows: tuple[PrintedRow, ...]) -> dict[str, str]:
    """Rows by label, or by the words of an element, with their marks on one line."""
    return {row.label or row.text: " ".join(row.marks.values()) for row in rows}


def squeezed(text: str) -> str:
    """The same text as a copy without columns."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def test_a_new_table_is_read_with_elements_wrapped_rows_and_the_units_total() -> None:
    marks, _ = read(NEW)
    assert table(marks.rows) == {
        "Plan for construction": "17 25 - 18",
        "PC1": "4 6 - 4",
        "PC2": "4 6 - 4",
        "PC3": "4 6 - 4",
        "PC4": "5 7 - 6",
        "Carry out construction and maintenance": "13 15 - 12",
        "PC5": "5 7 - 4",
        "PC6": "4 4 - 4",
        "PC7": "4 4 - 4",
        "PC8": "- - - -",
    }
    assert {row.unit for row in marks.rows} == {"PSC/N0146"}
    assert [(row.text, row.lines) for row in marks.rows if row.label == "PC4"] == [
        ("agree with the villagers on a day for the work to begin", (10, 11, 12))
    ]
    assert [(total.unit, total.line) for total in marks.totals] == [("PSC/N0146", 19)]


def test_columns_are_not_needed() -> None:
    for text in (NEW, WEIGHTS):
        apart, close = read(text)[0], read(squeezed(text))[0]
        assert table(apart.rows) == table(close.rows)
        assert apart.weights == close.weights
        assert apart.totals == close.totals


def test_only_what_does_not_add_up_or_is_missing_is_told() -> None:
    assert told(NEW) == [(18, "PC8 of PSC/N0146 has no marks")]
    wrong = NEW.replace("17       25", "16       25").replace("30       40", "30       41")
    assert told(wrong) == [
        (5, "“Plan for construction”, theory: 16 is printed, the sum is 17"),
        (18, "PC8 of PSC/N0146 has no marks"),
        (19, "PSC/N0146, practical: 41 is printed, the sum is 40"),
    ]


def test_the_packs_table_has_weights_options_apart_and_a_total_that_may_be_wrong() -> None:
    marks, _ = read(WEIGHTS)
    assert [(one.unit, one.weight, one.group) for one in marks.weights] == [
        ("PSC/N0146", "15", ""),
        ("PSC/N0150", "85", ""),
        ("LSC/N0109", "20", "Optional: 1 Helper"),
    ]
    assert marks.weights[0].title == "Plan and carry out simple construction"
    assert told(WEIGHTS) == [(7, "all units, project: 0 is printed, the sum is 14")]
    assert told(WEIGHTS.replace("105        85", "105        80")) == [
        (7, "the weights add up to 95, not to 100"),
        (7, "all units, project: 0 is printed, the sum is 14"),
    ]


def test_an_old_table_finds_cells_that_are_merged_over_a_unit_wherever_they_drop_in() -> None:
    marks, _ = read(OLD)
    units = {row.unit: row for row in marks.rows if row.node is MarkedNode.UNIT}
    assert dict(units["MES/N0508"].marks) == {"total": "100", "practical": "50"}
    assert units["MES/N0508"].text == "Understanding MES/N0508 the board"
    assert dict(units["MES/N0509"].marks) == {"total": "100", "practical": "60"}
    rows = [(row.unit, row.label, " ".join(row.marks.values())) for row in marks.rows if row.label]
    assert rows == [
        ("MES/N0508", "PC1", "30 15"),
        ("MES/N0508", "PC2", "30 15"),
        ("MES/N0508", "PC3", "20 10"),
        ("MES/N0508", "PC4", "20 10"),
        ("MES/N0509", "PC1", "20 10"),
        ("MES/N0509", "PC2", "60 20"),
        ("MES/N0509", "PC3", "20 10"),
    ]
    assert told(OLD) == []


def test_an_old_table_with_practical_marks_of_each_criterion_is_read_too() -> None:
    text = """
NOS code   NOS name          Performance Criteria     Total Mark   Out Of   Theory   Skills Practical
PSC/N0301  Management of     PC1. set the prices           200       50       40        10
           sales             PC2. visit the shops                    50       40        10
                             PC3. take orders                        25       20         5
                             PC4. settle complaints                  25       20         5
                             PC5. write reports                      25       20         5
                             PC6. plan the month                     25       20         6
                             Total                                  200      160        40
"""
    marks, _ = read(text)
    assert table(tuple(row for row in marks.rows if row.label))["PC1"] == "50 40 10"
    assert [dict(row.marks) for row in marks.rows if row.node is MarkedNode.UNIT] == [{"total": "200"}]
    assert told(text) == [
        (3, "PSC/N0301, total: 200 is printed, the sum is 201"),
        (8, "PC6 is marked out of 25, its parts add up to 26"),
        (9, "PSC/N0301, practical: 40 is printed, the sum is 41"),
    ]


def test_elements_may_carry_all_marks_and_half_marks_are_marks() -> None:
    text = """
CON/N0101: Lay bricks
Assessment Criteria for Outcomes   Theory Marks   Practical Marks   Project Marks   Viva Marks
Prepare the ground                     4.5            10               -              NA
PC1. clear the ground
PC2. set the line
Lay the first course                   5.5            20               -              NA
PC3. spread the mortar
PC4. lay the corner bricks first
NOS Total                              10             30               -              NA
"""
    marks, _ = read(text)
    elements = {row.text: " ".join(row.marks.values()) for row in marks.rows if row.node is MarkedNode.ELEMENT}
    assert elements == {"Prepare the ground": "4.5 10 - NA", "Lay the first course": "5.5 20 - NA"}
    assert [row.label for row in marks.rows if row.label] == ["PC1", "PC2", "PC3", "PC4"]
    assert told(text) == []


def test_codes_that_are_wrong_twice_or_missing_are_told() -> None:
    text = NEW.replace("PC2.", "KA2.").replace("PC6.", "PC5.")
    assert told(text)[:2] == [
        (8, "a criterion of PSC/N0146 is coded KA2, not PC"),
        (16, "PC5 is printed twice in PSC/N0146"),
    ]
    gap = NEW.replace("PC7.", "PC9.")
    assert (17, "PC9 stands where PC7 of PSC/N0146 should") in told(gap)


def test_lines_to_pass_are_read_as_people_print_them() -> None:
    for text, found in (
        ("Minimum Aggregate Passing % at QP Level : 70", [("aggregate", "70")]),
        ("Minimum Aggregate Passing % at NOS Level : 50", [("each_unit", "50")]),
        ("Recommended Pass % aggregate for QP: 70", [("aggregate", "70")]),
        ("Minimum Pass% to qualify: 60% in aggregate and 50% in a NOS", [("aggregate", "60"), ("each_unit", "50")]),
        ("To pass, a trainee should score a minimum of 70% in every NOS", [("each_unit", "70")]),
        ("has to score at least 70 % aggregate marks to pass the Qualification Pack", [("aggregate", "70")]),
    ):
        marks, problems = read(text)
        assert [(one.of, one.percent) for one in marks.percents] == found, text
        assert [one.severity for one in problems] == [PublishedSeverity.NOTE]


def test_an_option_named_before_headings_of_its_own_is_that_of_the_rows_below() -> None:
    lines = WEIGHTS.splitlines()
    again = "\n".join([*lines[:8], *lines[1:3], *lines[8:]])
    marks, problems = read(again)
    assert [(one.unit, one.group) for one in marks.weights][-1] == ("LSC/N0109", "Optional: 1 Helper")
    assert told(again) == told(WEIGHTS)
    assert problems


def test_a_list_of_weights_of_the_old_kind_is_read() -> None:
    text = """
NOS          NOS NAME                  Weightage
MES/N0501    Understanding the script    30%
MES/N0508    Prepare storyboard          70%
"""
    marks, _ = read(text)
    assert [(one.unit, one.title, one.weight) for one in marks.weights] == [
        ("MES/N0501", "Understanding the script", "30%"),
        ("MES/N0508", "Prepare storyboard", "70%"),
    ]


def test_a_table_goes_on_over_pages_with_its_headings_again() -> None:
    heading = NEW.splitlines()[2:4]
    lines = NEW.splitlines()
    again = "\n".join([*lines[:9], *heading, *lines[9:]])
    assert table(read(again)[0].rows) == table(read(NEW)[0].rows)


def words_in(marks: PrintedMarks, problems: tuple[PublishedProblem, ...]) -> Counter[str]:
    parts = [problem.words for problem in problems]
    for row in marks.rows:
        parts += [row.label, row.text, *row.marks.values()]
    for total in marks.totals:
        parts += [*total.marks.values(), "NOS Total"]
    for weight in marks.weights:
        parts += [weight.unit, weight.title, weight.weight, weight.group, *weight.marks.values()]
    return Counter(word for part in parts for word in words_of(part))


def test_every_word_is_in_what_was_read_or_in_what_is_said() -> None:
    for text in (NEW, WEIGHTS, OLD, "Minimum Aggregate Passing % at QP Level : 70\nSomething else"):
        marks, problems = read(text)
        lines = [
            line
            for line in lines_of(text)
            if line.text and "Plan and carry out simple construction and" not in line.text
        ]
        missing = Counter(word for line in lines for word in words_of(line.text)) - words_in(marks, problems)
        assert not missing, text


_PARTS = st.sampled_from(
    [line for text in (NEW, WEIGHTS, OLD) for line in text.splitlines() if line.strip()]
    + ["PC1.", "4 5 - 6", "100", "Total", "Total 4", "the words go on", "MES/N0501", "70% in every NOS to pass", "-"]
)


@given(st.lists(_PARTS, max_size=30))
def test_whatever_lines_come_none_is_lost_and_nothing_is_raised(parts: list[str]) -> None:
    lines = [line for line in lines_of("\n".join(parts)) if line.text]
    marks, problems = read_marks(lines)
    accounted = _lines_of(marks, problems)
    for place, line in enumerate(lines):
        is_heading = place + 1 < len(lines) and header_at(lines, place + 1) is not None
        assert line.number in accounted or is_heading


def _lines_of(marks: PrintedMarks, problems: tuple[PublishedProblem, ...]) -> set[int]:
    found = {one for row in marks.rows for one in row.lines}
    found |= {one.line for one in (*marks.totals, *marks.percents)}
    for weight in marks.weights:
        found |= set(range(weight.line, weight.line + 40))
    for problem in problems:
        if problem.line is not None:
            found |= set(range(problem.line, (problem.last or problem.line) + 1))
    return found
