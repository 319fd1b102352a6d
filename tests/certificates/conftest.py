"""What the certificates' tests share: the facts of the sample certificate."""

import pytest

from certificates.html import STANDARD
from certificates.loading import load_sample
from certificates.model import CertificateFacts


@pytest.fixture(scope="session")
def facts() -> CertificateFacts:
    """The sample of the standard design: a specimen in English."""
    sample, problems = load_sample(STANDARD)
    assert sample is not None, problems
    return sample
