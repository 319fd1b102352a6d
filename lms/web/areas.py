"""The areas of the site; a new one is a line here."""

from lms.web.accounts.routes import bp as accounts
from lms.web.certification.routes import bp as certification
from lms.web.curriculum.routes import bp as curriculum
from lms.web.exam.routes import bp as exam
from lms.web.home.routes import bp as home
from lms.web.jobs.routes import bp as jobs
from lms.web.learning.routes import bp as learning
from lms.web.marking.routes import bp as marking
from lms.web.people.routes import bp as people

BLUEPRINTS = (marking, curriculum, learning, exam, jobs, home, accounts, people, certification)
