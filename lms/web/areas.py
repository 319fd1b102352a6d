"""The areas of the site; a new one is a line here."""

from lms.web.accounts.routes import bp as accounts
from lms.web.admission.routes import bp as admission
from lms.web.answer_files.routes import bp as answer_files
from lms.web.appeals.routes import bp as appeals
from lms.web.assessing.seating import bp as assessing
from lms.web.certification.routes import bp as certification
from lms.web.coursework.routes import bp as coursework
from lms.web.coverage.routes import bp as coverage
from lms.web.curriculum.published_texts import bp as curriculum
from lms.web.exam.door import bp as door
from lms.web.exam.events import bp as exam
from lms.web.exports.routes import bp as exports
from lms.web.home.routes import bp as home
from lms.web.install.routes import bp as install
from lms.web.invigilation.candidates import bp as invigilation
from lms.web.jobs.routes import bp as jobs
from lms.web.learning.handbooks import bp as learning
from lms.web.lessons.routes import bp as lessons
from lms.web.marking.routes import bp as marking
from lms.web.mock.routes import bp as mock
from lms.web.paper.routes import bp as paper
from lms.web.people.routes import bp as people
from lms.web.registers.routes import bp as registers
from lms.web.results.routes import bp as results
from lms.web.roles.routes import bp as roles
from lms.web.room.routes import bp as room
from lms.web.rulings.routes import bp as rulings
from lms.web.skills.publishing import bp as skills
from lms.web.training.routes import bp as training

BLUEPRINTS = (
    training,
    registers,
    room,
    roles,
    coursework,
    assessing,
    answer_files,
    invigilation,
    admission,
    paper,
    marking,
    curriculum,
    coverage,
    learning,
    lessons,
    door,
    exam,
    mock,
    install,
    jobs,
    home,
    accounts,
    people,
    results,
    certification,
    rulings,
    appeals,
    skills,
    exports,
)
