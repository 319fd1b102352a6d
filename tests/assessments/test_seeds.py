"""Seeds from two secrets: the byte layout is fixed, commitments bind, and no draw is made twice with one."""

import hashlib
import hmac
from dataclasses import replace

import pytest

from assessments.errors import CommitmentBroken
from assessments.seeds import (
    Commitments,
    DrawInputs,
    DrawLogEntry,
    check_log,
    check_secrets,
    check_unused,
    commitment_to,
    commitments_to,
    seed_of,
)

AGENCY, COUNCIL = bytes(range(32)), bytes(range(32, 64))
INPUTS = DrawInputs(bank="aa" * 32, blueprint="bb" * 32, roster="cc" * 32)


def entry(number, commitments, before=""):
    return DrawLogEntry(number=number, commitments=commitments, inputs=INPUTS, manifest="dd" * 32, before=before)


def test_the_seed_is_pinned():
    message = COUNCIL + b"\xaa" * 32 + b"\xbb" * 32 + b"\xcc" * 32
    assert seed_of(INPUTS, agency=AGENCY, council=COUNCIL) == hmac.new(AGENCY, message, hashlib.sha256).digest()
    assert seed_of(INPUTS, agency=AGENCY, council=COUNCIL).hex() == SEED


def test_each_secret_and_each_input_changes_the_seed():
    seeds = {
        seed_of(INPUTS, agency=AGENCY, council=COUNCIL),
        seed_of(INPUTS, agency=COUNCIL, council=AGENCY),
        *(
            seed_of(replace(INPUTS, **{name: "ee" * 32}), agency=AGENCY, council=COUNCIL)
            for name in ("bank", "blueprint", "roster")
        ),
    }
    assert len(seeds) == 5


def test_a_commitment_is_the_hash_of_a_secret_of_32_bytes():
    assert commitment_to(AGENCY) == hashlib.sha256(AGENCY).hexdigest()
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        commitment_to(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        seed_of(replace(INPUTS, bank="aa"), agency=AGENCY, council=COUNCIL)


def test_a_secret_that_was_not_committed_to_is_refused():
    known = commitments_to(agency=AGENCY, council=COUNCIL)
    check_secrets(known, agency=AGENCY, council=COUNCIL)
    with pytest.raises(CommitmentBroken, match="secret of the council"):
        check_secrets(known, agency=AGENCY, council=bytes(32))


def test_a_redraw_needs_new_commitments():
    first = commitments_to(agency=AGENCY, council=COUNCIL)
    log = [entry(1, first)]
    with pytest.raises(CommitmentBroken, match="used for a draw before"):
        check_unused(Commitments(agency=first.agency, council="ff" * 32), log)
    check_unused(Commitments(agency="ee" * 32, council="ff" * 32), log)


def test_an_entry_taken_from_the_log_or_changed_is_found():
    one = entry(1, Commitments(agency="01", council="02"))
    two = entry(2, Commitments(agency="03", council="04"), before=one.sha256)
    three = entry(3, Commitments(agency="05", council="06"), before=two.sha256)
    check_log([one, two, three])
    for log in (
        [one, three],
        [two, three],
        [replace(one, why="again"), two, three],
        [one, two, replace(three, number=4)],
    ):
        with pytest.raises(CommitmentBroken, match="does not follow"):
            check_log(log)
    with pytest.raises(CommitmentBroken, match="used for a draw before"):
        check_log([one, replace(two, commitments=one.commitments)])


SEED = "86744db5a2cf565f62ec1af59f425ccf90a410deb643c37d9bef5e15138640bc"
