"""Candidates of one assessment who take different units: drawn group by group, and nobody like anybody else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from assessments.bank import BankItem
from assessments.blueprint import ExamBlueprint, blueprint_of
from assessments.manifest import (
    DrawRecord,
    bank_hash,
    blueprint_hash,
    draw_and_prove,
    public_manifest,
    roster_hash,
    sealed,
)
from assessments.model import AssessmentScheme
from assessments.papers import Draw, DrawRequest
from assessments.practicals import Practical, draw_practicals
from assessments.seeds import DrawInputs, seed_of
from assessments.tasks import TaskFile
from curriculum.documents import canonical_json

Units = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Candidates, in order of the seating list, who take the same units; `seed` is what their part is drawn from."""

    units: Units
    candidates: tuple[str, ...]
    seed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnGroup:
    """The papers of a group, with the full manifest of their draw."""

    group: Group
    papers: Draw
    manifest: Mapping[str, Any]


def groups_of(taken: Mapping[str, Units], seed: bytes) -> tuple[Group, ...]:
    """The groups of those who take the same units, the largest first. Who takes nothing is in none.

    All together are one group, drawn from the seed itself; of several each has a seed of its own: the SHA-256 of the
    seed and its units as canonical JSON. Where there are secrets, papers do not use it: see `draw_groups`.
    """
    members: dict[Units, list[str]] = {}
    for candidate, units in taken.items():
        if units:
            members.setdefault(units, []).append(candidate)
    ordered = sorted(members.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return tuple(
        Group(
            units=units,
            candidates=tuple(candidates),
            seed=seed if len(members) == 1 else sha256(seed + canonical_json(list(units)).encode()).digest(),
        )
        for units, candidates in ordered
    )


def draw_groups(
    scheme: AssessmentScheme, request: DrawRequest, taken: Mapping[str, Units], record: DrawRecord
) -> tuple[DrawnGroup, ...]:
    """The papers of all candidates, each with the scheme's marks of the units they take and of no other.

    `request` and `record` are of everybody, and the items those of the whole blueprint. No face comes twice in all
    groups, and each counts how often those before it used an item. Where `record` has secrets, the seed of a group is
    made from them and its own bank, blueprint and roster, so that its files can be verified alone. Raises as `draw`.
    """
    drawn: list[DrawnGroup] = []
    faces, uses = set(request.taken), Counter(request.exposed)
    for group in groups_of(taken, request.seed):
        blueprint = blueprint_of(scheme, units=frozenset(group.units))
        cells, members = {cell.ref for cell in blueprint.cells}, set(group.candidates)
        items = tuple(item for item in request.items if item.cell in cells)
        own = replace(
            request,
            blueprint=blueprint,
            items=items,
            candidates=group.candidates,
            seed=_seed_of(group, blueprint, items, record),
            taken=frozenset(faces),
            met={name: items for name, items in request.met.items() if name in members},
            exposed=dict(uses),
            neighbours=tuple(pair for pair in request.neighbours if members.issuperset(pair)),
        )
        practicals = tuple(practical for practical in record.practicals if practical.candidate in members)
        papers, manifest = draw_and_prove(own, replace(record, practicals=practicals))
        faces.update(papers.hashes)
        uses.update(item for paper in papers for item in paper.items)
        drawn.append(DrawnGroup(group=group, papers=papers, manifest=manifest))
    return tuple(drawn)


def draw_practicals_of_groups(
    task_files: Mapping[str, TaskFile],
    taken: Mapping[str, Units],
    *,
    seed: bytes,
    used: AbstractSet[str],
    met: Mapping[str, AbstractSet[str]],
) -> tuple[Practical, ...]:
    """The practicals of all candidates, each with a task for every unit they take; `used` face hashes stay unused.

    `task_files` are by unit, `taken` names only units with a practical. Raises as `draw_practicals` does.
    """
    practicals: list[Practical] = []
    for group in groups_of(taken, seed):
        practicals += draw_practicals(
            [task_files[unit] for unit in group.units],
            candidates=group.candidates,
            seed=group.seed,
            taken={*used, *(practical.face_hash for practical in practicals)},
            met=met,
        )
    return tuple(practicals)


def manifest_of_groups(assessment: str, drawn: Sequence[DrawnGroup], practicals: Sequence[Practical]) -> dict[str, Any]:
    """The whole manifest of an assessment: of its only group, or of several with the manifest of each in `parts`."""
    parts = [one.manifest for one in drawn]
    if len(parts) == 1:
        return dict(parts[0])
    named = [{"units": list(one.group.units), **part} for one, part in zip(drawn, parts, strict=True)]
    papers = [paper for part in parts for paper in part["papers"]]
    hashes = [{"candidate": one.candidate, "sha256": one.face_hash} for one in practicals]
    return sealed({"format": 1, "assessment": assessment, "papers": papers, "practicals": hashes, "parts": named})


def public_of_groups(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What may be seen before the release of a manifest that `manifest_of_groups` wrote, of each part too."""
    if "parts" not in manifest:
        return public_manifest(manifest)
    parts = [{"units": part["units"], **public_manifest(_unnamed(part))} for part in manifest["parts"]]
    return public_manifest({**manifest, "parts": parts})


def parts_of(manifest: Mapping[str, Any]) -> list[tuple[Units, Mapping[str, Any]]]:
    """The manifest of each group with its units, in a manifest of groups; the whole of it, unnamed, where there is one.

    Each is as it stands among the files of the group's papers.
    """
    if "parts" not in manifest:
        return [((), manifest)]
    return [(tuple(part["units"]), _unnamed(part)) for part in manifest["parts"]]


def _unnamed(part: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in part.items() if name != "units"}


def _seed_of(group: Group, blueprint: ExamBlueprint, items: Sequence[BankItem], record: DrawRecord) -> bytes:
    if record.secrets is None:
        return group.seed
    agency, council = record.secrets
    inputs = DrawInputs(
        bank=bank_hash(items, record.item_hashes),
        blueprint=blueprint_hash(blueprint),
        roster=roster_hash(group.candidates),
    )
    return seed_of(inputs, agency=agency, council=council)
