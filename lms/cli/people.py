"""People from the command line: the administrator, who is there before anybody can be added on a page."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lms.tables.people import PersonRow


@click.group()
def administrator() -> None:
    """The administrators of this site, who add its councils."""


@administrator.command("add")
@click.option("--login", required=True, help="What they type to sign in, such as meera.nair.")
@click.option("--name", required=True, help="As on their identity card.")
def add(login: str, name: str) -> None:
    """Add an administrator and print a password for the first sign-in, once."""
    from lms.services import administrators

    _say(lambda moment: administrators.add_administrator(login=login, name=name, now=moment))


@administrator.command("reset")
@click.option("--login", required=True, help="The user name of an administrator.")
def reset(login: str) -> None:
    """Give an administrator who cannot sign in a new password; old sessions end."""
    from lms.services import administrators

    _say(lambda moment: administrators.reset_administrator(login=login, now=moment))


def _say(act: Callable[[datetime], "tuple[PersonRow, str]"]) -> None:
    """Do the act on the site's database and print the sign-in it made; what is refused is one line."""
    from sqlalchemy.exc import DBAPIError

    from lms.app import create_app
    from lms.clock import now
    from lms.services.errors import Refusal
    from lms.settings import Settings, SettingsFaulty

    try:
        with create_app(Settings.load()).app_context():
            person, password = act(now())
            click.echo(f"{person.name} signs in as {person.login} with the password {password}")
    except (SettingsFaulty, Refusal) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except DBAPIError as fault:
        reason = str(fault.orig).splitlines()[0]
        message = f"The database cannot be used ({reason}). If it has no tables yet: ./run database upgrade"
        raise click.ClickException(message) from fault
    click.echo("It is shown only now; they choose one of their own at the first sign-in.")
