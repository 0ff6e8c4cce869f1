"""National language tables of 3GPP TS 23.038 for the scripts of India, and for Urdu.

They share a frame of digits, punctuation and Latin letters; what is each one's own fills the codes that the frame
leaves free, in their order. It is written as Unicode's code points, in ranges; an underline is a code without meaning.
(Where the standard's tables contradict themselves, Kannada's DDA and the comma, they are read as phones read them.)
"""

from collections.abc import Iterator, Mapping
from typing import Final

BENGALI: Final = 4
GUJARATI: Final = 5
HINDI: Final = 6
KANNADA: Final = 7
MALAYALAM: Final = 8
ORIYA: Final = 9
PUNJABI: Final = 10
TAMIL: Final = 11
TELUGU: Final = 12
URDU: Final = 13

_ESCAPE: Final = 0x1B
_VOID: Final = " "


def _placed(text: str, start: int) -> dict[int, str]:
    return dict(enumerate(text, start))


_LOCKING_FRAME: Final = {
    **{0x0A: "\n", 0x0D: "\r", 0x20: " ", 0x21: "!", 0x28: ")", 0x29: "(", 0x2C: ",", 0x2E: ".", 0x3F: "?"},
    **_placed("0123456789:;", 0x30),
    **_placed("abcdefghijklmnopqrstuvwxyz", 0x61),
}
_SINGLE_FRAME: Final = {
    **_placed("@£$¥¿\"¤%&'\f*+", 0x00),
    **_placed("-/<=>¡^¡_#*", 0x0E),
    **{0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"},
    **_placed("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0x41),
}
_LOCKING_FREE: Final = [code for code in range(128) if code not in _LOCKING_FRAME and code != _ESCAPE]
_SINGLE_FREE: Final = [code for code in range(0x19, 0x40) if code not in _SINGLE_FRAME and code != _ESCAPE]

_LOCKING: Final = {
    BENGALI: "0981-0983 0985-098C __ 098F-0990 __ 0993-09A8 _ 09AA-09B0 _ 09B2 ___ 09B6-09B9 09BC-09C4 __ 09C7-09C8 __"
    " 09CB-09CE 09D7 09DC-09DD 09F0-09F1",
    GUJARATI: "0A81-0A83 0A85-0A8D _ 0A8F-0A91 _ 0A93-0AA8 _ 0AAA-0AB0 _ 0AB2-0AB3 _ 0AB5-0AB9 0ABC-0AC5 _ 0AC7-0AC9 _"
    " 0ACB-0ACD 0AD0 0AE0-0AE3 0AF1",
    HINDI: "0901-0903 0905-0939 093C-094D 0950 0972 097B-097C 097E-097F",
    KANNADA: "_ 0C82-0C83 0C85-0C8C _ 0C8E-0C90 _ 0C92-0CA8 _ 0CAA-0CB3 _ 0CB5-0CB9 0CBC-0CC4 _ 0CC6-0CC8 _ 0CCA-0CCD"
    " 0CD5-0CD6 0CE0-0CE3",
    MALAYALAM: "_ 0D02-0D03 0D05-0D0C _ 0D0E-0D10 _ 0D12-0D28 _ 0D2A-0D39 _ 0D3D-0D44 _ 0D46-0D48 _ 0D4A-0D4D 0D57"
    " 0D60-0D63 0D79",
    ORIYA: "0B01-0B03 0B05-0B0C __ 0B0F-0B10 __ 0B13-0B28 _ 0B2A-0B30 _ 0B32-0B33 _ 0B35-0B39 0B3C-0B44 __ 0B47-0B48 __"
    " 0B4B-0B4D 0B56-0B57 0B60-0B63",
    PUNJABI: "0A01-0A03 0A05-0A0A ____ 0A0F-0A10 __ 0A13-0A28 _ 0A2A-0A30 _ 0A32-0A33 _ 0A35-0A36 _ 0A38-0A39 0A3C _"
    " 0A3E-0A42 ____ 0A47-0A48 __ 0A4B-0A4D 0A51 0A70-0A74",
    TAMIL: "_ 0B82-0B83 0B85-0B8A ___ 0B8E-0B90 _ 0B92-0B95 ___ 0B99-0B9A _ 0B9C _ 0B9E-0B9F ___ 0BA3-0BA4 ___"
    " 0BA8-0BAA ___ 0BAE-0BB9 __ 0BBE-0BC2 ___ 0BC6-0BC8 _ 0BCA-0BCD 0BD0 0BD7 0BF0-0BF2 0BF9",
    TELUGU: "0C01-0C03 0C05-0C0C _ 0C0E-0C10 _ 0C12-0C28 _ 0C2A-0C33 _ 0C35-0C39 _ 0C3D-0C44 _ 0C46-0C48 _ 0C4A-0C4D"
    " 0C55-0C56 0C60-0C63",
    URDU: "0627 0622 0628 067B 0680 067E 06A6 062A 06C2 067F 0679 067D 067A 067C 062B-062C 0681 0684 0683 0685-0687"
    " 062D-062F 068C 0688-068A 068F 068D 0630-0631 0691 0693 0699 0632 0696 0698 069A 0633-0639 0641-0642 06A9-06AB"
    " 06AF 06B3 06B1 0644-0646 06BA-06BC 0648 06C4 06D5 06C1 06BE 0621 06CC 06D0 06D2 064D 0650 064F 0657 0654-0655"
    " 0651 0653 0656 0670",
}
_SINGLE: Final = {
    BENGALI: "09E6-09EF 09DF-09E3 09F2-09FA",
    GUJARATI: "0964-0965 0AE6-0AEF",
    HINDI: "0964-096F 0951-0954 0958-0963 0970-0971",
    KANNADA: "0964-0965 0CE6-0CEF 0CDE 0CF1-0CF2",
    MALAYALAM: "0964-0965 0D66-0D75 0D7A-0D7F",
    ORIYA: "0964-0965 0B66-0B6F 0B5C-0B5D 0B5F 0B70-0B71",
    PUNJABI: "0964-0965 0A66-0A6F 0A59-0A5C 0A5E 0A75",
    TAMIL: "0964-0965 0BE6-0BEF 0BF3-0BF8 0BFA",
    TELUGU: "__ 0C66-0C6F 0C58-0C59 0C78-0C7F",
    URDU: "0600-0601 06F0-06F9 060C-0614 061B 061F 0640 0652 0658 066B-066C 0672-0673 06CD 06D4",
}


def _characters(written: str) -> Iterator[str]:
    for word in written.split():
        if word.startswith("_"):
            yield from _VOID * len(word)
        else:
            first, _, last = word.partition("-")
            yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def _locking(written: str) -> dict[int, str]:
    """Every code has a character: one that means nothing is shown as a space."""
    own = dict(zip(_LOCKING_FREE, _characters(written), strict=True))
    return {**_LOCKING_FRAME, **own, _ESCAPE: "\x1b"}


def _single(written: str) -> dict[int, str]:
    own = zip(_SINGLE_FREE, _characters(written), strict=False)
    return {**_SINGLE_FRAME, **{code: character for code, character in own if character != _VOID}}


LOCKING: Final[Mapping[int, dict[int, str]]] = {language: _locking(written) for language, written in _LOCKING.items()}
SINGLE: Final[Mapping[int, dict[int, str]]] = {language: _single(written) for language, written in _SINGLE.items()}
