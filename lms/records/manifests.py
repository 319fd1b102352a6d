"""The manifest of a draw: hashes of what went in, a hash for each paper and practical, and how alike they are."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assessments.blueprint import ExamBlueprint
from assessments.marks import to_text, truncated
from assessments.papers import OverlapReport, Paper, overlap_report
from assessments.practicals import Practical
from assessments.tasks import TaskFile
from curriculum.documents import canonical_json, sha256
from question_bank.model import ItemFace


def manifest_of(  # noqa: PLR0917 -- everything that went in, then everything that came out
    code: str,
    blueprint: ExamBlueprint,
    faces: Mapping[str, ItemFace],
    task_files: Sequence[TaskFile],
    papers: Sequence[Paper],
    practicals: Sequence[Practical],
    seed: bytes,
) -> str:
    """The manifest as canonical JSON. It tells nothing of what is asked: no item and no seed, only hashes."""
    bank = [[item, face.version, sha256(canonical_json(face))] for item, face in sorted(faces.items())]
    return canonical_json(
        {
            "assessment": code,
            "seed_sha256": hashlib.sha256(seed).hexdigest(),
            "bank_sha256": sha256(canonical_json(bank)),
            "bank_items": len(bank),
            "tasks_sha256": sha256(canonical_json([sha256(canonical_json(tasks)) for tasks in task_files])),
            "blueprint_sha256": sha256(canonical_json(_blueprint_json(blueprint))),
            "blueprint": {"items": blueprint.items, "marks": blueprint.marks, "minutes": blueprint.minutes},
            "roster_sha256": sha256(canonical_json([paper.candidate for paper in papers])),
            "papers": [{"candidate": paper.candidate, "sha256": paper.face_hash} for paper in papers],
            "practicals": [{"candidate": one.candidate, "sha256": one.face_hash} for one in practicals],
            "overlap": _overlap_json(overlap_report(papers)),
        }
    )


def _blueprint_json(blueprint: ExamBlueprint) -> dict[str, Any]:
    return {"minutes": blueprint.minutes, "cells": [asdict(cell) for cell in blueprint.cells]}


def _overlap_json(report: OverlapReport) -> dict[str, Any]:
    return {
        "worst_pair": list(report.worst_pair or ()),
        "worst": report.worst_overlap,
        "mean": {"exact": to_text(report.mean_overlap), "display": truncated(report.mean_overlap)},
        "exposure": {ref: {"least": least, "most": most} for ref, (least, most) in report.exposure.items()},
    }
