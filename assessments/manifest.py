"""The manifest of a draw: hashes of all that went in, a hash for each paper, and figures on how fair the draw is.

The full manifest is the agency's own: with it the papers can be made again. `public_manifest` names no item, no seed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from assessments.bank import BankItem
from assessments.blueprint import BlueprintCell, ExamBlueprint
from assessments.difficulty import share_text, thousandths
from assessments.likeness import DRAWS, Bound, Likeness, bound_of, expected_overlap, likeness_of, neighbour_overlaps
from assessments.marks import from_text, to_text, truncated
from assessments.model import AssessmentScheme
from assessments.papers import Draw, DrawRequest, draw
from assessments.practicals import Practical
from assessments.seeds import commitments_to
from assessments.tasks import TaskFile
from curriculum.documents import canonical_json, sha256
from question_bank.model import Difficulty

_FULL_ONLY = ("inputs", "items", "exposure", "repairs", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier session whose papers the new ones are held against."""

    name: str
    papers: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRecord:
    """What is to be told of a draw beside its papers.

    `item_hashes` are the SHA-256 of the items' lines in a bank file, `scheme` is what `scheme_json` tells of it.
    `secrets` are those of agency and council, in this order, where the seed was made from them.
    """

    assessment: str
    item_hashes: Mapping[str, str]
    scheme: Mapping[str, str] | None = None
    task_files: tuple[TaskFile, ...] = ()
    practicals: tuple[Practical, ...] = ()
    secrets: tuple[bytes, bytes] | None = None
    earlier: tuple[Earlier, ...] = ()


def draw_and_prove(request: DrawRequest, record: DrawRecord) -> tuple[Draw, dict[str, Any]]:
    """The draw and its full manifest; where two papers are more alike than the bound, cards are exchanged until not."""
    drawn = draw(request)
    manifest = full_manifest(record, drawn)
    overlap = manifest["overlap"]
    if request.most_alike is None and not overlap["within_bound"]:
        drawn = draw(replace(request, most_alike=overlap["bound"]["items"]))
        manifest = full_manifest(record, drawn)
    return drawn, manifest


def full_manifest(record: DrawRecord, drawn: Draw) -> dict[str, Any]:
    """The whole manifest as plain JSON values; its last hash covers all the rest."""
    request = drawn.request
    papers = [{"candidate": name, "sha256": drawn.hashes[drawn.row[name]]} for name in request.candidates]
    tasks = [sha256(canonical_json(tasks)) for tasks in record.task_files]
    inputs = _inputs_json(record, drawn)
    return sealed(
        {
            "format": 1,
            "assessment": record.assessment,
            "seed_sha256": hashlib.sha256(request.seed).hexdigest(),
            "commitments": _commitments_json(record),
            "bank_sha256": bank_hash(request.items, record.item_hashes),
            "bank_items": len(request.items),
            "blueprint_sha256": blueprint_hash(request.blueprint),
            "blueprint": blueprint_json(request.blueprint),
            "roster_sha256": roster_hash(request.candidates),
            "scheme": None if record.scheme is None else dict(record.scheme),
            "tasks_sha256": sha256(canonical_json(tasks)),
            "papers": papers,
            "practicals": [{"candidate": one.candidate, "sha256": one.face_hash} for one in record.practicals],
            "overlap": _overlap_json(drawn, record.earlier),
            "difficulty": _difficulty_json(drawn),
            "use": _use_by_cell(drawn),
            "solver": {"papers": len(drawn.repairs), "names": sorted({repair.solver for repair in drawn.repairs})},
            "items": {
                item.id: {"version": item.version, "sha256": record.item_hashes[item.id]}
                for item in sorted(request.items, key=lambda item: item.id)
            },
            "exposure": _exposure_json(drawn),
            "repairs": [
                {"row": repair.row, "items": list(repair.items), "solver": repair.solver} for repair in drawn.repairs
            ],
            "inputs": inputs,
            "inputs_sha256": sha256(canonical_json(inputs)),
        }
    )


