"""What a device keeps to be read without a network: pages of lessons, and the files that they are drawn with."""

from functools import cache
from hashlib import sha256

from flask import url_for
from flask_babel import gettext as _

from lms.services.learning import OpenPack
from lms.services.learning_progress import Progress
from lms.web import kept_files

WORKER = "lesson_worker.js"
FILES = (*kept_files.SHARED, "learning.css", "lessons.js", "keeping.js")
# Pages are made of these, besides the files: when one changes, kept pages and kept files are renewed together.
_TEMPLATES = ("base.html", "macros/*.html", "home/*.html", "learning/*.html")


def pages_of(open_pack: OpenPack, progress: Progress, language: str) -> list[dict[str, str]]:
    """The pages of a pack to keep, each with a mark that changes when it does: the pack's own, then its lessons.

    Home is among a trainee's; it is brought up to date on every visit, and needs no mark.
    """
    lessons = [lesson for unit in progress.units for lesson in unit.lessons]
    pages = [
        {
            "url": url_for("learning.show_lesson", lesson_id=lesson.id, language=language),
            "title": lesson.title,
            "language": lesson.language,
            "mark": f"{lesson.version_id} {len(lesson.read)}",
        }
        for lesson in lessons
    ]
    own = url_for("learning.show_pack", pack=open_pack.id)
    mark = " ".join(page["mark"] for page in pages)
    first = {
        "url": own,
        "title": open_pack.pack.title,
        "language": "en",
        "mark": sha256(mark.encode()).hexdigest()[:12],
    }
    offline = {"url": url_for("learning.show_kept"), "title": _("Lessons on this device"), "language": "", "mark": ""}
    home = {"url": url_for("home.show"), "title": _("Home"), "language": "", "mark": ""}
    return [first, offline, *([home] if open_pack.as_trainee else []), *pages]


def files() -> list[str]:
    """The addresses of the files that kept pages are drawn with."""
    return [url_for("static", filename=name) for name in FILES]


def worker() -> str:
    """The script of the worker."""
    return kept_files.worker_script(WORKER)


@cache
def release() -> str:
    """A mark of this release's pages and files."""
    return kept_files.release_of((*FILES, WORKER), _TEMPLATES)
