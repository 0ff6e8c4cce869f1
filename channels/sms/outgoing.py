"""A text to a subscriber as the submit_sm (or data_sm) that carry it over one link."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from channels.smpp import instants
from channels.smpp.pdus import DataSm, SubmitSm
from channels.smpp.segments import Segment, split
from channels.smpp.settings import LinkSettings
from channels.smpp.tlvs import MESSAGE_PAYLOAD, QOS_TIME_TO_LIVE

SUCCESS_OR_FAILURE: Final = 0x01


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What all segments of a message have in common. lifetime: seconds; None: as the message centre likes.
    schedule: when it is to be delivered; None: at once.
    """

    settings: LinkSettings
    source: str
    destination: str
    registered: int
    now: float
    lifetime: float | None
    schedule: float | None

    @property
    def parameters(self) -> tuple[tuple[int, bytes], ...]:
        return tuple((parameter.tag, parameter.octets) for parameter in self.settings.parameter)


def compose(
    settings: LinkSettings,
    *,
    source: str,
    destination: str,
    text: str,
    reference: int,
    receipt: bool = True,
    now: float = 0.0,
    expires_at: float | None = None,
    not_before: float = 0.0,
) -> tuple[SubmitSm | DataSm, ...]:
    """expires_at: when it is no longer worth sending; not_before: when he may have it. Raises `TooManyParts`."""
    segments = split(
        text,
        reference,
        max_parts=settings.max_parts,
        default_alphabet=settings.default_alphabet,
        long_messages=settings.long_messages,
    )
    registered = SUCCESS_OR_FAILURE if receipt and settings.receipts else 0
    lifetime = _lifetime(settings, now, expires_at)
    schedule = not_before if not_before > now else None
    envelope = _Envelope(settings, source, destination, registered, now, lifetime, schedule)
    write = _data_sm if settings.submit == "data_sm" else _submit_sm
    return tuple(write(envelope, segment) for segment in segments)


def _lifetime(settings: LinkSettings, now: float, expires_at: float | None) -> float | None:
    worth = None if expires_at is None else max(1.0, expires_at - now)
    if settings.validity == "message":
        return worth
    if not settings.validity:
        return None
    return settings.validity if worth is None else min(settings.validity, worth)


def _submit_sm(envelope: _Envelope, segment: Segment) -> SubmitSm:
    settings = envelope.settings
    return SubmitSm(
        service_type=settings.service_type,
        source_addr_ton=settings.source_ton,
        source_addr_npi=settings.source_npi,
        source_addr=envelope.source,
        dest_addr_ton=settings.dest_ton,
        dest_addr_npi=settings.dest_npi,
        destination_addr=envelope.destination,
        esm_class=segment.esm_class,
        protocol_id=settings.protocol_id,
        priority_flag=settings.priority,
        schedule_delivery_time="" if envelope.schedule is None else _instant(envelope, ceil(envelope.schedule)),
        validity_period="" if envelope.lifetime is None else _instant(envelope, envelope.now + envelope.lifetime),
        registered_delivery=envelope.registered,
        data_coding=segment.data_coding,
        short_message=segment.short_message,
        tlvs=(*segment.tlvs, *envelope.parameters),
    )


def _instant(envelope: _Envelope, instant: float) -> str:
    if envelope.settings.times == "absolute":
        return instants.absolute(instant)
    return instants.relative(instant - envelope.now)


def can_wait(settings: LinkSettings, now: float, not_before: float) -> bool:
    """Whether this link's message centre keeps a message until then."""
    return settings.schedule == "centre" and not_before - now <= instants.LONGEST


def _data_sm(envelope: _Envelope, segment: Segment) -> DataSm:
    """It has neither priority nor validity, but a time to live; and its text is always a parameter."""
    settings = envelope.settings
    payload = ((MESSAGE_PAYLOAD, segment.short_message),) if segment.short_message else ()
    lifetime = envelope.lifetime
    to_live = () if lifetime is None else ((QOS_TIME_TO_LIVE, int(lifetime).to_bytes(4, "big")),)
    return DataSm(
        service_type=settings.service_type,
        source_addr_ton=settings.source_ton,
        source_addr_npi=settings.source_npi,
        source_addr=envelope.source,
        dest_addr_ton=settings.dest_ton,
        dest_addr_npi=settings.dest_npi,
        destination_addr=envelope.destination,
        esm_class=segment.esm_class,
        registered_delivery=envelope.registered,
        data_coding=segment.data_coding,
        tlvs=(*payload, *segment.tlvs, *to_live, *envelope.parameters),
    )
