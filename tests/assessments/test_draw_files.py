"""Files of a draw: every fault at once with its place, and the same bytes for the same values."""

import json

import pytest
from hypothesis import given

from assessments.bank import BankItem
from assessments.draw_files import bank_line, blueprint_text, read_bank, read_blueprint
from assessments.manifest import blueprint_from_json, blueprint_json
from tests.strategies import bank_items, law


def faults_of_bank(*lines, cells=frozenset({"PC1"})):
    _, problems = read_bank("\n".join(lines), "b.jsonl", cells)
    return [str(problem) for problem in problems]


@law
@given(bank_items())
def test_banks_and_blueprints_survive_as_files(bank):
    blueprint, items = bank
    text = "".join(f"{bank_line(item, {'stem': 'Why?', 'n': 1})}\n" for item in items)
    read, problems = read_bank(text, "b", frozenset(cell.ref for cell in blueprint.cells))
    assert problems == []
    assert read.items == items
    assert "".join(f"{line}\n" for line in read.lines.values()) == text
    again, cells, problems = read_blueprint(blueprint_text(blueprint), "y")
    assert (again, cells, problems) == (blueprint, {cell.ref for cell in blueprint.cells}, [])
    assert blueprint_from_json(json.loads(json.dumps(blueprint_json(blueprint)))) == blueprint


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_a_sign_that_some_read_as_the_end_of_a_line_breaks_no_bank(sign):
    line = bank_line(BankItem(id="a", cell="PC1", expected=500, options=("A", "B")), {"stem": f"Which{sign}of these?"})
    other = line.replace('"a"', '"b"', 1)
    read, problems = read_bank(f"{line}\n{other}\n", "b.jsonl", frozenset({"PC1"}))
    assert problems == []
    assert [item.id for item in read.items] == ["a", "b"]
    assert json.loads(read.lines["a"])["face"]["stem"] == f"Which{sign}of these?"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "a", "difficulty": 0.5}', "b.jsonl:1: error: cell: is missing"),
        ('{"id": "a", "cell": "PC1"}', "b.jsonl:1: error: difficulty: is missing"),
        (
            '{"id": "a", "cell": "PC1", "difficulty": 1.5}',
            "a share is between 0 and 1",
        ),
        (
            '{"id": "a", "cell": "PC1", "difficulty": -0.1}',
            "b.jsonl:1: error: difficulty: is `-0.1`; write it like `0.25` or `1/3`",
        ),
        (
            '{"id": "a", "cell": "PC1", "difficulty": "hard"}',
            "b.jsonl:1: error: difficulty: is `hard`; write it like `0.25` or `1/3`",
        ),
        (
            '{"id": "a", "cell": "PC1", "difficulty": NaN}',
            "b.jsonl:1: error: difficulty: is `NaN`; write it like `0.25` or `1/3`",
        ),
        (
            '{"id": "a", "cell": "PC1", "difficulty": 0.5, "enemys": []}',
            "did you mean `enemies`?",
        ),
        ('{"id": "a", "cell": "PC2", "difficulty": 0.5}', "PC2 is not a cell of the blueprint; did you mean PC1?"),
        (
            '{"id": "a", "cell": "PC1", "difficulty": 0.5, "enemies": ["a"]}',
            "a cannot be its own enemy",
        ),
        (
            '{"id": "a", "cell": "PC1", "difficulty": 0.5, "enemies": ["z"]}',
            "b.jsonl:1: warning: enemies: z is not",
        ),
        (
            '{"id": "a", "cell": "PC1", "difficulty": 0.5, "options": ["A", "A"]}',
            "an option is named twice",
        ),
        ('{"id": "a", "cell": "PC1", "cell": "PC1", "difficulty": 0.5}', "a name is given twice"),
        ('{"id": "a", "cell"', "b.jsonl:1:19: error: cannot be read as JSON"),
        ("[1]", "b.jsonl:1: error: holds no `name: value`"),
        ("", "b.jsonl: error: has no items"),
    ],
)
def test_a_fault_of_a_bank_has_its_place(line, words):
    (fault,) = faults_of_bank(line)
    assert words in fault


def test_all_faults_of_a_bank_come_at_once_and_a_double_names_the_first():
    good = '{"id": "a", "cell": "PC1", "difficulty": 0.5}'
    faults = faults_of_bank(good, "{", good, '{"id": "b", "cell": "PC1", "difficulty": 7}')
    assert len(faults) == 3
    assert any(fault == "b.jsonl:3: error: id: a stands on line 1 already" for fault in faults)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cells: {PC1: -1}", "y:1:9: error: cells.PC1.items: is -1; write at least 0"),
        ("cells: {PC1: many}", "y:1:9: error: cells.PC1.items: is `many`; write a whole number"),
        ("cells: {PC1: 2, PC1: 3}", "y:1:17: error: cells.PC1: `PC1` is given twice"),
        ("cells: {PC1: 0}", "y:1:1: error: cells: no cell has any items"),
        ("cells: {}", "y:1:1: error: cells: "),
        ("cells: {PC1: 1}\ndifficulty_band: 2", "y:2:1: error: difficulty_band: "),
        ("cells: {PC1: 1}\nmax_overlap: -3", "y:2:1: error: max_overlap: "),
        ("cells: {PC1: 1}\nmax_overlapp: 3", "did you mean `max_overlap`?"),
        ("cells: {PC1: {items: 2, mix: {easy: 1}}}", "the mix has 1 items, the cell has 2"),
        ("cells: [", "y:2:1: error: cannot be read as YAML"),
    ],
)
def test_a_fault_of_a_blueprint_has_its_place(text, words):
    _, _, problems = read_blueprint(text, "y")
    assert len(problems) == 1
    assert words in str(problems[0])
