"""The areas of the site; a new one is a line here."""

from lms.web.accounts.routes import bp as accounts
from lms.web.certification.routes import bp as certification
from lms.web.home.routes import bp as home
from lms.web.people.routes import bp as people

BLUEPRINTS = (home, accounts, people, certification)
