"""Every word that people read can be translated."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from lms.settings import ROOT

TEMPLATES = sorted((ROOT / "lms" / "templates").rglob("*.html"))
METHODS = [("lms/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None, "Message": (1,)}
# Names that are the same in every language.
NAMES = {"Yogyata", "CSV", "SHA", "XLSX"}
WORD = re.compile(r"[^\W\d_]{2,}")


def shown_text(template: str) -> str:
    """What a template shows that is not said through gettext: no Jinja, no tags."""
    text = re.sub(r"\{% block \w+_class %\}.*?\{% endblock %\}", " ", template)
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg|path)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "lms" / "templates")))
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    assert {word for word in WORD.findall(shown_text(path.read_text())) if word not in NAMES} == set()


@pytest.mark.parametrize("name", ["aria-label", "placeholder", "title", "alt"])
def test_what_is_read_aloud_goes_through_gettext_too(name: str) -> None:
    written = re.compile(rf'\b{name}="([^"{{]*[^\W\d_]{{2,}}[^"{{]*)"')
    guilty = {path.name: found for path in TEMPLATES if (found := written.findall(path.read_text()))}
    assert guilty == {}


@pytest.fixture(scope="module")
def catalogue() -> set[str]:
    """The texts a translator is given."""
    found = extract_from_dir(
        str(ROOT), METHODS, keywords=KEYWORDS, strip_comment_tags=True, directory_filter=lambda path: "/." not in path
    )
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


@pytest.mark.parametrize(
    "text",
    [
        "Your theory exam for %(pack)s is running",  # a service
        "Choose a password of at least %(length)s characters.",  # a refusal
        "%(criterion)s of %(unit)s needs %(needed)s items, the bank has %(available)s",  # the core
        "Hand in the paper",  # a template
        "Type your password.",  # a form
    ],
)
def test_translators_are_given_the_words_of_every_layer(catalogue: set[str], text: str) -> None:
    assert text in catalogue


def test_messages_are_written_out_where_they_are_made() -> None:
    guilty = []
    for package in ("assessments", "certificates", "lms"):
        for path in (ROOT / package).rglob("*.py"):
            for number, line in enumerate(io.StringIO(path.read_text()), start=1):
                if re.search(r"\bMessage\(f[\"']", line):
                    guilty.append(f"{path.relative_to(ROOT)}:{number}")
    assert guilty == []
