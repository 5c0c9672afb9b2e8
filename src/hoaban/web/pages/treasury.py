"""The treasury's extract sent to the page: read whole or refused, compared, told as an event."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from hoaban.account.operations import require_role
from hoaban.account.spending import reconciling, treasury
from hoaban.account.spending.absorption import Row
from hoaban.act.workflow import LOCAL
from hoaban.base.models import User
from hoaban.base.money import number
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.record import imports
from hoaban.web import accountwords, words
from hoaban.web.pages.communes import Cell
from hoaban.web.pages.steps import FieldMissing, Step
from hoaban.web.pages.table import Line, Table

LARGEST = 200_000  # bytes; a year of every fund, kind and month takes a twentieth of it
_SHORT = 40  # characters of a name that every file system takes
Json = dict[str, Any]


class NotCsv(Problem):
    vi = "Tệp {file} không phải .csv; hãy lưu lại dạng CSV UTF-8."
    en = "File {file} is no .csv; save it as CSV UTF-8."


class TooLarge(Problem):
    vi = "Tệp {file} lớn hơn {most} byte; một năm theo nguồn, loại chi, tháng không dài đến thế."
    en = "File {file} is larger than {most} bytes; a year by fund, kind and month is not so long."
    status = 413


def steps(kept: Callable[[], tuple[str, Iterable[Row]]]) -> dict[str, Step]:
    """The one step of the section. ``kept`` is the newest snapshot's name and its rows."""

    def reconcile(request: HttpRequest) -> Text:
        user = request.user
        assert isinstance(user, User)  # noqa: S101 - signed in
        require_role(user, "province")
        name, content = _content(request)
        snapshot, rows = kept()
        told = reconciling.reconcile(
            rows,
            treasury.read(name, _lines(name, content)),
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            snapshot=snapshot,
            user=user,
            at=timezone.now(),
        )
        found = told.data["differences"]
        return Text(
            f"Đã đối chiếu {told.data['sums']} số của tệp {name}: {found} chỗ lệch.",
            f"Compared; {found} differences.",
        )

    return {"reconcile": reconcile}


def _content(request: HttpRequest) -> tuple[str, bytes]:
    """A short name and the bytes of the file sent, which is a small CSV."""
    sent = request.FILES["file"]
    if not isinstance(sent, UploadedFile):
        raise FieldMissing(field="file")
    given = Path(sent.name or "tep.csv")
    name = f"{given.stem[:_SHORT]}{given.suffix.lower()[:8]}"
    if not name.endswith(".csv"):
        raise NotCsv(file=name)
    if sent.size is None or sent.size > LARGEST:
        raise TooLarge(file=name, most=number(LARGEST))
    return name, sent.read()


def _lines(name: str, content: bytes) -> list[list[Any]]:
    """The cells of the file as the commands' imports read them."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        return [list(line) for line in imports.lines(file)]


def shown(user: Any) -> Json | None:
    """The newest comparison as this user may see it; None before there is any."""
    told = reconciling.last(user)
    if told is None:
        return None
    said = told.data
    return {
        **{name: said[name] for name in ("file", "file_sha256", "snapshot", "year", "differences")},
        "when": told.at.astimezone(LOCAL),
        "months": ", ".join(map(str, said["months"])),
        "table": _table(said["rows"]),
        "listed": len(said["rows"]),
    }


def _table(rows: Iterable[Json]) -> Table:
    """Both sums of each difference in whole đồng: a short reading would hide it."""
    lines = [
        Line(
            _flow(row),
            [
                Cell(str(row["month"]), str(row["month"])),
                *(Cell(number(vnd), str(vnd)) for vnd in (row["here"], row["treasury"])),
                Cell(number(row["treasury"] - row["here"]), str(row["treasury"] - row["here"])),
            ],
        )
        for row in rows
    ]
    return Table(
        Text("Chỗ lệch, đồng, luỹ kế từ tháng 1", "Differences, đồng, sums since January"),
        Text("Nguồn, loại chi", "Fund, kind"),
        [
            Text("Đến hết tháng", "To the end of month"),
            Text("Sổ của tỉnh", "The register"),
            Text("Kho bạc", "The treasury"),
            Text("Kho bạc hơn", "Treasury less register"),
        ],
        lines,
        "bang-doi-chieu",
    )


def _flow(row: Json) -> Text:
    fund = words.label(words.SOURCES, row["fund"])
    kind = words.label(accountwords.KINDS, row["kind"])
    return Text(f"{fund.vi}, {kind.vi}", f"{fund.en}, {kind.en}")
