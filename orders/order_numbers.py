"""What an order is called: by people too, who read it out on the telephone and type it on a keypad."""

FIRST_NUMBER = 100_000_000  # nine digits and a check digit: a number never begins with a zero that a spreadsheet eats


def order_number(sequence: int) -> str:
    """Ten digits or more, the last by Luhn: a slip of the finger is noticed before another man's order is read out."""
    if sequence < 0:
        raise ValueError(f"an order's sequence counts from 0 upwards, not {sequence}")
    body = str(FIRST_NUMBER + sequence)
    return body + str(-_luhn(body + "0") % 10)


def valid_order_number(text: str) -> bool:
    return len(text) >= 10 and text.isascii() and text.isdigit() and _luhn(text) % 10 == 0


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)
