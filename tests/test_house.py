"""The rules of the house that no other tool keeps."""

import ast
import re
from pathlib import Path

import pytest

from lms.settings import ROOT

PACKAGES = ("curriculum", "question_bank", "assessments", "certificates", "lms")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "lms" / "templates").rglob("*.html"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
VAGUE = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_a_module_says_in_its_first_line_what_belongs_there(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), f"{shown(path)} has no docstring"
    assert path.stem not in VAGUE


def test_files_and_functions_keep_their_size() -> None:
    long = []
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        text = path.read_text()
        if text.count("\n") > MOST_LINES:
            long.append(shown(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES:
                long.append(f"{shown(path)}:{node.lineno} {node.name}")
    assert long == []


def test_only_the_clock_reads_the_time() -> None:
    reads = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    guilty = [shown(path) for path in SOURCES if reads.search(path.read_text()) and path != ROOT / "lms" / "clock.py"]
    assert guilty == []


def test_only_services_and_commands_commit() -> None:
    allowed = ("lms/services/", "lms/cli/", "lms/simulation/")
    guilty = [
        shown(path) for path in SOURCES if "session.commit(" in path.read_text() and not shown(path).startswith(allowed)
    ]
    assert guilty == []


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_a_template_has_no_inline_script_or_style_and_no_foreign_address(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon(click|change|submit|load)=", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_core_marks_are_never_floats() -> None:
    guilty = []
    for package in ("curriculum", "question_bank", "assessments", "certificates"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, float) and package == "assessments":
                    guilty.append(f"{shown(path)}:{node.lineno}")
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                    guilty.append(f"{shown(path)}:{node.lineno}")
    assert guilty == []
