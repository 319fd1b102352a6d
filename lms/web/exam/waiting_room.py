"""The waiting room as its page shows it: what the paper is, when it opens, and how a device is tested there."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from assessments.rules import TheoryRules, Watched
from lms.records.content import pack_of
from lms.services import delivery, takings
from lms.tables.assessing import CandidateRow
from lms.web.item_languages import languages_in_words
from lms.web.results.retakes import units_in_words


def waiting_room(candidate: CandidateRow, moment: datetime) -> dict[str, Any]:
    """What `exam/show_waiting_room.html` shows."""
    assessment, items = candidate.assessment, delivery.items_ahead(candidate)
    rules = delivery.rules_of(candidate)
    return {
        "candidate": candidate,
        "assessment": assessment,
        "minutes": rules.minutes + candidate.extra_minutes,
        "questions": len(items) or None,
        "paper_languages": languages_in_words(items),
        "units": units_in_words(pack_of(assessment.pack_version), takings.taking_of(candidate)),
        "told": told_to_the_room(rules),
        "has_watermark": rules.has_watermark,
        "is_open": assessment.opens_at <= moment < assessment.closes_at,
        "is_past": moment >= assessment.closes_at,
        "moment": moment,
        "test_url": url_for("door.test_saving", candidate_id=candidate.id),
        "words": test_words(),
    }


def told_to_the_room(rules: TheoryRules) -> list[str]:
    """What the invigilator is told of who does it: candidates know it before they begin. A second device always is."""
    words = {
        Watched.LEFT_PAGE: _("leave the exam page"),
        Watched.SECOND_TAB: _("open it in a second tab"),
    }
    return [words[one] for one in rules.watched] + [_("open it on a second device")]


def test_words() -> dict[str, str]:
    """What the test of a device says; `…` in braces are put in by the script."""
    return {
        "testing": _("Testing …"),
        "works": _("Works"),
        "slow": _("Slow"),
        "look": _("Look here"),
        "online_only": _("Online only"),
        "unknown": _("Not known"),
        "storage_works": _("This device keeps answers until they are on the server."),
        "storage_fails": _(
            "This device keeps nothing: answers are on the server only. Leave private browsing, or take another "
            "device; else do not close the page while something waits."
        ),
        "clock_works": _("This device’s clock agrees with the exam’s."),
        "clock_fails": _(
            "This device’s clock is wrong by {minutes} minutes. That does no harm: the clock of the exam decides."
        ),
        "saving_works": _("A saved answer is confirmed in {seconds} seconds."),
        "saving_slow": _("A saved answer is confirmed only after {seconds} seconds. Answers will wait, none is lost."),
        "saving_fails": _(
            "The server does not answer. Look at the network, then test again; if it stays so, tell the invigilator."
        ),
        "offline_works": _("Once started, the exam goes on without a network."),
        "offline_insecure": _(
            "The exam needs the network all the time, because this address begins with http. Ask the invigilator for "
            "the address that begins with https."
        ),
        "offline_fails": _(
            "The exam needs the network all the time: this browser keeps no pages. Leave private browsing, and look "
            "that the certificate of the exam is installed on this device."
        ),
        "space_works": _("There is room for the whole exam."),
        "space_fails": _("Only {megabytes} MB are free for this site. Delete something, or take another device."),
        "space_unknown": _("This browser does not say how much room there is. You can start."),
        "in_minutes": _("Opens in {minutes} minutes"),
        "in_seconds": _("Opens in {seconds} seconds"),
        "opening": _("It opens now; the button comes in a moment."),
        "opened": _("The exam is open. You can start."),
    }
