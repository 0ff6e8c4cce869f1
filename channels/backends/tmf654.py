"""What TMF654 (prepay balance, v4) says of an account, read: the buckets of a subscriber become one amount.

    [{"id": "b1", "usageType": "monetary", "status": "active",
      "logicalResource": [{"id": "8613800138000"}],
      "remainingValue": {"amount": 18.88, "units": "CNY"}}, …]

Counted are the buckets with money in them (`usageType` monetary, or not given), which are active (or do not say) and
valid now. What is reserved is still his, so `remainingValue` is counted whole.

A system that does not know the filter it was asked with answers with everybody's buckets. A bucket that names a
subscriber and not ours is therefore passed over, and must be: this is somebody's money and somebody's privacy.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from channels.backends.money import Unreadable, in_fen, whole_fen

Resource = Mapping[str, object]


def balance(buckets: Sequence[Resource], subscriber: str, key: str, currency: str, now: datetime) -> int | None:
    """Fen, or None when there is no such account."""
    counted = [bucket for bucket in buckets if _is_money(bucket) and may_be_of(bucket, key, subscriber)]
    if not counted:
        return None
    return whole_fen(sum((_remaining(bucket, currency) for bucket in counted if _usable(bucket, now)), Decimal(0)))


def may_be_of(resource: Resource, key: str, subscriber: str) -> bool:
    """Whether `key` (`logicalResource.id`) leads to the subscriber, or does not say to whom it leads."""
    found = reached(resource, key.split("."))
    return not found or subscriber in (str(value).lstrip("+") for value in found)


def reached(value: object, steps: Sequence[str]) -> list[object]:
    """All that a dotted path leads to, through lists as well."""
    if isinstance(value, list):
        return [found for entry in value for found in reached(entry, steps)]
    if not steps:
        return [] if value is None else [value]
    return reached(value.get(steps[0]), steps[1:]) if isinstance(value, Mapping) else []


def moment(value: object) -> datetime:
    """A date-time of RFC 3339; one without a zone is taken for UTC, as the specification's examples are."""
    try:
        return datetime.fromisoformat(str(value)) if _has_zone(str(value)) else datetime.fromisoformat(f"{value}+00:00")
    except ValueError:
        raise Unreadable(f"{str(value)[:40]!r} is no date-time") from None


def _has_zone(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def _is_money(bucket: Resource) -> bool:
    return bucket.get("usageType") in (None, "", "monetary")


def _usable(bucket: Resource, now: datetime) -> bool:
    return bucket.get("status") in (None, "", "active") and _valid(bucket.get("validFor"), now)


def _valid(period: object, now: datetime) -> bool:
    if not isinstance(period, Mapping):
        return True
    start, end = period.get("startDateTime"), period.get("endDateTime")
    return (not start or moment(start) <= now) and (not end or now < moment(end))


def _remaining(bucket: Resource, currency: str) -> Decimal:
    value = bucket.get("remainingValue")
    if not isinstance(value, Mapping):
        raise Unreadable("a bucket has no remainingValue")
    return in_fen(value.get("amount"), value.get("units"), currency)
