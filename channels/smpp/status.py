"""What a `command_status` means, and what is to be done about it.

A message centre's refusal falls into one of four classes, and only the class decides what happens next:

    throttle    the link is too fast: pause it, then send the same again, in order
    temporary   this message, later: a bounded number of tries
    permanent   this message, never
    session     not the message but the bind is wrong: bind again, and patiently

A status that nobody has specified, or that a vendor has made up (0x400 to 0x4FF), is temporary: the tries are bounded,
and a message given up too early is worse than one tried in vain.
"""

from enum import StrEnum

ESME_ROK = 0x00
ESME_RINVMSGLEN = 0x01
ESME_RINVCMDLEN = 0x02
ESME_RINVCMDID = 0x03
ESME_RINVBNDSTS = 0x04
ESME_RALYBND = 0x05
ESME_RSYSERR = 0x08
ESME_RINVSRCADR = 0x0A
ESME_RINVDSTADR = 0x0B
ESME_RINVMSGID = 0x0C
ESME_RBINDFAIL = 0x0D
ESME_RINVPASWD = 0x0E
ESME_RINVSYSID = 0x0F
ESME_RMSGQFUL = 0x14
ESME_RINVSERTYP = 0x15
ESME_RINVESMCLASS = 0x43
ESME_RSUBMITFAIL = 0x45
ESME_RINVSYSTYP = 0x53
ESME_RTHROTTLED = 0x58
ESME_RINVSCHED = 0x61
ESME_RINVEXPIRY = 0x62
ESME_RX_T_APPN = 0x64
ESME_RX_P_APPN = 0x65
ESME_RX_R_APPN = 0x66
ESME_RINVOPTPARSTREAM = 0xC0
ESME_RINVPARLEN = 0xC2
ESME_RMISSINGOPTPARAM = 0xC3
ESME_RINVOPTPARAMVAL = 0xC4
ESME_RUNKNOWNERR = 0xFF


class Class(StrEnum):
    THROTTLE = "throttle"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    SESSION = "session"


class Patience(StrEnum):
    """How long to wait before the next bind: as after a lost connection, or until somebody may have mended it."""

    ORDINARY = "ordinary"
    LONG = "long"


_THROTTLE = frozenset({ESME_RTHROTTLED})
_SESSION = frozenset({ESME_RINVBNDSTS, ESME_RALYBND, ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RINVSYSID, ESME_RINVSYSTYP})
_PERMANENT = frozenset(
    {0x01, 0x02, 0x03, 0x06, 0x07, 0x0A, 0x0B, 0x0C, 0x11, 0x13, 0x15, 0x33, 0x34, 0x40, 0x42, 0x43, 0x44}
    | set(range(0x48, 0x52))  # type of number and numbering plan
    | {0x54, 0x55, 0x62, 0x63, 0x65, 0x66, 0x67}
    | set(range(0xC0, 0xC5))  # optional parameters
    | {0x100, 0x101, 0x103, 0x104, 0x105, 0x106}  # of SMPP 5.0: not allowed, not possible, no such coding
)


def classify(status: int) -> Class:
    if status in _THROTTLE:
        return Class.THROTTLE
    if status in _SESSION:
        return Class.SESSION
    return Class.PERMANENT if status in _PERMANENT else Class.TEMPORARY


def patience_after(bind_status: int) -> Patience:
    hopeless = classify(bind_status) in (Class.SESSION, Class.PERMANENT)
    return Patience.LONG if hopeless else Patience.ORDINARY
