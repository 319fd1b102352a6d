"""What several services are tried on."""

import pytest

from tests.lms.services import exam_hall


@pytest.fixture
def hall(app, actor):
    """An assessment with two of its four candidates writing since NOW, one of them in room B."""
    return exam_hall.an_exam(actor)
