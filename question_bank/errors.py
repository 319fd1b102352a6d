"""What the question bank refuses."""


class BankError(Exception):
    """Base of the bank's refusals."""
