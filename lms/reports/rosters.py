"""Rosters as files to download: the empty template, the batch's present trainees, an upload with its errors beside."""

from collections.abc import Callable, Mapping, Sequence

from assessments.words import Message
from lms.reports.reading import Table
from lms.reports.writing import Column, Sheet, csv_file, xlsx_file
from lms.services.roster_columns import CHOICES, REQUIRED, Field
from lms.services.roster_plan import EXAMPLE, MAX_TRAINEES, Plan

ERROR = "error"
PLAIN = tuple(name for name in Field if name not in CHOICES)
_TEXT_RULE = {"validate": "length", "criteria": "<=", "value": 150}
# What each column is for; the same words on the web page, the template's notes and its header.
NOTES: Mapping[Field, Message] = {
    Field.ENROLMENT_NUMBER: Message("The trainee’s number in this batch. The same number again changes that trainee."),
    Field.NAME: Message("As on the identity card; it is printed on the certificate."),
    Field.GUARDIAN: Message("Father, mother or guardian. Empty when not known."),
    Field.BORN_ON: Message(
        "Year-month-day, such as 2004-03-31, or day/month/year. Trainees are at least 14 years old."
    ),
    Field.PHONE: Message("8 to 15 digits. Empty when there is none."),
    Field.ATTENDANCE: Message("From 0 to 100, such as 92 or 87.5. Empty while it is not known."),
    Field.USER_NAME: Message("What they sign in with. Left empty, it is made from the name."),
    Field.LANGUAGE: Message("The language of their pages: en, hi or pl. Left empty, English."),
    Field.ELECTIVES: Message("The codes of the electives chosen, with ; between them. Empty while nothing is chosen."),
    Field.OPTIONS: Message("The codes of the options taken besides, with ; between them. Empty for none."),
}
_COLUMNS = {
    Field.ENROLMENT_NUMBER: Column(width=20, rule={"validate": "length", "criteria": "<=", "value": 40}),
    Field.NAME: Column(width=28, rule=_TEXT_RULE),
    Field.GUARDIAN: Column(width=28, rule=_TEXT_RULE),
    Field.BORN_ON: Column(width=14, rule={"validate": "length", "criteria": "between", "minimum": 8, "maximum": 20}),
    Field.PHONE: Column(width=18, rule={"validate": "length", "criteria": "between", "minimum": 8, "maximum": 20}),
    Field.ATTENDANCE: Column(
        width=20,
        rule={
            "validate": "custom",
            # The cells are laid out as text, so that nothing is rounded; what is typed must still be a number.
            "value": "=AND(ISNUMBER(VALUE(F2)),VALUE(F2)>=0,VALUE(F2)<=100)",
            "error_title": "Attendance",
            "error_message": "A number from 0 to 100, such as 92 or 87.5.",
        },
    ),
    Field.USER_NAME: Column(width=22, rule={"validate": "length", "criteria": "between", "minimum": 3, "maximum": 40}),
    Field.LANGUAGE: Column(width=12, rule={"validate": "list", "source": ["en", "hi", "pl"]}),
    Field.ELECTIVES: Column(width=28),
    Field.OPTIONS: Column(width=28),
}
EXAMPLES = (
    (f"{EXAMPLE}1", "Meera Nair", "Suresh Nair", "2004-03-31", "9000012345", "92.5", "", "en"),
    (f"{EXAMPLE}2", "अनिल कुमार", "सुनीता देवी", "2003-11-09", "", "", "anil.kumar", "hi"),
)


def template_file(kind: str, say: Callable[[Message], str], fields: Sequence[Field] = PLAIN) -> bytes:
    """The empty roster. CSV carries two examples, which importing leaves out; XLSX has them on a sheet of their own.

    `fields` are its columns: those of choices for packs that leave something to choose.
    """
    if kind == "csv":
        return csv_file(_header(fields), _examples(fields))
    return _workbook((), say, fields)


def trainees_file(
    kind: str, trainees: Sequence[Mapping[Field, str]], say: Callable[[Message], str], fields: Sequence[Field] = PLAIN
) -> bytes:
    """The batch's trainees as a roster: change it and upload it again."""
    rows = [[texts.get(name, "") for name in fields] for texts in trainees]
    return csv_file(_header(fields), rows) if kind == "csv" else _workbook(rows, say, fields)


def error_file(table: Table, plan: Plan, say: Callable[[Message], str]) -> bytes:
    """The file as it was uploaded, with one more column: what is wrong with each row."""
    faults = {
        planned.row.number: "; ".join(
            f"{problem.field}: {say(problem.words)}" if problem.field else say(problem.words)
            for problem in planned.row.problems
        )
        for planned in plan.rows
    }
    header = table.rows[plan.header.row]
    kept = [place for place, cell in enumerate(header) if cell.strip().lower() != ERROR]
    title = [header[place] for place in kept]
    body = [
        [*(cells[place] if place < len(cells) else "" for place in kept), faults.get(number, "")]
        for number, cells in enumerate(table.rows, start=1)
        if number > plan.header.row + 1
    ]
    if table.kind == "csv":
        return csv_file([*title, ERROR], body)
    columns = [*(Column() for _ in title), Column(width=60)]
    marked = frozenset({len(title)})
    return xlsx_file([Sheet(name="Roster", header=[*title, ERROR], rows=body, columns=columns, marked=marked)])


def _header(fields: Sequence[Field]) -> tuple[str, ...]:
    return tuple(str(name) for name in fields)


def _examples(fields: Sequence[Field]) -> list[tuple[str, ...]]:
    """The examples, with empty cells for choices: each pack has units of its own."""
    return [(*example, *("" for _ in fields[len(example) :])) for example in EXAMPLES]


def _workbook(rows: Sequence[Sequence[str]], say: Callable[[Message], str], fields: Sequence[Field]) -> bytes:
    columns = [Column(width=_COLUMNS[name].width, note=say(NOTES[name]), rule=_COLUMNS[name].rule) for name in fields]
    plain = [Column(width=column.width) for column in columns]
    notes = [[name, "yes" if name in REQUIRED else "", say(NOTES[name])] for name in fields]
    notes.append(["", "", say(Message("At most %(most)s trainees in one file.", {"most": str(MAX_TRAINEES)}))])
    return xlsx_file(
        [
            Sheet(name="Roster", header=_header(fields), rows=rows, columns=columns),
            Sheet(name="Example", header=_header(fields), rows=_examples(fields), columns=plain),
            Sheet(
                name="Notes",
                header=("column", "needed", "what to write"),
                rows=notes,
                columns=(Column(width=20), Column(width=10), Column(width=90)),
            ),
        ]
    )
