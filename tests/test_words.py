"""Every word that people read can be translated."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from lms.catalogues import catalogue_path, languages
from lms.cli.words import as_text, merged, read_catalogue, said_by_sources
from lms.settings import ROOT

TEMPLATES = sorted((ROOT / "lms" / "templates").rglob("*.html"))
TRANSLATED = languages()[1:]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
# Names that are the same in every language.
NAMES = {"Yogyata", "CSV", "SHA", "XLSX"}
WORD = re.compile(r"[^\W\d_]{2,}")
# Things for which each language has one word; the beginning of it, where a language bends its words.
ONE_WORD = {
    "mark sheet": {"hi": "अंक-सूची", "pl": "protok"},
    "marks sheet": {"hi": "अंक शीट", "pl": "arkusz punktów"},
    "appeal": {"hi": "अपील", "pl": "odwoł"},
    "device": {"hi": "डिवाइस", "pl": "urządze"},
}


def shown_text(template: str) -> str:
    """What a template shows that is not said through gettext: no Jinja, no tags."""
    text = re.sub(r"\{% block \w+_class %\}.*?\{% endblock %\}", " ", template)
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    # Commands to type, in <pre> and <code>, are the same in every language.
    text = re.sub(r"<(script|style|svg|path|pre|code)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "lms" / "templates")))
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    assert {word for word in WORD.findall(shown_text(path.read_text())) if word not in NAMES} == set()


@pytest.mark.parametrize("name", ["aria-label", "placeholder", "title", "alt"])
def test_what_is_read_aloud_goes_through_gettext_too(name: str) -> None:
    written = re.compile(rf'\b{name}="([^"{{]*[^\W\d_]{{2,}}[^"{{]*)"')
    guilty = {path.name: found for path in TEMPLATES if (found := written.findall(path.read_text()))}
    assert guilty == {}


@pytest.mark.parametrize(
    "text",
    [
        "Your theory exam for %(pack)s is running",  # a service
        "Choose a password of at least %(length)s characters.",  # a refusal
        "Items for %(criterion)s of %(unit)s: %(needed)s needed, %(available)s in the bank",  # the core
        "Hand in the paper",  # a template
        "Type your password.",  # a form
        "what the level is called, in a word or two",  # what a name of an uploaded file stands for
    ],
)
def test_translators_are_given_the_words_of_every_layer(text: str) -> None:
    assert text in said_by_sources()


def test_messages_are_written_out_where_they_are_made() -> None:
    guilty = []
    for package in ("assessments", "certificates", "curriculum", "lms"):
        for path in (ROOT / package).rglob("*.py"):
            for number, line in enumerate(io.StringIO(path.read_text()), start=1):
                if re.search(r"\bMessage\(f[\"']", line):
                    guilty.append(f"{path.relative_to(ROOT)}:{number}")
            # Words that first have a name are not found by what gathers them for translators.
            text = path.read_text()
            for named in set(re.findall(r"\bMessage\(\s*([a-z]\w*),", text)):
                if re.search(rf"^\s+{named} = \(?\s*\"", text, re.MULTILINE):
                    guilty.append(f"{path.relative_to(ROOT)}: {named}")
    assert guilty == []


def translations(language: str) -> list[Message]:
    """What a catalogue translates, leaving out its header."""
    return [message for message in read_catalogue(language) if message.id and any(forms(message))]


def forms(message: Message) -> tuple[str, ...]:
    """The translation, or each of its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def sources(message: Message) -> tuple[str, ...]:
    """The English text, or its singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_what_the_sources_say_and_nothing_else(language: str) -> None:
    catalogue = read_catalogue(language)
    known = {message.id for message in catalogue if message.id}
    assert (sorted(map(str, said_by_sources().keys() - known)), "run ./run words") == ([], "run ./run words")
    assert (sorted(map(str, known - said_by_sources().keys())), list(catalogue.obsolete)) == ([], [])
    assert catalogue_path(language).read_bytes() == as_text(merged(catalogue, said_by_sources()), language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_facts_of_its_source(language: str) -> None:
    assert translations(language)
    for message in translations(language):
        wanted = sorted(PLACEHOLDER.findall(sources(message)[-1]))
        for form in forms(message):
            assert sorted(PLACEHOLDER.findall(form)) == wanted, form


@pytest.mark.parametrize(("language", "count"), [("hi", 2), ("pl", 3)])
def test_a_translation_has_the_plural_forms_of_its_language(language: str, count: int) -> None:
    catalogue = read_catalogue(language)
    assert catalogue.num_plurals == count
    plural = [message for message in catalogue if message.pluralizable and any(forms(message))]
    assert plural
    assert [message.id for message in plural if len(forms(message)) != count or not all(forms(message))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_only_a_guess_or_has_loose_ends(language: str) -> None:
    for message in translations(language):
        assert not message.fuzzy, message.id
        for form in forms(message):
            assert form == " ".join(form.split()), message.id


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("thing", ONE_WORD)
def test_a_thing_has_one_word_in_every_sentence(language: str, thing: str) -> None:
    about = [message for message in translations(language) if thing in sources(message)[-1].lower()]
    assert about
    others = [form for message in about for form in forms(message) if ONE_WORD[thing][language] not in form.lower()]
    assert others == []


def test_candidates_and_staff_call_an_appeal_by_the_same_word() -> None:
    assert [text for text in said_by_sources() if re.search(r"\bre-?check", str(text), re.IGNORECASE)] == []
