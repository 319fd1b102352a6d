"""Deciding results from files: a scheme and a file of marks, every fault at once, or every result with its reasons."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from assessments.marks import to_text
from assessments.marks_files import MarksFile, load_marks
from assessments.marks_results import brief_json, decide_line, results_of
from assessments.model import AssessmentScheme, MarksStatus
from assessments.results import STATUS_WORDS, Outcome, Result
from assessments.scheme import check_scheme, deciding_faults, rule_in_words
from curriculum.documents import read_path, validate
from curriculum.loading import PACKS, UNITS, file_stem, load_pack
from curriculum.problems import Problem, Severity, error, has_errors

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--scheme", "scheme_file", type=_FILE, required=True, help="An assessment scheme, as YAML.")
@click.option("--marks", "marks_file", type=_FILE, required=True, help="Marks of candidates, as CSV: long or wide.")
@click.option("--pack", "pack_name", help="Check the scheme against this pack first: a YAML file, or a shipped code.")
@click.option("--json", "as_json", is_flag=True, help="Print all that was decided as JSON.")
@click.option("--explain", "candidate", help="Print why the result of this candidate is what it is.")
def decide(scheme_file: Path, marks_file: Path, pack_name: str | None, as_json: bool, candidate: str | None) -> None:
    """Decide the results of all candidates of a file of marks.

    The marks are counted in the scheme's mark unit. A long file has the columns candidate, node, component and marks;
    a wide one has candidate and a column <node>/<component> for each mark. Both may have status, attendance and
    chosen. While anything is wrong nothing is decided: every fault is told with its line and column, and the command
    ends with 1.
    """
    scheme = _scheme(scheme_file, pack_name)
    marks, problems = load_marks(marks_file, scheme)
    if marks is None:
        _refuse(problems)
    elif candidate is not None:
        _explain(scheme, marks, candidate, as_json=as_json)
    elif as_json:
        _print_json(scheme, results_of(scheme, marks))
    else:
        _print_lines(results_of(scheme, marks))


def _scheme(path: Path, pack_name: str | None) -> AssessmentScheme:
    document, problems = read_path(path)
    if problems:
        _refuse(problems)
    scheme, problems = validate(document, AssessmentScheme)
    if scheme is None:
        _refuse(problems)
    faults = [problem if str(problem.place) else document.at(problem) for problem in _faults(scheme, pack_name)]
    if has_errors(faults):
        _refuse(faults)
    return scheme


def _faults(scheme: AssessmentScheme, pack_name: str | None) -> Iterator[Problem]:
    if scheme.marks_status is MarksStatus.MISSING:
        yield error("marks_status", "the marks are missing; nobody can be assessed until they are given")
    if pack_name is None:
        yield from deciding_faults(scheme)
        return
    path, folder = Path(pack_name), Path(pack_name).parent
    if not path.exists():
        path, folder = PACKS / f"{file_stem(pack_name)}.yaml", UNITS
    if not path.exists():
        raise click.BadParameter(f"{pack_name} is no file and no shipped pack", param_hint="--pack")
    loaded, problems = load_pack(path, folder)
    yield from problems
    if loaded is not None:
        yield from check_scheme(scheme, loaded)


def _refuse(problems: Iterable[Problem]) -> NoReturn:
    """Tell every fault and end: nothing was decided."""
    told = list(problems)
    for problem in told:
        click.echo(str(problem), err=True)
    errors = sum(problem.severity is Severity.ERROR for problem in told)
    click.echo(f"{errors} error{'' if errors == 1 else 's'}; nothing was decided", err=True)
    sys.exit(1)


def _explain(scheme: AssessmentScheme, marks: MarksFile, candidate: str, *, as_json: bool) -> None:
    line = next((line for line in marks.candidates if line.candidate == candidate), None)
    if line is None:
        raise click.BadParameter(f"{candidate} is not in the file of marks", param_hint="--explain")
    result = decide_line(scheme, marks, line)
    if as_json:
        click.echo(json.dumps(brief_json(result), ensure_ascii=False, indent=2))
        return
    for text in _explained(scheme, result):
        click.echo(text)


def _explained(scheme: AssessmentScheme, result: Result) -> Iterator[str]:
    yield f"{result.candidate}: {OUTCOMES[result.outcome]}"
    if result.specimen:
        yield "The marks of the scheme are sample figures: this is a specimen."
    yield from (f"  {words}" for words in result.reasons if words in STATUS_WORDS.values())
    for condition in (*result.conditions, *result.options):
        yield f"  [{'reached' if condition.met else 'not reached'}] {condition.words}"
    yield f"All marks together, exactly: {to_text(result.raw_percent)} %"
    if result.weighted_percent is not None:
        yield f"By weight, exactly: {to_text(result.weighted_percent)} %"
    if result.grade is not None:
        yield f"Grade: {result.grade}"
    yield "The rule:"
    yield from (f"  {words}" for words in rule_in_words(scheme))
    yield f"Scheme {result.scheme_code} {result.scheme_version}; SHA-256 of all that went in: {result.inputs_hash}"


def _print_json(scheme: AssessmentScheme, results: Iterable[dict[str, Any]]) -> None:
    """One object, its results a line each, written as they are decided."""
    told = {"code": scheme.code, "version": scheme.version, "specimen": scheme.specimen}
    encode, write, mark = json.JSONEncoder(ensure_ascii=False).encode, sys.stdout.write, ""
    write(f'{{"scheme": {encode(told)},\n"results": [')
    for result in results:
        write(f"{mark}\n{encode(result)}")
        mark = ","
    write("\n]}\n")


def _print_lines(results: Iterable[dict[str, Any]]) -> None:
    """A line for each candidate: outcome, both percentages, and the names of the lines that were not reached."""
    write = sys.stdout.write
    for result in results:
        weighted = result["weighted_percent"]
        figures = f"{result['raw_percent']['display']} %" + (
            f" (by weight {weighted['display']} %)" if weighted else ""
        )
        missed = ", ".join(condition["name"] for condition in result["conditions"] if not condition["met"])
        grade = f"  grade {result['grade']}" if "grade" in result else ""
        outcome = OUTCOMES[Outcome(result["outcome"])]
        write(
            f"{result['candidate']}  {outcome}  {figures}{grade}"
            + (f"  not reached: {missed}" if missed else "")
            + "\n"
        )


OUTCOMES = {outcome: outcome.value.replace("_", " ") for outcome in Outcome}
