"""Run a command with HOABAN_DATABASE pointing at a throwaway PostgreSQL cluster on loopback.

python -m tests.postgres COMMAND…   The cluster lives in a temporary folder and ends with it.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HOST = "127.0.0.1"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def main(command: list[str]) -> int:
    """Start a cluster, run the command against it, stop it; the command's exit code."""
    bin_folder = programs()
    if bin_folder is None:
        print("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)")
        return 1 if os.environ.get("CI") else 0
    with tempfile.TemporaryDirectory(prefix="hoaban-pg-") as folder, socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
        free.close()
        # PostgreSQL refuses to run as root: the user that its package made runs it then.
        other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if other:
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        options = f"-p {port} -h {HOST} -k {folder} -c fsync=off -c full_page_writes=off"
        start = [*other, str(bin_folder / "initdb"), "-D", data, "-U", "hoaban", "-E", "UTF8"]
        subprocess.run([*start, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        control = [*other, str(bin_folder / "pg_ctl"), "-D", data, "-w"]
        log = ["-l", f"{folder}/log", "-o", options]
        subprocess.run([*control, *log, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        try:
            address = f"postgres://hoaban@{HOST}:{port}/postgres"
            env = {**os.environ, "HOABAN_DATABASE": address}
            return subprocess.run(command, env=env, check=False).returncode
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd="/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
