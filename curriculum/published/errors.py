"""What the reading of published texts refuses."""

from curriculum.errors import CurriculumError
from curriculum.words import Message


class NotAPack(CurriculumError):
    """What was given holds no pack that can be read; `message` says why, and what would help."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