def public_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What council and agency may see before the release: no item and no seed, only hashes and figures.

    `whole_sha256` is the hash of the whole manifest, which is seen after it: so nothing can be changed meanwhile.
    """
    shown = {name: value for name, value in manifest.items() if name not in {*_FULL_ONLY, "sha256"}}
    return sealed({**shown, "whole_sha256": manifest["sha256"]})


def sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the SHA-256 of its canonical JSON in the field `sha256`."""
    rest = {name: value for name, value in manifest.items() if name != "sha256"}
    return {**rest, "sha256": sha256(canonical_json(rest))}


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as a file for people: sorted and indented, always the same bytes for the same values."""
    return json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def bank_hash(items: Sequence[BankItem], item_hashes: Mapping[str, str]) -> str:
    """SHA-256 of the canonical JSON of id, version and hash of each item, in order of id."""
    lines = [[item.id, item.version, item_hashes[item.id]] for item in sorted(items, key=lambda item: item.id)]
    return sha256(canonical_json(lines))


def blueprint_hash(blueprint: ExamBlueprint) -> str:
    """SHA-256 of the canonical JSON of the blueprint."""
    return sha256(canonical_json(blueprint_json(blueprint)))


def roster_hash(candidates: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON of the candidates' numbers, sorted."""
    return sha256(canonical_json(sorted(candidates)))


def blueprint_json(blueprint: ExamBlueprint) -> dict[str, Any]:
    """The blueprint as plain JSON values."""
    return {
        "items": blueprint.items,
        "marks": blueprint.marks,
        "minutes": blueprint.minutes,
        "band": share_text(blueprint.band),
        "max_exposure": None if blueprint.max_exposure is None else to_text(blueprint.max_exposure),
        "max_overlap": blueprint.max_overlap,
        "cells": [
            {
                "ref": cell.ref,
                "items": cell.items,
                "marks": cell.marks,
                "kinds": list(cell.kinds),
                "mix": {word.value: count for word, count in cell.mix.items()},
                "together": cell.together,
            }
            for cell in blueprint.cells
        ],
    }


def blueprint_from_json(value: Mapping[str, Any]) -> ExamBlueprint:
    """The blueprint that `blueprint_json` wrote."""
    limit = value["max_exposure"]
    return ExamBlueprint(
        cells=tuple(
            BlueprintCell(
                ref=cell["ref"],
                items=cell["items"],
                marks=cell["marks"],
                kinds=tuple(cell["kinds"]),
                mix={Difficulty(word): count for word, count in cell["mix"].items()},
                together=cell["together"],
            )
            for cell in value["cells"]
        ),
        minutes=value["minutes"],
        band=thousandths(Fraction(value["band"])),
        max_exposure=None if limit is None else from_text(limit),
        max_overlap=value["max_overlap"],
    )


def scheme_json(scheme: AssessmentScheme) -> dict[str, str]:
    """What a manifest tells of the scheme."""
    return {"code": scheme.code, "version": scheme.version, "sha256": sha256(canonical_json(scheme))}


def _overlap_json(drawn: Draw, earlier: Sequence[Earlier]) -> dict[str, Any]:
    table, hands = drawn.table, drawn.hands
    likeness = likeness_of(table, hands)
    bound = bound_of(table, len(hands), drawn.request.seed)
    return {
        **_likeness_json(drawn, likeness, bound),
        "expected": _figure(expected_overlap(table)),
        "neighbours": _neighbours_json(drawn),
        "earlier": [_earlier_json(drawn, session) for session in earlier],
        "exposure": _exposure_by_cell(drawn),
    }


def _likeness_json(drawn: Draw, likeness: Likeness, bound: Bound) -> dict[str, Any]:
    return {
        "pairs": {str(shared): times for shared, times in likeness.pairs.items()},
        "mean": _figure(likeness.mean),
        "worst": likeness.worst,
        "worst_pair": [drawn.roster[row] for row in likeness.worst_pair or ()],
        "bound": {"items": bound.items, "by": f"{DRAWS} simulated draws" if bound.simulated else "reckoning"},
        "within_bound": likeness.worst <= bound.items,
    }


def _neighbours_json(drawn: Draw) -> dict[str, Any] | None:
    pairs = [(drawn.row[one], drawn.row[other]) for one, other in drawn.request.neighbours]
    if not pairs:
        return None
    shared = neighbour_overlaps(drawn.table, drawn.hands, pairs)
    return {"pairs": len(pairs), "worst": max(shared), "mean": _figure(Fraction(sum(shared), len(pairs)))}


