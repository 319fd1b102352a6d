"""What a page says of the owner of its pack where that is an employer: the words of the council with the employer's."""

from flask import g
from flask_babel import LazyString, get_translations
from flask_babel import lazy_gettext as _l

from lms.records.content import pack_of
from lms.tables.content import PackVersionRow

# Words about a council, as the sources have them, and the same about an employer.
EMPLOYERS: dict[str, LazyString] = {
    "All three have accepted. The council sets the new day.": _l(
        "All three have accepted. The employer sets the new day."
    ),
    "Approved by the council": _l("Approved by the employer"),
    "Choose whether the marks are sample figures or your council’s official ones.": _l(
        "Choose whether the marks are sample figures or your own official ones."
    ),
    "Council": _l("Employer"),
    "Council answers by": _l("Employer answers by"),
    "For the council alone. Keep sealed; open only when all answer sheets of the assessment are collected.": _l(
        "For the employer alone. Keep sealed; open only when all answer sheets of the assessment are collected."
    ),
    "If you accept, the council decides next. If you refuse, the request ends.": _l(
        "If you accept, the employer decides next. If you refuse, the request ends."
    ),
    "If you think that something was scored wrongly, you can appeal until %(day)s. The assessment agency checks, then"
    " the council decides; you read the answer here.": _l(
        "If you think that something was scored wrongly, you can appeal until %(day)s. The assessment agency checks,"
        " then the employer decides; you read the answer here."
    ),
    "Next is the practical, then the agency checks the marks and the council releases the result. To see it, sign in"
    " with your user name and password.": _l(
        "Next is the practical, then the agency checks the marks and the employer releases the result. To see it, sign"
        " in with your user name and password."
    ),
    "Next is the practical, then the agency checks the marks and the council releases the result. You will see it on"
    " your home page.": _l(
        "Next is the practical, then the agency checks the marks and the employer releases the result. You will see it"
        " on your home page."
    ),
    "Only for official marks: type %(code)s to say that these are your council’s own marks.": _l(
        "Only for official marks: type %(code)s to say that these are the employer’s own marks."
    ),
    "Right answers are shown here. Nobody outside your council sees this page.": _l(
        "Right answers are shown here. Nobody but the employer’s staff sees this page."
    ),
    "None yet. The council schedules one when the training has ended.": _l(
        "None yet. The employer schedules one when the training has ended."
    ),
    "Sealed: for the council alone": _l("Sealed: for the employer alone"),
    "Send to the council": _l("Send to the employer"),
    "Somebody else of the council has to confirm it. Nothing is changed until then.": _l(
        "Somebody else of the employer has to confirm it. Nothing is changed until then."
    ),
    "The agency and the council are checking the marks. The result stands here as soon as the council releases it.": _l(
        "The agency and the employer are checking the marks. The result stands here as soon as the employer"
        " releases it."
    ),
    "The assessment is from %(opens)s to %(closes)s. The result stands here after the agency and the council have"
    " checked the marks.": _l(
        "The assessment is from %(opens)s to %(closes)s. The result stands here after the agency and the employer have"
        " checked the marks."
    ),
    "The council approves the mark sheet next.": _l("The employer approves the mark sheet next."),
    "The council asks an agency again.": _l("The employer asks an agency again."),
    "The council brings a secret of its own and has not entered it yet.": _l(
        "The employer brings a secret of its own and has not entered it yet."
    ),
    "The council decides": _l("The employer decides"),
    "The council decides next.": _l("The employer decides next."),
    "The council has not committed to a secret yet.": _l("The employer has not committed to a secret yet."),
    "The council releases the results next.": _l("The employer releases the results next."),
    "The council was committed to (SHA-256)": _l("The employer was committed to (SHA-256)"),
    "The key of each paper, in the order in which that candidate’s options are printed. Only the council can have them"
    " made, and only the council sees them; nobody needs them to enter answers. Print them only to mark by hand, and"
    " keep them sealed until the sheets are collected.": _l(
        "The key of each paper, in the order in which that candidate’s options are printed. Only the employer can have"
        " them made, and only the employer sees them; nobody needs them to enter answers. Print them only to mark by"
        " hand, and keep them sealed until the sheets are collected."
    ),
    "The mark sheet is verified; the council approves it.": _l("The mark sheet is verified; the employer approves it."),
    "The papers are drawn from a secret of the council and one of the agency, so that neither can choose them.": _l(
        "The papers are drawn from a secret of the employer and one of the agency, so that neither can choose them."
    ),
    "The papers are made from two secrets, one of the council and one of the agency. Each side names the SHA-256 of its"
    " secret before anything is drawn, so that neither can choose the papers. Both secrets are shown once the results"
    " are released; with them anybody can draw the papers again and compare.": _l(
        "The papers are made from two secrets, one of the employer and one of the agency. Each side names the SHA-256"
        " of its secret before anything is drawn, so that neither can choose the papers. Both secrets are shown once"
        " the results are released; with them anybody can draw the papers again and compare."
    ),
    "The papers cannot be drawn yet. The council has to publish what is short:": _l(
        "The papers cannot be drawn yet. The employer has to publish what is short:"
    ),
    "The result is decided when the council approves the mark sheet.": _l(
        "The result is decided when the employer approves the mark sheet."
    ),
    "The result was corrected after it was issued. The council will issue a new one in its place.": _l(
        "The result was corrected after it was issued. The employer will issue a new one in its place."
    ),
    "The result was corrected after it was issued. The council will withdraw it.": _l(
        "The result was corrected after it was issued. The employer will withdraw it."
    ),
    "The time of this assessment is over. Ask the council to schedule another one.": _l(
        "The time of this assessment is over. Ask the employer to schedule another one."
    ),
    "You have proposed this; somebody else of the council has to confirm it.": _l(
        "You have proposed this; somebody else of the employer has to confirm it."
    ),
    "Waits for the council": _l("Waits for the employer"),
    "Your training centre, the agency and the council each accept or refuse. When all three accept, the council sets a"
    " new day, %(day)s at the latest, with a new paper and a new practical.": _l(
        "Your training centre, the agency and the employer each accept or refuse. When all three accept, the employer"
        " sets a new day, %(day)s at the latest, with a new paper and a new practical."
    ),
    "an item was withdrawn or its key corrected by the council.": _l(
        "an item was withdrawn or its key corrected by the employer."
    ),
}


def speak_of(pack: PackVersionRow | None) -> str:
    """Say on this page from here on what is right of the owner of a pack. Templates begin with it."""
    g.owner_is_employer = pack is not None and pack_of(pack).is_employers
    return ""


def told(words: str) -> str:
    """Words of the sources in the language of the page, and about an employer where the page speaks of one."""
    own = EMPLOYERS.get(words) if g.get("owner_is_employer", False) else None
    return str(own) if own is not None else str(get_translations().ugettext(words))


def told_number(one: str, many: str, count: int) -> str:
    """The same of words with a number."""
    return str(get_translations().ungettext(one, many, count))
