"""The areas of the site; a new one is a line here."""

from lms.web.accounts.routes import bp as accounts
from lms.web.appeals.routes import bp as appeals
from lms.web.assessing.commitments import bp as assessing
from lms.web.certification.routes import bp as certification
from lms.web.coursework.routes import bp as coursework
from lms.web.curriculum.routes import bp as curriculum
from lms.web.exam.routes import bp as exam
from lms.web.exports.routes import bp as exports
from lms.web.home.routes import bp as home
from lms.web.jobs.routes import bp as jobs
from lms.web.learning.handbooks import bp as learning
from lms.web.lessons.routes import bp as lessons
from lms.web.marking.routes import bp as marking
from lms.web.mock.routes import bp as mock
from lms.web.people.routes import bp as people
from lms.web.registers.routes import bp as registers
from lms.web.results.routes import bp as results
from lms.web.room.routes import bp as room
from lms.web.rulings.routes import bp as rulings
from lms.web.training.routes import bp as training

BLUEPRINTS = (
    training,
    registers,
    room,
    coursework,
    assessing,
    marking,
    curriculum,
    learning,
    lessons,
    exam,
    mock,
    jobs,
    home,
    accounts,
    people,
    results,
    certification,
    rulings,
    appeals,
    exports,
)