def _earlier_json(drawn: Draw, session: Earlier) -> dict[str, Any]:
    """The most items that a new paper shares with one of an earlier session, and the mean over all such pairs."""
    bits: dict[str, int] = {}
    for items in session.papers:
        for item in items:
            bits.setdefault(item, 1 << len(bits))
    old = [sum(bits[item] for item in items) for items in session.papers]
    worst = total = 0
    for hand in drawn.hands.tolist():
        mask = sum(bits.get(item.id, 0) for item in drawn.table.items_of(hand))
        shared = [(mask & other).bit_count() for other in old]
        worst, total = max(worst, *shared, 0), total + sum(shared)
    pairs = len(drawn) * len(old)
    mean = Fraction(total, pairs) if pairs else Fraction()
    return {"name": session.name, "papers": len(old), "worst": worst, "mean": _figure(mean)}


def _difficulty_json(drawn: Draw) -> dict[str, Any]:
    """Expected scores as shares of the marks, cut off to thousandths; `papers` counts papers by them."""
    worth, whole = drawn.table.worth[drawn.hands].sum(axis=1).tolist(), max(drawn.table.whole, 1)
    expected = [one // whole for one in worth]
    mean = Fraction(sum(worth), whole * len(worth)) if worth else Fraction()
    return {
        "band": share_text(drawn.request.blueprint.band),
        "mean": share_text(int(mean)),
        "lowest": share_text(min(expected, default=0)),
        "highest": share_text(max(expected, default=0)),
        "outside": drawn.outside,
        "papers": {share_text(one): times for one, times in sorted(Counter(expected).items())},
    }


def _uses(drawn: Draw) -> dict[str, int]:
    counts = Counter(card for hand in drawn.hands.tolist() for card in hand)
    return {item.id: counts[number] for number, card in enumerate(drawn.table.cards) for item in card}


def _exposure_json(drawn: Draw) -> dict[str, Any]:
    exposed = drawn.request.exposed
    return {
        item: {"own": own, "earlier": exposed.get(item, 0), "total": own + exposed.get(item, 0)}
        for item, own in sorted(_uses(drawn).items())
    }


def _exposure_by_cell(drawn: Draw) -> dict[str, dict[str, int]]:
    """In how many papers of this draw the least and the most used item of each cell are."""
    uses = _uses(drawn)
    found: dict[str, dict[str, int]] = {}
    for number, stratum in enumerate(drawn.table.strata):
        own = [uses[item.id] for card in drawn.table.cards_of(number) for item in drawn.table.cards[card]]
        known = found.get(stratum.cell.ref, {"least": min(own), "most": max(own)})
        found[stratum.cell.ref] = {"least": min(known["least"], *own), "most": max(known["most"], *own)}
    return found


def _use_by_cell(drawn: Draw) -> dict[str, list[list[int]]]:
    """For each cell, own and earlier use of its items, the most used first; items are not named."""
    uses = _uses(drawn)
    found: dict[str, list[list[int]]] = {cell.ref: [] for cell in drawn.request.blueprint.cells}
    for card in drawn.table.cards:
        for item in card:
            found[item.cell].append([uses[item.id], drawn.request.exposed.get(item.id, 0)])
    return {ref: sorted(counts, reverse=True) for ref, counts in found.items()}


def _commitments_json(record: DrawRecord) -> dict[str, str] | None:
    if record.secrets is None:
        return None
    return commitments_to(agency=record.secrets[0], council=record.secrets[1]).as_json()


def _inputs_json(record: DrawRecord, drawn: Draw) -> dict[str, Any]:
    request = drawn.request
    secrets = None if record.secrets is None else [secret.hex() for secret in record.secrets]
    return {
        "seed": request.seed.hex(),
        "secrets": secrets,
        "candidates": list(request.candidates),
        "taken": sorted(request.taken),
        "met": {name: sorted(items) for name, items in sorted(request.met.items())},
        "exposed": dict(sorted(request.exposed.items())),
        "neighbours": [list(pair) for pair in request.neighbours],
        "most_alike": request.most_alike,
    }


def _figure(value: Fraction) -> dict[str, str]:
    return {"exact": to_text(value), "display": truncated(value)}
