"""Runs all the tests in two halves side by side: those that lead real parts and wait for them, and the rest.

    python tests/setup/halves.py

The first half spends its time waiting for calls, message centres and browsers, the second computes; together they take
little longer than either. What the second says is kept back until the first has ended, so that each can be read.
"""

import subprocess
import sys
import tempfile

REAL = ("tests/peers", "tests/proof", "tests/browser")
PYTEST = (sys.executable, "-m", "pytest")


def main() -> int:
    with tempfile.TemporaryFile() as kept_back:
        rest = subprocess.Popen(
            [*PYTEST, "tests", *(f"--ignore={folder}" for folder in REAL)], stdout=kept_back, stderr=subprocess.STDOUT
        )
        real = subprocess.run([*PYTEST, *REAL], check=False).returncode
        other = rest.wait()
        kept_back.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(kept_back.read())
        sys.stdout.flush()
    return real or other


if __name__ == "__main__":
    sys.exit(main())
