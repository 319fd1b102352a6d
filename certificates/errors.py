"""What the certificates refuse."""

from assessments.words import Message


class CertificateError(Exception):
    """Base of the certificates' refusals."""


class MistypedCode(CertificateError):
    """What was typed cannot be a code or number of a certificate; `message` says what is wrong with it."""

    def __init__(self, typed: str, message: Message) -> None:
        super().__init__(str(message))
        self.typed = typed
        self.message = message


class UnfitRandomness(CertificateError):
    """A code needs an exact count of random bytes, so that it can be neither guessed nor biased."""

    def __init__(self, given: int, needed: int) -> None:
        super().__init__(f"a verification code is made from {needed} random bytes, not from {given}")
        self.given = given
        self.needed = needed


class UnknownDesign(CertificateError):
    """No certificate design of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no certificate design called {name}")
        self.name = name


class FactsMissing(CertificateError):
    """A certificate that is ours cannot be described without what it states."""

    def __init__(self, status: str) -> None:
        super().__init__(f"a certificate that is {status} cannot be described without its facts")
        self.status = status
