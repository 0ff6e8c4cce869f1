"""An answer as the submit_sm that carries it into the session, by the dialect of its link."""

from dataclasses import dataclass

from channels.smpp.pdus import SubmitSm
from channels.smpp.tlvs import USSD_SERVICE_OP
from channels.ussd.screens import encoded
from channels.ussd.settings import UssdLinkSettings


@dataclass(frozen=True, slots=True)
class Line:
    """How a session is spoken into: the address that was spoken to last, and the session's parameter as it came."""

    link: str
    address: str
    octets: bytes


def compose(
    settings: UssdLinkSettings, line: Line, subscriber: str, text: str, ends: bool, begun: bool = False
) -> SubmitSm:
    """`begun`: the first word of a session that is ours."""
    dialect = settings.dialect
    is_gsm, octets = encoded(text)
    operation = dialect.tells if ends and begun else dialect.ends if ends else dialect.asks
    marked = ((dialect.session_tag, _marked(line.octets, dialect.end_bit, ends)),) if dialect.session_tag else ()
    return SubmitSm(
        service_type=settings.service_type or dialect.service_type,
        source_addr_ton=settings.source_ton,
        source_addr_npi=settings.source_npi,
        source_addr=line.address,
        dest_addr_ton=settings.dest_ton,
        dest_addr_npi=settings.dest_npi,
        destination_addr=subscriber,
        protocol_id=settings.protocol_id,
        data_coding=dialect.gsm if is_gsm else dialect.ucs2,
        short_message=octets,
        tlvs=(
            (USSD_SERVICE_OP, bytes((operation,))),
            *marked,
            *((each.tag, each.octets) for each in settings.parameter),
        ),
    )


def _marked(octets: bytes, end_bit: int, ends: bool) -> bytes:
    if not end_bit or len(octets) > 2:
        return octets
    number = int.from_bytes(octets, "big")
    return (number | end_bit if ends else number & ~end_bit).to_bytes(2, "big")
