"""Words of packs and schemes."""

from flask_babel import lazy_gettext as _l

from assessments.model import Component, MarksStatus, PracticalScorer, ReassessmentScope, unit_of
from assessments.revisions import Fate
from assessments.rules import Watched
from curriculum.differences import COMPULSORY, OPTION
from lms.tables.content import ContentState
from question_bank.model import Difficulty, ItemUse

MARKS = {
    MarksStatus.OFFICIAL: _l("Official marks"),
    MarksStatus.SAMPLE: _l("Sample marks"),
    MarksStatus.MISSING: _l("Marks missing"),
}
MARKS_LOOK = {MarksStatus.OFFICIAL: "good", MarksStatus.SAMPLE: "plain", MarksStatus.MISSING: "bad"}
STATE = {ContentState.DRAFT: _l("Draft"), ContentState.PUBLISHED: _l("Published")}
STATE_LOOK = {ContentState.DRAFT: "wait", ContentState.PUBLISHED: "plain"}
SCORER = {
    PracticalScorer.TRAINER: _l("The trainer"),
    PracticalScorer.ASSESSOR: _l("The assessor"),
    PracticalScorer.EITHER: _l("The trainer or the assessor"),
}
SCOPE = {
    ReassessmentScope.PACK: _l("The whole pack"),
    ReassessmentScope.UNITS: _l("The units that were not reached"),
    ReassessmentScope.UNITS_BELOW: _l("The units below the score that exempts"),
}
# What a rule says before and after a change, where that is a word and no figure.
RULE_VALUE = {
    **{status.value: words for status, words in MARKS.items()},
    **{scorer.value: words for scorer, words in SCORER.items()},
    **{scope.value: words for scope, words in SCOPE.items()},
    "yes": _l("yes"),
    "no": _l("no"),
}
WATCHED = {Watched.LEFT_PAGE: _l("that the page was left"), Watched.SECOND_TAB: _l("of a second tab")}
COMPONENT = {
    Component.THEORY: _l("Theory"),
    Component.PRACTICAL: _l("Practical"),
    Component.PROJECT: _l("Project"),
    Component.VIVA: _l("Viva"),
}
DIFFICULTY = {Difficulty.EASY: _l("Easy"), Difficulty.MEDIUM: _l("Medium"), Difficulty.HARD: _l("Hard")}
USE = {ItemUse.EXAM: _l("Exam"), ItemUse.PRACTICE: _l("Practice")}
FATE = {
    Fate.REWORDED: _l("Lines reworded"),
    Fate.MOVED: _l("Lines moved"),
    Fate.REMOVED: _l("Lines removed"),
    Fate.ADDED: _l("Lines added"),
}
PLACE = {COMPULSORY: _l("compulsory"), OPTION: _l("option")}
FACT = {
    "title": _l("Title"),
    "nsqf_level": _l("NSQF level"),
    "sector": _l("Sector"),
    "sub_sector": _l("Sub-sector"),
    "occupation": _l("Occupation"),
    "brief_description": _l("The job"),
    "personal_attributes": _l("Personal attributes"),
    "duration": _l("Duration"),
    "guidelines": _l("Guidelines"),
    "description": _l("Description"),
    "scope": _l("Scope"),
}
ALL = {
    "line_fate_words": FATE,
    "unit_of": unit_of,
    "place_words": PLACE,
    "fact_words": FACT,
    "marks_words": MARKS,
    "marks_looks": MARKS_LOOK,
    "state_words": STATE,
    "state_looks": STATE_LOOK,
    "scorer_words": SCORER,
    "watched_words": WATCHED,
    "scope_words": SCOPE,
    "rule_value_words": RULE_VALUE,
    "component_words": COMPONENT,
    "difficulty_words": DIFFICULTY,
    "use_words": USE,
}
