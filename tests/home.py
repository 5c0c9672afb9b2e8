"""A place of its own for the real commands: a folder, a database, and `hoaban` as people run it."""

import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Home:
    """Where one province is loaded by the commands themselves."""

    var: Path
    database: str

    @classmethod
    def make(cls, var: Path) -> "Home":
        """An empty home; on PostgreSQL it gets a database of its own."""
        address = os.environ.get("HOABAN_DATABASE", "")
        if not address:
            return cls(var, "")
        name = f"home_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        parts = urlsplit(address)
        return cls(var, urlunsplit(parts._replace(path=f"/{name}")))

    @property
    def environment(self) -> dict[str, str]:
        """What the commands run with."""
        places = {
            "HOABAN_VAR": str(self.var),
            "HOABAN_DATABASE": self.database,
            "DJANGO_SETTINGS_MODULE": "hoaban.web.settings",
            "HOABAN_PSEUDONYM_KEY": "a key for tests",
        }
        return {**os.environ, **places}

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run one command; its exit code must be the one foreseen."""
        done = subprocess.run(
            [sys.executable, "-m", "hoaban.web.cli", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *words: str) -> dict[str, Any]:
        """The one object that a command with --json prints."""
        found: dict[str, Any] = json.loads(self.run(*words, "--json").stdout)
        return found

    @property
    def snapshot(self) -> Path:
        """The newest snapshot's folder."""
        return max((self.var / "snapshots").glob("*-*"), key=lambda f: f.stat().st_mtime)
