"""The form for a file with answers."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from lms.web.forms import HouseForm


class AnswerFileForm(HouseForm):
    """The file that the exam page of a candidate saved."""

    file = FileField(
        _l("File with answers"),
        [FileRequired(_l("Choose the file that the candidate's device saved."))],
        description=_l("Its name begins with “answers”. Only this site can open it."),
    )
