"""Another edition of what is said: an order is asked about in a state and a phrase of other names than before.

A dialog that stands in the old question could be gone on with by nothing but the edition it began on.
"""

import re
from pathlib import Path

from dialogs.editions import Edition, read_edition, write_edition

OLD, NEW = "您要订购", "新版：您要订购"
PLACED = "新版：已收到"
CONVERSATION = f"""
conversations:
  An order:
    - say: DG F800
    - hear: {NEW}酷派F800…
    - say: TD
    - hear: 已退订…
    - hear: {NEW}酷派F800…
"""


def new_edition(folder: Path) -> Edition:
    files = dict(read_edition().files)
    _replace(files, "scripts/order.yaml", "confirming", "agreeing")
    _replace(files, "scripts/order.yaml", "order.confirm", "order.agree")
    _replace(files, "phrases/zh/said.yaml", "  confirm: 您要订购", f"  agree: {NEW}")
    _replace(files, "phrases/en/said.yaml", '  confirm: "You are ordering', '  agree: "New: you are ordering')
    _replace(files, "phrases/zh/said.yaml", "flagged: 已收到", f"flagged: {PLACED}")
    for name in [name for name in files if name.startswith("conversations/") and not name.endswith("offers.yaml")]:
        del files[name]
    files["conversations/order.yaml"] = CONVERSATION
    edition = Edition(files)
    write_edition(edition, folder)
    return edition


def broken_edition(folder: Path) -> None:
    files = dict(read_edition().files)
    _replace(files, "scripts/order.yaml", "yes: placing", "yes: plaicng")
    write_edition(Edition(files), folder)


def _replace(files: dict[str, str], name: str, old: str, new: str) -> None:
    """Whole words: `confirming` is not `confirming_for_good`."""
    files[name], times = re.subn(rf"{re.escape(old)}(?![a-z_])", new, files[name])
    assert times, (name, old)
