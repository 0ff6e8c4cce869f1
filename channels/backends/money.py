"""Amounts as billing systems write them, to the fen and exactly: no amount ever passes through a binary fraction."""

from decimal import ROUND_FLOOR, Decimal

_LARGEST = 15  # digits before the point: beyond all money, and a bound on what a hostile exponent could make us compute

_FEN_IN = {"FEN": Decimal(1), "分": Decimal(1), "YUAN": Decimal(100), "元": Decimal(100), "RMB": Decimal(100)}


class Unreadable(Exception):
    """The billing system said something that is no answer to what it was asked. Its fault; the text says which."""


def exact(value: object) -> Decimal:
    """A number out of JSON, or a number in quotation marks, as some systems send it to keep it whole."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unreadable(f"an amount is {type(value).__name__}, not a number")
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() >= _LARGEST:
        raise Unreadable("an amount is beyond all bounds")
    return number


def in_fen(value: object, unit: object, currency: str) -> Decimal:
    """Still a fraction: whoever adds several up rounds once, at the end."""
    return exact(value) * _fen_per(unit, currency)


def whole_fen(amount: Decimal) -> int:
    """Rounded down: nobody is told of money that he does not quite have."""
    return int(amount.to_integral_value(ROUND_FLOOR))


def _fen_per(unit: object, currency: str) -> Decimal:
    if unit is None or unit == "" or unit == currency:
        return Decimal(100)
    factor = _FEN_IN.get(unit.strip().upper()) if isinstance(unit, str) else None
    if factor is None:
        raise Unreadable(f"an amount is in {unit!r}: {currency} was expected")
    return factor


def _parsed(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except ArithmeticError:
        raise Unreadable(f"an amount is {text[:20]!r}, not a number") from None
