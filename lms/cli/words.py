"""The command that brings the catalogues up to date with the sources and says what is not translated."""

import io
from collections.abc import Mapping
from fnmatch import fnmatch
from functools import cache

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po, write_po

from curriculum.shapes import meanings_of
from lms.catalogues import SOURCE_LANGUAGE, catalogue_path, declared_complete, languages
from lms.cli.content_kinds import SHAPES, Kind
from lms.settings import ROOT
from lms.web.counted_words import COUNTED

METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
    "_l": None,
    "lazy_gettext": None,
    "Message": (1,),
}
TRIMMED = {"templates/**.html": {"trimmed": "true"}}
# What people upload, and are told in their language what is wrong in it.
UPLOADED = (Kind.PACK, Kind.UNIT, Kind.SCHEME, Kind.LESSON, Kind.ROLE, Kind.FRAMEWORK)
PACKAGES = ("assessments", "certificates", "curriculum", "lms")
# No dates, names or programs: two who add translations change only the lines that they mean.
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals};\\n"

"""

# A message as the sources say it: a text, or its singular and plural.
Text = str | tuple[str, str]
Said = Mapping[Text, set[str]]


@click.command()
@click.option("--forget", is_flag=True, help="Drop translations of what the sources do not say any more.")
@click.option("--missing", metavar="LANGUAGE", help="Print every message without a translation, and change nothing.")
def words(forget: bool, missing: str | None) -> None:
    """Bring the catalogues in lms/translations up to date with what the sources say.

    Translations of words that are gone stay at the end of a catalogue (#~) and come back with the words.
    """
    said = said_by_sources()
    if missing:
        if missing not in languages()[1:]:
            raise click.UsageError(f"There is no catalogue for {missing}; there are: {', '.join(languages()[1:])}.")
        for text in untranslated(read_catalogue(missing), said):
            click.echo(text)
        return
    for language in languages():
        if language != SOURCE_LANGUAGE:
            bring_up_to_date(language, said, forget=forget)


def bring_up_to_date(language: str, said: Said, *, forget: bool = False) -> None:
    """Write a language's catalogue anew and print how complete it is."""
    catalogue = merged(read_catalogue(language), said)
    if forget:
        catalogue.obsolete.clear()
    path = catalogue_path(language)
    # Written aside and then put in place: a catalogue is never there by half.
    beside = path.with_suffix(".new")
    beside.write_bytes(as_text(catalogue, language))
    beside.replace(path)
    open_ = untranslated(catalogue, said)
    click.echo(f"{language}: {len(said) - len(open_)} of {len(said)} messages are translated.")
    if catalogue.obsolete:
        click.echo(f"  {len(catalogue.obsolete)} translations are of words that are gone; --forget drops them.")
    for text in (text for text in open_ if is_declared(language, said[text])):
        click.echo(f"  missing on a page that is declared complete: {text}")


@cache
def said_by_sources() -> Said:
    """Every message of templates and code, with the files (from the project's folder) that say it."""
    found: dict[Text, set[str]] = {}
    for package in PACKAGES:
        lines = extract_from_dir(str(ROOT / package), METHODS, keywords=KEYWORDS, options_map=TRIMMED)
        for file, _line, text, _comments, _context in lines:
            found.setdefault(text, set()).add(f"{package}/{file}")
    for model in (SHAPES[kind].model for kind in UPLOADED):
        for meaning in meanings_of(model):
            found.setdefault(meaning.template, set()).add(f"{model.__module__.replace('.', '/')}.py")
    return _with_their_singular(found)


def _with_their_singular(found: dict[Text, set[str]]) -> Said:
    """Messages that count are translated once, together with what is said of one thing, for the files that say them."""
    for many, how in COUNTED.items():
        found[how.one, many] |= found.pop(many)
    return found


def read_catalogue(language: str) -> Catalog:
    """A language's catalogue as it is kept."""
    path = catalogue_path(language)
    with path.open("rb") as file:
        try:
            return read_po(file, locale=language, abort_invalid=True)
        except PoFileError as fault:
            raise click.ClickException(f"{path}, line {fault.lineno + 1}: {fault}") from fault


def merged(catalogue: Catalog, said: Said) -> Catalog:
    """The catalogue with exactly what the sources say; other translations are kept aside, as obsolete."""
    for message in list(catalogue.obsolete.values()):
        if message.id not in catalogue:
            catalogue[message.id] = message
    catalogue.obsolete.clear()
    template = Catalog()
    for text in said:
        template.add(text)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    for text in [text for text, message in catalogue.obsolete.items() if not _is_begun(message)]:
        del catalogue.obsolete[text]
    return catalogue


def as_text(catalogue: Catalog, language: str) -> bytes:
    """The file of a catalogue: in alphabetical order, one line for a message, without places and dates."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    header = HEADER.format(language=language, plurals=catalogue.plural_forms.rstrip(";"))
    return header.encode() + body.getvalue().strip() + b"\n"


def untranslated(catalogue: Catalog, said: Said) -> list[Text]:
    """What the sources say and the catalogue has no certain and whole translation of."""
    return [text for text in sorted(said, key=str) if not _is_translated(catalogue.get(text))]


def is_declared(language: str, files: set[str]) -> bool:
    """Whether one of these files is drawn on by a page that is declared complete in the language."""
    globs = declared_complete()[language]["sources"]
    return any(fnmatch(file, glob) for file in files for glob in globs)


def _is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _is_begun(message: Message) -> bool:
    return any(message.string) if isinstance(message.string, tuple | list) else bool(message.string)
