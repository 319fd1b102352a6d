"""What the exam page's scripts are told of a sitting, as JSON in the page."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, request, url_for

from lms.records.delivery import ShownItem
from lms.services import answer_file_key
from lms.web.exam import keeping
from lms.web.exam.paper_items import NAMES
from lms.web.exam.sitting_page import SittingPage


def script_facts(page: SittingPage) -> dict[str, Any]:
    """Who sits what until when, where it is sent, and what the device keeps to come back without a network."""
    wire = page.wire
    return {
        "sitting": page.key,
        "person": str(page.person_id),
        "number": page.number,
        "token": wire.token,
        "epoch": wire.epoch,
        "started": wire.started_at.isoformat(),
        "deadline": page.deadline_at.isoformat(),
        "now": page.moment.isoformat(),
        "zone": current_app.config["SETTINGS"].time_zone,
        "paused": wire.is_paused,
        "large": page.is_large,
        "before": {"device": wire.flagged_at, "flags": wire.flags, "given": wire.given},
        "until": (wire.sync_until or page.deadline_at).isoformat(),
        "urls": {
            "page": request.path,
            "events": wire.events_url,
            "contact": wire.contact_url,
            "submit": wire.hand_in_url,
            "take_over": wire.take_over_url,
        },
        "kept": _kept() if page.is_kept else None,
    }


def _kept() -> dict[str, Any]:
    """What a device needs to keep the page, and to seal answers that cannot be sent."""
    key, worker = answer_file_key.site_key(), url_for("exam.show_worker")
    return {
        "worker": worker,
        "scope": worker.removesuffix(keeping.WORKER.rpartition("/")[2]),
        "release": keeping.release(),
        "files": keeping.files(),
        "key": {"id": key.id, "public": key.public},
    }


def languages_of(items: Sequence[ShownItem]) -> tuple[tuple[str, str], ...]:
    """The languages in which a paper's questions are written, each with its own name; empty where it does not say."""
    codes = dict.fromkeys(code for item in items for code in getattr(item, "stems", None) or ())
    return tuple((code, NAMES.get(code, code)) for code in codes)
