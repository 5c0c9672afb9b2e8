"""The one place that knows where snapshots live: take the newest, measure, keep."""

from datetime import date, datetime
from pathlib import Path

from hoaban.base.law import Law
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.measure import operations
from hoaban.measure.joined import joined
from hoaban.measure.models import Measuring
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure


class NoSnapshot(Problem):
    vi = "Chưa có bản chốt số liệu nào trong {folder}; hãy chạy “hoaban freeze” trước."
    en = "There is no snapshot in {folder} yet; run “hoaban freeze” first."
    status = 404


def newest(snapshots: Path) -> Path:
    """The newest snapshot folder: of the latest day, and of those the last one written.

    Raises `NoSnapshot`. A folder without a data package is still being written.
    """
    found = [f for f in snapshots.glob("*-*") if (f / "datapackage.json").is_file()]
    if not found:
        raise NoSnapshot(folder=snapshots.name)
    return max(found, key=lambda f: (f.name[:10], f.stat().st_mtime, f.name))


def opened(snapshots: Path, law: Law, place: Place, at: date) -> Tables:
    """The newest snapshot's tables for a day, with the places off the network joined to it."""
    tables = Tables.open(newest(snapshots))
    keep = snapshots.parent / "links"
    return joined(tables, law, at, centre_path=place.centre_path, keep=keep)


def run(
    snapshots: Path,
    law: Law,
    place: Place,
    *,
    on: date,
    at: datetime,
    standard_at: date | None = None,
    actor: User | None = None,
) -> tuple[Tables, Measured, Measuring]:
    """Measure the newest snapshot for the day ``on`` and keep the result, done ``at``.

    Returns the tables too, so that a plan can go on from them.
    """
    tables = opened(snapshots, law, place, on)
    measured = measure(tables, law, place, at=on, standard_at=standard_at, ahead=True)
    return tables, measured, operations.store(measured, law, at=at, actor=actor)
