"""The page counts as the server cuts: the same texts are given to both."""

import json
import shutil
import subprocess

import pytest

from channels.smpp.segments import count
from channels.web.files import FOLDER

TEXTS = [
    "",
    "YE",
    "a" * 160,
    "a" * 161,
    "{" * 80,
    "{" * 81,
    "a" * 152 + "{" + "a" * 153,
    "a" * 152 + "{" * 100,
    "字" * 70,
    "字" * 71,
    "字" * 134,
    "字" * 135,
    "a" * 66 + "😀" + "a" * 66,
    "😀" * 35,
    "😀" * 36,
    "👨‍👩‍👧‍👦" * 20,
    "à" * 60 + "e\u0301" * 40,
    "§`ç€",
    "line\nline\r\n" * 20,
]


@pytest.mark.peers
@pytest.mark.skipif(not shutil.which("node"), reason="needs node: apt-get install nodejs")
def test_the_page_counts_as_the_server_cuts(tmp_path):
    module = tmp_path / "counting.mjs"  # older node takes no module by another name
    module.write_text((FOLDER / "counting.js").read_text(encoding="utf-8"), encoding="utf-8")
    script = f"""
        import {{ count }} from {json.dumps(module.as_uri())};
        console.log(JSON.stringify({json.dumps(TEXTS)}.map((text) => count(text).segments)));
    """
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert json.loads(ran.stdout) == [count(text) for text in TEXTS]
