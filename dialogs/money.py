"""A sum of money as people write one, in fen: `50`, `50元`, `¥ 1,200.50`, `30.5 yuan`, `５０块`, `50块5`."""

import re
import unicodedata

_amount = re.compile(
    r"(?:¥|￥|RMB|CNY)?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?(?:元|块|圆|YUAN|RMB|CNY)?(?:整|钱)?", re.IGNORECASE
)
_with_jiao = re.compile(r"(\d{1,9})(?:块|元)(\d)(?:角|毛)?")


def fen(text: str) -> int | None:
    """None for what is no amount."""
    squeezed = "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。.!,")
    if found := _with_jiao.fullmatch(squeezed):
        return int(found[1]) * 100 + int(found[2]) * 10
    if found := _amount.fullmatch(squeezed):
        return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    return None
