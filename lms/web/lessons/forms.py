"""What is filled in for lessons."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField

from lms.web.forms import HouseForm

_FOLDER = {"webkitdirectory": True, "multiple": True}
_FILES = {"accept": ".md,.svg,.zip", "multiple": True}


class LessonsForm(HouseForm):
    """A folder of lessons, or its files, or a ZIP of them."""

    folder = MultipleFileField(
        _l("A folder"),
        description=_l("With the lessons as Markdown, and their drawings in a folder “drawings” beside them."),
        render_kw=_FOLDER,
    )
    files = MultipleFileField(
        _l("Or files"),
        description=_l("Lessons (.md) with their drawings (.svg), or one ZIP with all."),
        render_kw=_FILES,
    )

    def sent(self) -> list[tuple[str, bytes]]:
        """Names with their folders, and contents, of what was chosen."""
        chosen = [file for file in (*(self.folder.data or ()), *(self.files.data or ())) if file and file.filename]
        read = [(file.filename, file.read()) for file in chosen]
        return [(name, content) for name, content in read if not _is_hidden(name)]


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.replace("\\", "/").split("/"))
