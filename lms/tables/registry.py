"""All tables, for migrations and tests: importing this knows every row class, keys included."""

from lms.extensions import Row
from lms.tables import (  # noqa: F401 -- each import adds its tables to the metadata
    admission,
    appeals,
    append_only,
    assessing,
    attempts,
    certification,
    content,
    coursework,
    demo,
    drawing,
    handbooks,
    history,
    invigilation,
    jobs,
    keys,
    marking,
    mocks,
    paper,
    people,
    registers,
    roles,
    room_log,
    rulings,
    skills,
    training,
)

METADATA = Row.metadata
append_only.attach(METADATA)
