"""A scheme of the world's pack that uses every rule a site can assess by, published beside the shipped one."""

from typing import Any

from assessments.model import AssessmentScheme
from assessments.scheme import get_shipped_scheme
from lms.extensions import db
from lms.services import publishing
from lms.tables.content import ContentState, SchemeVersionRow
from tests import world

CORE = ["ASC/N1105", "ASC/N1106"]
OTHER = ["ASC/N0001", "ASC/N0002", "ASC/N0003"]
RULE: dict[str, Any] = {
    "level_percents": {"1": "50", "4": "70"},
    "aggregation": "group_weights",
    "unit_groups": [
        {"title": "Core", "weight": 70, "units": CORE},
        {"title": "Other", "weight": 30, "units": OTHER},
    ],
    "unit_min_percent_of": {"ASC/N1105": "60"},
    "component_min_percent": {"practical": "50"},
    "unit_component_min_percent": {"viva": "40"},
    "unit_component_min_percent_of": {"ASC/N1106": {"theory": "200/3"}},
    "critical_min_percent": {"ASC/N0003#PC1": "50"},
    "grades": [{"grade": "A", "from_percent": "85"}, {"grade": "B", "from_percent": "70"}],
}
OVERRIDE: dict[str, Any] = {
    "title": "Council protocol 2021",
    "source": "At least half in every unit; totals are rounded to whole per cents.",
    "pass_rule": {"unit_min_percent": "50", "rounding": {"where": "total", "to": "1", "direction": "half_up"}},
}


def every_rule() -> AssessmentScheme:
    """The shipped scheme with every rule, a viva for one unit as a whole, and a project for an element."""
    document = get_shipped_scheme(world.pack_version().code).model_dump(mode="json", exclude_none=True)
    units = {unit["unit"]: unit for unit in document["units"]}
    units["ASC/N1105"]["whole"] = {"marks": {"viva": 40}}
    units["ASC/N0001"]["elements"] = [{"element": 1, "marks": {"project": 20}}]
    again = {**document["reassessment"], "scope": "units_below", "exempt_percent": "60", "cooling_off_days": 7}
    theory = {**document["theory"], "negative": {"share": "1/4", "floor": "criterion"}}
    given = {"nsqf_level": "4", "pass_rule": RULE, "override": OVERRIDE, "reassessment": again, "theory": theory}
    return AssessmentScheme.model_validate({**document, **given, "version": "2"})


def publish_every_rule() -> SchemeVersionRow:
    """Publish it as the newest scheme of the pack; committed."""
    row = publishing.add_scheme(world.pack_version().id, every_rule(), ContentState.PUBLISHED, now=world.DAY)
    db.session.commit()
    return row
