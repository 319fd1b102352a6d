"""What services refuse, each with the words to say and the status the web answers with."""

from assessments.words import Message


class Refusal(Exception):
    """An act that is not done, and why: `words` is shown to the person."""

    status = 409

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


class Absent(Refusal):
    """Nothing there that this person may see; somebody else's thing is as absent as one that never was."""

    status = 404

    def __init__(self) -> None:
        super().__init__(Message("There is nothing here that you can see.", {}))


class NotAllowed(Refusal):
    """The person may see the thing but not do this to it."""

    status = 403


class Faulty(Refusal):
    """What was given cannot be used; says where and what would be right."""

    status = 422


class Conflict(Refusal):
    """The thing has moved on; says where it stands now."""

    status = 409
