"""Unpacks a real Asterisk into `.asterisk`, beside `.venv`, and touches nothing else of the machine.

Debian 12 has no Asterisk. Other suites of the same mirror have: 16 in bullseye, 22 in sid, what comes next in
experimental; and where the mirror carries Ubuntu as well, 18 in jammy and 20 in noble. Their packages, with all that
they depend on down to the C library, are fetched by an apt that believes nothing is installed, and unpacked side by
side; the program is then run by the loader that came with it. So it needs no root, no container, and no agreement
between the suites.

    python tests/setup/asterisk.py                   the one that the tests use: the first suite that has one
    python tests/setup/asterisk.py --oldest          one more, to hold the oldest to the same in `test_keys.py`
    python tests/setup/asterisk.py --all             one of each version, each in a folder of its own
    HALL_ASTERISK=bullseye pytest tests/peers/test_calls.py

With HALL_ASTERISK the tests use that suite's, which is unpacked into `.asterisk-bullseye`. Debian vouches for Ubuntu's
keys: they are a package of its own.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("sid", "bullseye")
UBUNTU = ("jammy", "noble")
EVERY = ("bullseye", *UBUNTU, "sid")
OLDEST = EVERY[0]
CHOSEN = os.environ.get("HALL_ASTERISK", "")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LOADER = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
LIBRARIES = "usr/lib/x86_64-linux-gnu:usr/lib"
MERGED = ("bin", "sbin", "lib", "lib64")  # folders that are links into /usr nowadays; older packages still name them
UNWANTED = ("doc", "man", "locale", "perl*", "lintian", "bug")

RUN = f"""#!/bin/sh
root=$(dirname "$(readlink -f "$0")")
cd_libraries="$root/usr/lib/x86_64-linux-gnu:$root/usr/lib"
exec "$root/{LOADER}" --library-path "$cd_libraries" "$root/usr/sbin/asterisk" "$@"
"""


class Unobtainable(Exception):
    pass


def place(suite: str) -> Path:
    """Where the one of a suite is, or of the first that has one."""
    return ROOT / (f".asterisk-{suite}" if suite else ".asterisk")


HERE = place(CHOSEN)


def mirror() -> str:
    """The first Debian mirror among apt's own sources."""
    for source in sorted(Path("/etc/apt").glob("sources.list*")):
        for path in [source] if source.is_file() else sorted(source.iterdir()):
            if found := re.search(r"[a-z]+://\S+/debian(?=/?\s)", path.read_text(errors="replace")):
                return found.group()
    raise Unobtainable("no Debian mirror among apt's sources: Asterisk cannot be had here")


def fetch(suite: str, work: Path) -> list[Path]:
    """Asterisk, and all that it needs."""
    if suite not in UBUNTU:
        return download(f"[signed-by={KEYRING}] {mirror()} {suite} main", work, "asterisk")
    keys = work / "keys"
    [package] = download(f"[signed-by={KEYRING}] {mirror()} sid main", keys, "ubuntu-keyring")
    subprocess.run(["dpkg-deb", "--extract", package, keys], check=True)
    keyring = keys / "usr/share/keyrings/ubuntu-archive-keyring.gpg"
    source = re.sub("debian$", "ubuntu", mirror())
    return download(f"[signed-by={keyring}] {source} {suite} main universe", work, "asterisk")


def download(source: str, work: Path, package: str) -> list[Path]:
    for folder in ("lists/partial", "archives/partial"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb {source}\n")
    options = {
        "Dir::State": work,
        "Dir::State::lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work,
        "Dir::Cache::archives": work / "archives",
        "Dir::Etc::SourceList": work / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "APT::Sandbox::User": "",
        "APT::Update::Error-Mode": "any",
        "Acquire::Retries": 3,
    }
    apt = ["apt-get", "-qq", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]
    for what in (["update"], ["install", "-y", "--no-install-recommends", "--download-only", package]):
        done = subprocess.run([*apt, *what], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unobtainable(f"apt-get {what[0]} of {package} failed: {_nameless(done.stderr)[-500:]}")
    return sorted((work / "archives").glob("*.deb"))


def _nameless(said: str) -> str:
    return re.sub(r"(https?://)[^/ ]+", r"\1…", said)


def unpack(packages: list[Path], root: Path) -> None:
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    left_out = [f"--exclude=./usr/share/{name}" for name in UNWANTED] + ["--exclude=./usr/lib/*/perl*"]
    keep = ["tar", "-x", "-C", str(root), "--no-same-owner", "--keep-directory-symlink", *left_out]
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as source:
            subprocess.run(keep, stdin=source.stdout, check=True)
    modules = next(root.glob("usr/lib/**/asterisk/modules"))
    (root / "modules").symlink_to(modules.relative_to(root))
    run = root / "asterisk"
    run.write_text(RUN)
    run.chmod(run.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def version(root: Path) -> str:
    if not (root / "asterisk").exists():
        return ""
    said = subprocess.run([root / "asterisk", "-V"], capture_output=True, text=True, check=False)
    return said.stdout.strip() if said.returncode == 0 else ""


def install(suites: tuple[str, ...] = SUITES, where: Path = HERE) -> str:
    """What is there already is left as it is."""
    if there := version(where):
        return there
    problems = []
    for suite in suites:
        with tempfile.TemporaryDirectory(prefix="asterisk-", dir=where.parent) as folder:
            work, root = Path(folder) / "apt", Path(folder) / "root"
            try:
                unpack(fetch(suite, work), root)
            except (Unobtainable, subprocess.CalledProcessError, OSError) as problem:
                problems.append(str(problem))
                continue
            shutil.rmtree(where, ignore_errors=True)
            root.replace(where)
            return version(where)
    raise Unobtainable("; ".join(problems))


def main(asked: list[str]) -> str:
    more = {"--all": EVERY, "--oldest": (OLDEST,)}
    if not asked:
        return install((CHOSEN,) if CHOSEN else SUITES, HERE)
    return "\n".join(f"{suite}: {install((suite,), place(suite))}" for suite in more.get(asked[0], asked))


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except Unobtainable as problem:
        sys.exit(str(problem))
