"""Certificate numbers and verification codes: made, checked and read back from what people type.

Both end in a check modulo 37, which finds every wrong character and every swap of neighbours.
A code's symbols are Crockford's base 32. Of 37 remainders only the first 32 have an ordinary letter
or digit, so codes are drawn only from values with such a remainder: no code ends in `*~$=U`.
"""

import re
from unicodedata import decimal

from assessments.words import Message
from certificates.errors import MistypedCode, UnfitRandomness

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 18
CODE_RANDOMNESS = 11
_CODE_BITS = 84
_GROUP = 6
WRONG_SYMBOL = Message("One letter or digit is wrong, or two have changed places. Compare it with the certificate.")
_BASE = len(SYMBOLS)
_MODULUS = 37
_SERIAL_DIGITS, _MOST_DIGITS = 6, 10
_NUMBER = re.compile(rf"(\d{{4}})(\d{{{_SERIAL_DIGITS},{_MOST_DIGITS}}})(\d{{2}})", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.]+")
_LOOKALIKES = str.maketrans("OIL", "011")


def verification_code(randomness: bytes) -> str:
    """The code of `CODE_RANDOMNESS` random bytes: 84 bits in three groups of six symbols."""
    if len(randomness) != CODE_RANDOMNESS:
        raise UnfitRandomness(len(randomness), CODE_RANDOMNESS)
    drawn = int.from_bytes(randomness) >> (8 * CODE_RANDOMNESS - _CODE_BITS)
    value = drawn // _BASE * _MODULUS + drawn % _BASE
    symbols = [SYMBOLS[value % _MODULUS]]
    for _ in range(CODE_LENGTH - 1):
        value, digit = divmod(value, _BASE)
        symbols.append(SYMBOLS[digit])
    return _grouped("".join(reversed(symbols)))


def read_code(text: str) -> str:
    """The code a person typed, as it is printed.

    Case, spaces, dashes and the script of digits do not matter; O is read as 0, I and L as 1. Raises `MistypedCode`.
    """
    symbols = _compact(text).translate(_LOOKALIKES)
    for position, symbol in enumerate(symbols, start=1):
        if symbol not in SYMBOLS:
            raise MistypedCode(text, _foreign(symbol, position))
    if len(symbols) != CODE_LENGTH:
        raise MistypedCode(text, _wrong_length(len(symbols)))
    if _value(symbols[:-1]) % _MODULUS != SYMBOLS.index(symbols[-1]):
        raise MistypedCode(text, WRONG_SYMBOL)
    return _grouped(symbols)


def certificate_number(year: int, serial: int) -> str:
    """The number for people and files: year, serial in the year, and two check digits (2026-000123-03)."""
    digits = f"{year:04d}{serial:0{_SERIAL_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}-{int(digits) % _MODULUS:02d}"


def read_number(text: str) -> str:
    """The certificate number a person typed, as it is printed. Raises `MistypedCode`."""
    found = _NUMBER.fullmatch(_compact(text).translate(_LOOKALIKES))
    if found is None:
        raise MistypedCode(text, _not_a_number())
    year, serial, check = found.groups()
    if int(year + serial) % _MODULUS != int(check):
        raise MistypedCode(text, WRONG_SYMBOL)
    return f"{year}-{serial}-{check}"


def _foreign(symbol: str, position: int) -> Message:
    facts = {"symbol": symbol, "position": str(position)}
    return Message("Character %(position)s, “%(symbol)s”, never stands in a code.", facts)


def _wrong_length(count: int) -> Message:
    facts = {"count": str(count), "needed": str(CODE_LENGTH)}
    return Message("This has %(count)s letters and digits; a code has %(needed)s.", facts)


def _not_a_number() -> Message:
    facts = {"example": certificate_number(2026, 123)}
    return Message("A certificate number is a year, a serial and two check digits, such as %(example)s.", facts)


def _compact(text: str) -> str:
    # A Hindi keyboard types ०–९; they are the same digits.
    plain = (str(decimal(character)) if character.isdecimal() else character for character in text)
    return _SEPARATORS.sub("", "".join(plain)).upper()


def _value(symbols: str) -> int:
    value = 0
    for symbol in symbols:
        value = value * _BASE + SYMBOLS.index(symbol)
    return value


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP))
