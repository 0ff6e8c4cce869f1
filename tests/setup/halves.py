"""Runs all the tests in two halves side by side: those that lead real parts and wait for them, and the rest.

    python tests/setup/halves.py

The first half spends its time waiting for calls, message centres and browsers, the second computes; together they take
little longer than either. What the second says is kept back until the first has ended, so that each can be read.

Two halves on a small machine starve each other now and then, and a real telephone does not wait. So the few tests that
fail beside the other half are asked once more with the machine to themselves. What fails then has failed. What passes
then is named at the very end as unsteady: it is a fault of the test or of Hall, to be found and mended, and never a
reason to run everything again in the hope of better weather.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

REAL = ("tests/peers", "tests/proof", "tests/browser")
REST = ("tests", *(f"--ignore={folder}" for folder in REAL))
PYTEST = (sys.executable, "-m", "pytest", "--hypothesis-profile=same")
FEW = 5
TESTS_FAILED = 1  # of pytest's exit codes: all was collected and run, and something failed


def main() -> int:
    with tempfile.TemporaryDirectory() as remembered, tempfile.TemporaryFile() as kept_back:
        real_failed, rest_failed = Path(remembered) / "real", Path(remembered) / "rest"
        beside = subprocess.Popen(_asked(REST, rest_failed), stdout=kept_back, stderr=subprocess.STDOUT)
        codes = {subprocess.run(_asked(REAL, real_failed), check=False).returncode, beside.wait()}
        kept_back.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(kept_back.read())
        sys.stdout.flush()
        failed = [*_failed(real_failed), *_failed(rest_failed)]
    if codes <= {0, TESTS_FAILED} and 0 < len(failed) <= FEW:
        return _once_more(failed)
    return max(codes)


def _asked(tests: tuple[str, ...], remembered: Path) -> list[str]:
    return [*PYTEST, *tests, "-o", f"cache_dir={remembered}"]


def _failed(remembered: Path) -> list[str]:
    last = remembered / "v" / "cache" / "lastfailed"
    return list(json.loads(last.read_text())) if last.exists() else []


def _once_more(failed: list[str]) -> int:
    print(f"\n{len(failed)} failed beside the other half; once more, alone", flush=True)
    code = subprocess.run([*PYTEST, *failed], check=False).returncode
    if code == 0:
        print("UNSTEADY: passed alone, failed beside the other half (above is how):", *failed, sep="\n  ", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
