"""The words of answer sheets on pages: where each stands, and how that looks."""

from flask_babel import lazy_gettext as _l

from lms.services.paper_entries import SheetState

SHEET_STATE = {
    SheetState.AWAITED: _l("Not entered"),
    SheetState.ONCE: _l("Entered once"),
    SheetState.DIFFERS: _l("Two entries differ"),
    SheetState.RECORDED: _l("Recorded"),
    SheetState.CHANGING: _l("Change to be confirmed"),
    SheetState.ON_SCREEN: _l("Sat on a screen"),
    SheetState.ABSENT: _l("Absent"),
    SheetState.DISQUALIFIED: _l("Disqualified"),
}
SHEET_LOOK = {
    SheetState.ONCE: "wait",
    SheetState.DIFFERS: "bad",
    SheetState.RECORDED: "good",
    SheetState.CHANGING: "wait",
}
