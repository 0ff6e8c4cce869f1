"""A text to a subscriber as the submit_sm that carry it over one link."""

from channels.sms.pdus import SubmitSm
from channels.sms.segments import split
from channels.sms.settings import LinkSettings

SUCCESS_OR_FAILURE = 0x01


def compose(
    settings: LinkSettings,
    *,
    source: str,
    destination: str,
    text: str,
    reference: int,
    receipt: bool = True,
) -> tuple[SubmitSm, ...]:
    """Raises `TooManyParts`."""
    segments = split(text, reference, max_parts=settings.max_parts, default_alphabet=settings.default_alphabet)
    return tuple(
        SubmitSm(
            source_addr_ton=settings.source_ton,
            source_addr_npi=settings.source_npi,
            source_addr=source,
            dest_addr_ton=settings.dest_ton,
            dest_addr_npi=settings.dest_npi,
            destination_addr=destination,
            esm_class=segment.esm_class,
            registered_delivery=SUCCESS_OR_FAILURE if receipt and settings.receipts else 0,
            data_coding=segment.data_coding,
            short_message=segment.short_message,
        )
        for segment in segments
    )
