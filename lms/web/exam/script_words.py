"""What the exam page's scripts say, in the page's language; and the choices of how the page looks."""

from flask_babel import gettext as _


def script_words() -> dict[str, str]:
    """The sentences of the scripts by name; facts stand in them as `{count}`."""
    return _saving() | _time() | _ending()


def _saving() -> dict[str, str]:
    return {
        "saving": _("Saving …"),
        "onDevice": _("On this device: {count} waiting for the network"),
        "serverSince": _("On the server, {clock}"),
        "serverLast": _("last on the server at {clock}"),
        "keepsNothing": _("This device keeps nothing. Stay online: each answer goes to the server at once."),
        "keepsNothingWaiting": _(
            "NOT kept: this device keeps nothing, and the network is away. Waiting: {count}. Tell the invigilator."
        ),
        "storageLost": _("The storage of this device was cleared. What stands on this page was kept again."),
        "signedOut": _("On this device: {count} waiting. Sign in again in another tab; they stay here."),
        "aside": _("Kept aside: {count}. A person decides what of it counts."),
        "answered": _("answered"),
        "flagged": _("flagged"),
        "unseen": _("not seen yet"),
        "allAnswered": _("You have answered every question."),
        "openCount": _("Not answered: {count} of {total} questions."),
        "open": _("Not answered yet:"),
        "flaggedList": _("Flagged:"),
    }


def _time() -> dict[str, str]:
    return {
        "left": _("{count} minutes left"),
        "oneLeft": _("Less than a minute left"),
        "warning": _("{count} minutes left. Your answers are saved as you choose them."),
        "over": _("The time is over"),
        "pausedLeft": _("Paused, {count} minutes left"),
        "paused": _("The invigilator has paused the exam. Your time stands still."),
        "resumed": _("The exam goes on. Your time runs again."),
        "resumedLonger": _("The exam goes on. You were given more time."),
        "moreMinutes": _("You were given more time: {count} minutes."),
        "moreSeconds": _("You were given more time: {count} seconds."),
    }


def _ending() -> dict[str, str]:
    return {
        "askOpen": _("Not answered: {count} (questions {list})."),
        "askFlagged": _("Flagged: {list}."),
        "handing": _("Handing in …"),
        "handingWaiting": _(
            "Not handed in yet: the network is away. Answers waiting on this device: {count}. They go out by "
            "themselves; leave this page open."
        ),
        "overSending": _("The time is over. What you answered is being sent; you need not do anything."),
        "overWaiting": _(
            "The time is over and the network is away. Answers waiting on this device: {count}. They go out by "
            "themselves; leave this page open."
        ),
        "elsewhere": _("Your exam goes on at another device. Here you can only read."),
        "notReached": _("The server cannot be reached. Try again."),
        "fileSaved": _("The file is saved. Give it to the invigilator. This page goes on trying as well."),
    }


def display_choices(languages: tuple[tuple[str, str], ...]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """How the page may look: name, label, and each value with its word; languages only where there are several."""
    choices = [
        ("text", _("Size of the text"), [("1", _("Normal")), ("2", _("Large")), ("3", _("Largest"))]),
        ("contrast", _("Contrast"), [("plain", _("Normal")), ("more", _("Strong"))]),
        ("layout", _("Questions"), [("one", _("One at a time")), ("all", _("All on one page"))]),
        ("keys", _("Letters as keys"), [("on", _("On")), ("off", _("Off"))]),
    ]
    if len(languages) > 1:
        choices.append(("language", _("Language of the questions"), [*languages, ("both", _("All"))]))
    return choices
