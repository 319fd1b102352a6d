"""Words of lessons and of what publishing them changes."""

from flask_babel import lazy_gettext as _l

from curriculum.wording import Change
from lms.services.lesson_uploads import Fate

FATE = {Fate.NEW: _l("New"), Fate.CHANGED: _l("Changed"), Fate.SAME: _l("Published already")}
FATE_LOOK = {Fate.NEW: "good", Fate.CHANGED: "wait", Fate.SAME: "plain"}
CHANGE = {
    Change.SAME: _l("stays"),
    Change.ADDED: _l("added"),
    Change.REMOVED: _l("removed"),
    Change.CHANGED: _l("changed"),
}
HEADER = {
    "title": _l("Title"),
    "position": _l("Place"),
    "minutes": _l("Minutes"),
    "aims": _l("Aims"),
}
ALL = {"fate_words": FATE, "fate_looks": FATE_LOOK, "change_words": CHANGE, "header_words": HEADER}
