"""Unpacks a real Asterisk into `.asterisk`, beside `.venv`, and touches nothing else of the machine.

Debian 12 has no Asterisk. Other suites of the same mirror have: 22 in sid, 16 in bullseye. Their packages, with all
that they depend on down to the C library, are fetched by an apt that believes nothing is installed, and unpacked side
by side; the program is then run by the loader that came with it. So it needs no root, no container, and no agreement
between the suites.

    python tests/setup/asterisk.py [SUITE …]
"""

import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[2] / ".asterisk"
SUITES = ("sid", "bullseye")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
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


def mirror() -> str:
    """The first Debian mirror among apt's own sources."""
    for source in sorted(Path("/etc/apt").glob("sources.list*")):
        for path in [source] if source.is_file() else sorted(source.iterdir()):
            if found := re.search(r"[a-z]+://\S+/debian(?=/?\s)", path.read_text(errors="replace")):
                return found.group()
    raise Unobtainable("no Debian mirror among apt's sources: Asterisk cannot be had here")


def fetch(suite: str, work: Path) -> list[Path]:
    for folder in ("lists/partial", "archives/partial"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n")
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
    for what in (["update"], ["install", "-y", "--no-install-recommends", "--download-only", "asterisk"]):
        done = subprocess.run([*apt, *what], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unobtainable(f"apt-get {what[0]} of {suite} failed: {_nameless(done.stderr)[-500:]}")
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


if __name__ == "__main__":
    try:
        print(install(tuple(sys.argv[1:]) or SUITES))
    except Unobtainable as problem:
        sys.exit(str(problem))
