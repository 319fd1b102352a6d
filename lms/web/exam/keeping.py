"""What a device keeps of a running exam: the page's scripts under this release's own address, and the worker."""

from functools import cache

from flask import url_for

from lms.web import kept_files

FOLDER = "exam"
WORKER = f"{FOLDER}/worker.js"
_SCRIPTS = kept_files.STATIC / FOLDER
_PAGE = ("base.html", "macros/*.html", "exam/*.html", "kinds/*/exam.html")
# Pages of their own begin with these, so the paper does not need them.
_ELSEWHERE = frozenset({"worker.js", "leftovers.js"})


@cache
def release() -> str:
    """A mark of this release's exam page and its files."""
    own = sorted(f"{FOLDER}/{path.name}" for path in _SCRIPTS.iterdir())
    return kept_files.release_of((*kept_files.SHARED, *own), _PAGE)


def prefix() -> str:
    """Where this release's files of the exam are served: a page never meets those of another release."""
    return f"static/{FOLDER}-{release()}/"


def exam_file(name: str) -> str:
    """The address of one of the exam's own files, in this release."""
    return f"/{prefix()}{name}"


@cache
def scripts() -> tuple[str, ...]:
    """The modules that the exam page is made of, its beginning excepted."""
    return tuple(sorted({path.name for path in _SCRIPTS.glob("*.js")} - _ELSEWHERE - {"start.js"}))


def files() -> list[str]:
    """The addresses of all files that the page is drawn with."""
    shared = [url_for("static", filename=name) for name in kept_files.SHARED]
    return [*shared, *map(exam_file, ("exam.css", "start.js", *scripts()))]


def worker() -> str:
    """The script of the worker."""
    return kept_files.worker_script(WORKER)
