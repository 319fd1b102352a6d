"""Who changes by a ruling, for many candidates at once, beside grading each of them anew twice."""

from collections.abc import Iterator
from fractions import Fraction

from assessments.blueprint import blueprint_of
from assessments.bundles import RightOption
from assessments.consequences import Sitting, foresee
from assessments.grading import CandidateRecord, grade_candidate
from assessments.papers import draw_papers
from assessments.rulings import Ruling, RulingPolicy
from benchmarks.harness import Row, row_of, seconds_of
from benchmarks.shipped import shipped

CANDIDATES = 100_000
PAPERS = 200
FEW = 40  # how many the plain way is timed on


def rows(rounds: int) -> Iterator[Row]:
    """Full marks for an item that every candidate was given, by each shipped scheme."""
    for given in shipped():
        scheme = given.scheme
        papers = draw_papers(
            blueprint_of(scheme), given.faces, candidates=[f"P{n}" for n in range(PAPERS)], seed=b"rulings"
        )
        item = papers[0].lines[0]
        having = [paper for paper in papers if item.item in paper.items]
        keys = {(line.item, line.version): RightOption(right="A") for paper in having for line in paper.lines}
        ruling = Ruling(item=item.item, version=item.version, number=1, policy=RulingPolicy.FULL_MARKS)
        shares = dict.fromkeys(scheme.practical_refs, Fraction(2, 3))

        def record(number, paper, shares=shares):  # type: ignore[no-untyped-def]
            # Every third answer is wrong, another third for each candidate.
            answers = {line.item: "B" if (line.number + number) % 3 == 0 else "A" for line in paper.lines}
            return CandidateRecord(candidate=f"C{number:06}", paper=paper, answers=answers, shares=shares)

        kinds = [record(number, having[number % len(having)]) for number in range(3 * len(having))]
        grades = [grade_candidate(scheme, each, keys) for each in kinds]
        marks = [sum((score.awarded for score in grade.scores.values()), Fraction()) for grade in grades]
        sittings = [
            Sitting(
                candidate=f"C{number:06}",
                ref=item.ref,
                paper=kinds[number % len(kinds)].paper,
                answers=kinds[number % len(kinds)].answers,
                scores=grades[number % len(kinds)].scores,
                marks=marks[number % len(kinds)],
                outcome=grades[number % len(kinds)].result.outcome,
            )
            for number in range(CANDIDATES)
        ]

        def ours(scheme=scheme, sittings=sittings, keys=keys, ruling=ruling) -> object:
            return foresee(scheme, sittings, keys, [ruling])

        def plain(scheme=scheme, some=tuple(kinds[:FEW]), keys=keys, ruling=ruling) -> object:
            return [
                (grade_candidate(scheme, each, keys), grade_candidate(scheme, each, keys, [ruling])) for each in some
            ]

        pairs = [(seconds_of(ours), seconds_of(plain) * CANDIDATES / FEW) for _ in range(rounds)]
        yield row_of(
            f"{given.pack.code}, {CANDIDATES:,} candidates, a third of them changing",
            "candidates/s",
            pairs,
            per=CANDIDATES,
            baseline_name=f"grading each anew, before and after (timed on {FEW})",
            note="wanted: 100,000 in 10 s, which is 10,000 candidates/s",
        )
