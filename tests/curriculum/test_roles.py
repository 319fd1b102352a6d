"""Job roles: the shipped one is whole, and what is said of faulty ones."""

import pytest

from curriculum.loading import get_shipped_pack, shipped_packs
from curriculum.role_checks import Standards, check_role
from curriculum.roles import Covers, RoleLineKind, RoleProfile, get_shipped_role, read_role, shipped_roles
from tests.builders import a_role, faults_of

ROLE = get_shipped_role("ACCOUNT-HEALTH-SPECIALIST")
STANDARDS = Standards(criteria={"ASC/N9001": ("PC1", "PC2", "PC3")}, levels={"SSUP": (1, 2, 3)})


def told(role: RoleProfile) -> list[str]:
    return [f"{problem.path}: {problem.message}" for problem in check_role(role, STANDARDS)]


def test_the_account_health_specialist_has_all_areas_duties_qualifications_and_competencies() -> None:
    assert [len(area.duties) for area in ROLE.areas] == [2, 4, 3, 3, 2, 3, 2, 2, 2, 4, 6]
    assert len(ROLE.duties) == 33
    assert (len(ROLE.qualifications), len(ROLE.competencies)) == (2, 6)
    assert "job ID 80232227" in ROLE.source


def test_every_line_of_it_is_shown_by_something_or_says_why_not() -> None:
    assert [line.id for line in ROLE.lines() if line.cover is not Covers.WHOLE and line.gap is None] == []
    assert all(line.declared for line in ROLE.qualifications)


def test_everything_it_is_mapped_to_is_shipped() -> None:
    codes = [path.stem.upper().replace("-", "/", 1) for path in shipped_packs()]
    refs = {ref for code in codes for ref in get_shipped_pack(code).criterion_refs()}
    assert [ref for ref in ROLE.criterion_refs() if ref not in refs] == []


def test_a_sound_role_has_no_fault() -> None:
    assert told(a_role()) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"mapped": [{"criteria": ["ASC/N9010#PC1"]}]}, "there is no unit ASC/N9010; did you mean `ASC/N9001`?"),
        ({"mapped": [{"criteria": ["ASC/N9001#PC9"]}]}, "ASC/N9001 has no criterion PC9"),
        ({"mapped": [{"skill": "SUPP", "level": 1}]}, "there is no skill SUPP"),
        ({"mapped": [{"skill": "SSUP", "level": 4}]}, "SSUP has no level 4; it has 1, 2, 3"),
        ({"mapped": [{"criteria": ["ASC/N9001#PC1"]}] * 2}, "names ASC/N9001#PC1 2 times; name it once"),
        ({"mapped": []}, "is mapped to nothing; map it, or say in `gap` why nothing shows it"),
        ({"gap": "no word on it"}, "is covered as a whole and yet has a gap; make it part, or leave it out"),
    ],
)
def test_a_fault_is_told_with_what_would_be_right(line: dict[str, object], words: str) -> None:
    for mapped in line.get("mapped", ()):  # type: ignore[attr-defined]
        mapped |= {"covers": "whole", "note": "it is so"}
    assert any(words in fault for fault in told(a_role(line))), told(a_role(line))


def test_a_qualification_says_what_is_shown_and_who_checks_it() -> None:
    role = a_role()
    bare = role.model_copy(update={"qualifications": (role.qualifications[0].model_copy(update={"declared": None}),)})
    assert told(bare) == ["qualifications.0: Q1 is a qualification; say in `declared` what is shown and who checks it"]


def test_an_id_is_used_once() -> None:
    assert told(a_role({"id": "Q1"})) == ["qualifications.0.id: Q1 is used before; give each line an id of its own"]


def test_what_is_covered_in_part_says_what_is_left() -> None:
    part = [{"criteria": ["ASC/N9001#PC1"], "covers": "part", "note": "half of it"}]
    assert told(a_role({"mapped": part})) == [
        "areas.0.duties.0: D1-1 is covered in part only; say in `gap` what of it nothing shows"
    ]


@pytest.mark.parametrize(
    ("mapped", "words"),
    [
        ("{covers: whole, note: x}", "names criteria or a skill, one of both"),
        ("{criteria: [A/B#PC1], skill: SSUP, level: 1, covers: whole, note: x}", "names criteria or a skill"),
        ("{skill: SSUP, covers: whole, note: x}", "a skill and its level go together"),
        ("{criteria: [A/B], covers: whole, note: x}", "write it like `RAS/Q0301-U3#PC4`"),
        ("{criteria: [A/B#PC1], covers: half, note: x}", "write whole or part"),
        ("{skill: SSUP, level: 9, covers: whole, note: x}", "write at most 7"),
    ],
)
def test_a_mapping_of_a_wrong_shape_is_refused_at_its_line(mapped: str, words: str) -> None:
    text = (
        "code: A-ROLE\ntitle: T\nversion: '1'\nsummary: S\nsource: S\nareas:\n  - title: A\n    duties:\n"
        f"      - id: D1\n        text: do it\n        mapped:\n          - {mapped}\n"
    )
    faults = faults_of(text, RoleProfile)
    assert any(words in fault and ":12:" in fault for fault in faults), faults


def test_a_line_of_a_role_is_told_the_ids_of_roles_and_not_those_of_packs() -> None:
    text = "code: A\nareas:\n  - title: A\n    duties:\n      - {id: D 1, text: do it}\n"
    _, _, problems = read_role(text.encode(), "r.yaml")
    assert "is `D 1`; write it like `D3-2`, `Q1` or `C1`" in [str(problem.message) for problem in problems]


def test_lines_come_in_order_with_their_kinds() -> None:
    kinds = [kind for _path, kind, _line in ROLE.each()]
    assert kinds == [RoleLineKind.DUTY] * 33 + [RoleLineKind.QUALIFICATION] * 2 + [RoleLineKind.COMPETENCY] * 6
    assert [path.stem for path in shipped_roles()] == ["account-health-specialist"]
