"""hoaban serve: the centre's pages on this machine, with the worker beside them."""

import argparse
import subprocess
import sys

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """--host, --port."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run(given: argparse.Namespace) -> int:
    """Serve until interrupted; the worker ends with the server."""
    terminal.set_up()
    _gather_static()
    from granian import Granian
    from granian.constants import Interfaces

    worker = subprocess.Popen([sys.executable, "-m", "hoaban.web.cli", "work"])
    terminal.out(f"Trang ở / the centre is at http://{given.host}:{given.port}/  (Ctrl+C: dừng)")
    sys.stdout.flush()
    try:
        Granian(
            "hoaban.web.wsgi:application",
            address=given.host,
            port=given.port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=4,
            log_enabled=False,
        ).serve()
    finally:
        worker.terminate()
        worker.wait()
    return 0


def _gather_static() -> None:
    """The pages' files where the server looks for them, if they are not there yet."""
    from django.conf import settings
    from django.core.management import call_command

    if not (settings.STATIC_ROOT / "dist").is_dir():
        call_command("collectstatic", interactive=False, verbosity=0)
