"""The results of a file of marks: to the letter those of one candidate at a time, hashes and words too."""

import random

from assessments.marks_files import read_marks
from assessments.marks_results import brief_json, decide_line, results_of
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_attendance, random_scores
from tests.builders import a_scheme, explicit_marks


def a_random_file(chance, scheme, candidates=8):
    """A wide file of random candidates: choices, attendance, some absent."""
    cells = list(scheme.cells())
    lines = [
        ",".join(["candidate", "status", "attendance", "chosen", *(f"{cell.ref}/{cell.component}" for cell in cells)])
    ]
    for number in range(candidates):
        chosen = a_random_choice(chance, scheme)
        scores, attendance = random_scores(chance, scheme, chosen), random_attendance(chance)
        status = chance.choice(("", "", "", "absent", "withheld"))
        shown = "" if attendance is None or attendance > 100 else str(attendance)
        marks = ["" if status == "absent" else str(scores[cell].awarded) if cell in scores else "" for cell in cells]
        lines.append(",".join([f"C{number}", status, shown, " ".join(sorted(chosen)), *marks]))
    return "\n".join(lines)


def test_results_in_bulk_are_those_of_one_candidate_at_a_time():
    for number in range(50):
        chance = random.Random(number)
        scheme = a_random_scheme(chance)
        marks, problems = read_marks(a_random_file(chance, scheme), scheme)
        assert problems == []
        plain = [brief_json(decide_line(scheme, marks, line)) for line in marks.candidates]
        assert list(results_of(scheme, marks)) == plain, number


def test_a_result_in_a_file_has_what_the_contract_names():
    chance = random.Random(3)
    scheme = a_random_scheme(chance)
    marks, _ = read_marks(a_random_file(chance, scheme), scheme)
    for result in results_of(scheme, marks):
        names = {"candidate", "outcome", "raw_percent", "weighted_percent", "conditions", "inputs_hash"}
        assert names <= set(result)
        for condition in result["conditions"]:
            assert set(condition) == {"name", "figure", "needed", "met", "words"}


def test_marks_with_denominators_of_their_own_are_decided_all_the_same():
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {f"PC{n}": {"theory": 10} for n in range(1, 9)})])
    primes = [n for n in range(1000, 2000) if all(n % d for d in range(2, 45))][:96]
    cells = [f"{cell.ref}/{cell.component}" for cell in scheme.cells()]
    rows = [[f"C{row}", *(f"{7 * p + 1}/{p}" for p in primes[8 * row : 8 * row + 8])] for row in range(12)]
    text = "\n".join(",".join(line) for line in (["candidate", *cells], *rows))
    marks, problems = read_marks(text, scheme)
    assert problems == []
    plain = [brief_json(decide_line(scheme, marks, line)) for line in marks.candidates]
    assert list(results_of(scheme, marks)) == plain
    assert {line["outcome"] for line in plain} == {"competent"}
