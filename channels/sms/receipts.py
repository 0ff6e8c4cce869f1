"""What a message centre says became of a message: optional parameters if it knows them, a text that everybody writes
differently, or both.

    id:0123456789 sub:001 dlvrd:001 submit date:2607011200 done date:2607011201 stat:DELIVRD err:000 text:...

The parameters are believed first. The id need not be the one that submit_sm_resp gave: message centres print it in
hexadecimal here and in decimal there, pad it, or change its case. `canonical_id` takes away what does not matter and is
to be applied to both; the number's base is a setting of the link.
"""

import re
from typing import Literal, TypeAlias

from channels.smpp.tlvs import MESSAGE_STATE, NETWORK_ERROR_CODE, RECEIPTED_MESSAGE_ID, Tlvs, find, find_int, find_text
from dialogs.words import DeliveryReport

IdConversion: TypeAlias = Literal["same", "hex_to_decimal", "decimal_to_hex"]

UNKNOWN = "unknown"
_STATES = {
    1: "enroute",
    2: "delivered",
    3: "expired",
    4: "deleted",
    5: "undeliverable",
    6: "accepted",
    7: UNKNOWN,
    8: "rejected",
}
_FINAL = frozenset({"delivered", "expired", "deleted", "undeliverable", "rejected"})
_BY_PREFIX = {
    "DELIV": "delivered",
    "DLVRD": "delivered",
    "DELET": "deleted",
    "EXPIR": "expired",
    "UNDEL": "undeliverable",
    "FAIL": "undeliverable",
    "ACCEP": "accepted",
    "REJEC": "rejected",
    "ENROU": "enroute",
}

_TEXT = re.compile(r"\btext\s*:", re.IGNORECASE)
_ID = re.compile(r"\bid\s*:\s*([^\s:,;]+?)(?=sub:|[\s,;]|$)", re.IGNORECASE)
_STAT = re.compile(r"\bstat\s*:\s*(\w+)", re.IGNORECASE)
_WHOLE = re.compile(r"\s*id\s*:\s*\S+\s.*\bdone date\s*:.*\bstat\s*:", re.IGNORECASE | re.DOTALL)
_ERR = re.compile(r"\berr\s*:\s*(\S+)", re.IGNORECASE)


def read_receipt(
    tlvs: Tlvs, text: str, *, account: str, conversion: IdConversion = "same", intermediate: bool = False
) -> DeliveryReport | None:
    """None when it does not say what message it is about."""
    fields = _before_the_message(text)
    remote_id = find_text(tlvs, RECEIPTED_MESSAGE_ID) or _first(_ID, fields)
    if not remote_id.strip():
        return None
    state = _STATES.get(find_int(tlvs, MESSAGE_STATE) or 0) or _state_by_name(_first(_STAT, fields))
    return DeliveryReport(
        account=account,
        remote_id=canonical_id(_convert(remote_id.strip(), conversion)),
        state=state,
        error=_first(_ERR, fields) or _network_error(tlvs),
        final=state in _FINAL and not intermediate,
    )


def looks_whole(text: str) -> bool:
    """As no person would write one."""
    return _WHOLE.match(text) is not None


def queried(account: str, remote_id: str, message_state: int) -> DeliveryReport:
    """The answer to a query_sm, as the receipt that did not come."""
    state = _STATES.get(message_state, UNKNOWN)
    return DeliveryReport(account, canonical_id(remote_id), state, "", state in _FINAL)


def canonical_id(message_id: str) -> str:
    """The same for ids that differ in case or in leading zeros only."""
    plain = message_id.strip().lower()
    return plain.lstrip("0") or plain[:1]


def _before_the_message(text: str) -> str:
    """The message that is quoted at the end may itself look like fields."""
    head = _TEXT.split(text, maxsplit=1)[0]
    return head if _ID.search(head) or _STAT.search(head) else text


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _state_by_name(name: str) -> str:
    upper = name.upper()
    return next((state for prefix, state in _BY_PREFIX.items() if upper.startswith(prefix)), UNKNOWN)


def _network_error(tlvs: Tlvs) -> str:
    """An octet says whose numbering it is, two are the number."""
    value = find(tlvs, NETWORK_ERROR_CODE) or b""
    return str(int.from_bytes(value[1:], "big")) if len(value) == 3 else value.hex()


def _convert(remote_id: str, conversion: IdConversion) -> str:
    """An id that is no number of the stated base stays as it is."""
    try:
        if conversion == "hex_to_decimal":
            return str(int(remote_id, 16))
        if conversion == "decimal_to_hex":
            return f"{int(remote_id):x}"
    except ValueError:
        pass
    return remote_id
