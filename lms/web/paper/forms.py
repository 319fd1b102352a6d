"""What is filled in to enter an answer sheet, to upload many, and to say how they are entered."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from lms.services.paper_entries import LONGEST_REFERENCE
from lms.web.forms import HouseForm


class SheetForm(HouseForm):
    """One answer sheet: where it is kept; the answers stand in the grid of the page."""

    reference = StringField(
        _l("Number of the sheet or its scan"),
        [Length(max=LONGEST_REFERENCE)],
        description=_l("Where the sheet can be found again, such as box 3, sheet 17."),
    )


class ChangeForm(SheetForm):
    """An answer sheet whose answers are recorded already: why they change."""

    reason = StringField(
        _l("Why the answers change"), description=_l("Needed where they differ from the recorded ones.")
    )


class GoneOnForm(ChangeForm):
    """An answer sheet on which an exam that was begun on a screen went on."""

    reason = StringField(
        _l("Why the exam went on on paper"),
        [InputRequired(_l("Give a reason; it is kept in the history."))],
        description=_l("Such as: the power failed at 10:20 and did not come back."),
    )


class TakeBackForm(HouseForm):
    """Why what was entered is taken back, and which entry of the sheet was the newest that was shown."""

    seen = HiddenField()
    why = StringField(
        _l("Why the entry is taken back"),
        [InputRequired(_l("Give a reason; it is kept in the history."))],
        description=_l("Such as: typed for another candidate."),
    )


class UploadForm(HouseForm):
    """A file with the answers of many sheets."""

    answers = FileField(
        _l("File with answers"),
        [FileRequired(_l("Choose the file with the answers."))],
        description=_l("The template, filled in: a CSV or XLSX file."),
    )
