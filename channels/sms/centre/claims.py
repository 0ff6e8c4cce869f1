"""Which addresses a bind is for: its `address_range`.

The specification says that this is a UNIX regular expression, and leaves its use to the message centre. What is written
there in practice is little: an address, several with commas between them, the beginning of one. That is what is read
here; a stranger's regular expression is not run.

    10086            this address             10086,10010      these (or 10086|10010)
    138*  138.*      all that begin so        ^138             the same
    ^10086$          this address             *  .*            all
"""

from dataclasses import dataclass

_SEPARATORS = str.maketrans({"|": ",", ";": ",", " ": ","})


@dataclass(frozen=True, slots=True)
class Claims:
    exact: frozenset[str]
    prefixes: tuple[str, ...]

    def name(self, address: str) -> bool:
        return address in self.exact

    def cover(self, address: str) -> bool:
        return address in self.exact or address.startswith(self.prefixes)


def read_claims(address_range: str) -> Claims:
    words = [word for word in address_range.translate(_SEPARATORS).split(",") if word]
    return Claims(
        frozenset(_bare(word) for word in words if not _open_ended(word)),
        tuple(_bare(word) for word in words if _open_ended(word)),
    )


def _open_ended(word: str) -> bool:
    return word.endswith("*") or (word.startswith("^") and not word.endswith("$"))


def _bare(word: str) -> str:
    return word.removeprefix("^").removesuffix("$").removesuffix("*").removesuffix(".").removeprefix("+")
