"""A telephone number as Hall writes it: digits with the country code, no sign before them.

Message centres write numbers internationally, mostly; exchanges and gateways often as they are dialled in the country,
with the 0 before them or without. One person must be one subscriber, on whichever way he comes.
"""

import re
from functools import lru_cache

from phonenumbers import NumberParseException, PhoneNumberType, is_valid_number_for_region, number_type, parse

_ORNAMENT = re.compile(r"[\s().-]")
_NATIONAL_MOBILE = {"CN": re.compile(r"(?:86|0)?(1[3-9]\d{9})")}  # quicker, and ahead of anybody's list of ranges
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
SHORTEST = 7  # digits; what is shorter is a code, and nobody's number


@lru_cache(maxsize=8192)
def normalise(address: str, country: str = "CN") -> str:
    """Empty for what is no number. A short code stays as it is."""
    digits = _ORNAMENT.sub("", address)
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if national := _NATIONAL_MOBILE.get(country):
        mobile = national.fullmatch(digits)
        return f"86{mobile[1]}" if mobile else digits
    return digits if address.lstrip().startswith("+") or len(digits) < SHORTEST else _completed(digits, country)


def _completed(digits: str, country: str) -> str:
    """Only a mobile number of the country: of others it cannot be told whether they are whole."""
    try:
        number = parse(digits, country)
    except NumberParseException:
        return digits
    if is_valid_number_for_region(number, country) and number_type(number) in _MOBILE:
        return f"{number.country_code}{number.national_number}"
    return digits
