"""A telephone number as Hall writes it: digits with the country code, no sign before them."""

import re
from functools import lru_cache

from phonenumbers import country_code_for_region

_ORNAMENT = re.compile(r"[\s().-]")
_NATIONAL_MOBILE = {"CN": re.compile(r"1[3-9]\d{9}")}


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
    national = _NATIONAL_MOBILE.get(country)
    return f"{country_code_for_region(country)}{digits}" if national and national.fullmatch(digits) else digits
