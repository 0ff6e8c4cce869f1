"""National language tables of 3GPP TS 23.038.

A *locking* shift puts another table in place of the default alphabet for the whole message, a *single* shift another
one in place of the extension that an escape leads to; which ones a message uses stands in its user data header. The
numbers are the standard's. Spanish has no locking table; those of the Indian languages and of Urdu are in gsm_indic. A
table that is not known is told from one that is.
"""

from typing import Final

from channels.smpp import gsm_indic
from channels.smpp.gsm_tables import EXTENSION, MAIN

TURKISH: Final = 1
SPANISH: Final = 2
PORTUGUESE: Final = 3


def _with(changes: dict[int, str], table: dict[int, str]) -> dict[int, str]:
    return {**table, **changes}


_DEFAULT = dict(enumerate(MAIN))

LOCKING: Final[dict[int, dict[int, str]]] = {
    0: _DEFAULT,
    TURKISH: _with(
        {0x04: "€", 0x07: "ı", 0x0B: "Ğ", 0x0C: "ğ", 0x1C: "Ş", 0x1D: "ş", 0x40: "İ", 0x60: "ç"},
        _DEFAULT,
    ),
    PORTUGUESE: _with(
        {
            **{0x04: "ê", 0x06: "ú", 0x07: "í", 0x08: "ó", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á"},
            **{0x12: "ª", 0x13: "Ç", 0x14: "À", 0x15: "∞", 0x16: "^", 0x17: "\\", 0x18: "€", 0x19: "Ó", 0x1A: "|"},
            **{0x1C: "Â", 0x1D: "â", 0x1E: "Ê", 0x24: "º", 0x40: "Í", 0x5B: "Ã", 0x5C: "Õ", 0x5D: "Ú"},
            **{0x60: "~", 0x7B: "ã", 0x7C: "õ", 0x7D: "`"},
        },
        _DEFAULT,
    ),
    **gsm_indic.LOCKING,
}

SINGLE: Final[dict[int, dict[int, str]]] = {
    0: EXTENSION,
    TURKISH: _with(
        {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş"},
        EXTENSION,
    ),
    SPANISH: _with(
        {0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú", 0x61: "á", 0x69: "í", 0x6F: "ó", 0x75: "ú"},
        EXTENSION,
    ),
    PORTUGUESE: _with(
        {
            **{0x05: "ê", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á", 0x12: "Φ", 0x13: "Γ", 0x15: "Ω"},
            **{0x16: "Π", 0x17: "Ψ", 0x18: "Σ", 0x19: "Θ", 0x1F: "Ê", 0x41: "À", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú"},
            **{0x5B: "Ã", 0x5C: "Õ", 0x61: "Â", 0x69: "í", 0x6F: "ó", 0x75: "ú", 0x7B: "ã", 0x7C: "õ", 0x7F: "â"},
        },
        EXTENSION,
    ),
    **gsm_indic.SINGLE,
}


def known(locking: int, single: int) -> bool:
    return locking in LOCKING and single in SINGLE
