"""A `command_status` in words, for those who read why a message was given up and have no specification at hand."""

from typing import Final

_WORDS: Final = {
    0x01: "the message is too long for the message centre",
    0x02: "the message centre could not read the request",
    0x03: "the message centre does not know the command",
    0x04: "the bind does not allow it, or is gone",
    0x05: "the account is bound already",
    0x06: "the message centre does not know this priority",
    0x07: "the message centre does not know this kind of receipt",
    0x08: "the message centre has an error of its own",
    0x0A: "the sender's address is not allowed",
    0x0B: "the subscriber's number is not valid there",
    0x0C: "the message centre does not know the message's id",
    0x0D: "the bind failed",
    0x0E: "the password is wrong",
    0x0F: "the system_id is wrong",
    0x14: "the subscriber's queue is full",
    0x15: "the message centre does not know the service type",
    0x43: "the message centre does not know the esm_class",
    0x45: "the message centre could not submit it",
    0x48: "the sender's type of number is not allowed",
    0x49: "the sender's numbering plan is not allowed",
    0x50: "the subscriber's type of number is not allowed",
    0x51: "the subscriber's numbering plan is not allowed",
    0x53: "the system_type is wrong",
    0x54: "the message centre does not know the replace flag",
    0x58: "too fast for the message centre",
    0x61: "the time of delivery is not valid",
    0x62: "the validity period is not valid",
    0x64: "the receiving side cannot take it now",
    0x65: "the receiving side will never take it",
    0x66: "the receiving side rejects it",
    0x67: "the message could not be queried",
    0xC0: "the message centre could not read the optional parameters",
    0xC1: "an optional parameter is not allowed",
    0xC2: "a parameter has the wrong length",
    0xC3: "an optional parameter is missing",
    0xC4: "an optional parameter has a wrong value",
    0xFE: "it could not be delivered",
    0xFF: "an error that the message centre does not name",
}
VENDORS: Final = range(0x400, 0x500)


def in_words(status: int) -> str:
    other = "an error of the message centre's own making" if status in VENDORS else "an error that nobody specified"
    return f"{_WORDS.get(status, other)} (status 0x{status:02x})"
