"""Absorption: how far the money of a year came from the plan to a verified result.

Public: sums by commune and source, as budgets are disclosed. Read from the newest snapshot. The
province sees two sections more: the treasury's extract beside the register, and the proposal of
next year's investment.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from hoaban.account.drafting import need
from hoaban.account.spending import absorption as money
from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.measure.run import NoSnapshot, newest
from hoaban.measure.tables import Tables
from hoaban.web import absorptioncurve, accountwords, figures, words
from hoaban.web.pages import nextyear, reading, steps, treasury
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table

STUCK_MONTHS = 3  # until a province with its own is loaded
LISTED = 50  # amounts that are stuck
RATE = Text("Giải ngân / kế hoạch", "Disbursed of planned")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """The list ``absorption`` of one snapshot; ``rows`` is empty where it has none."""

    snapshot: str
    at: date
    origin: str
    rows: tuple[money.Row, ...]

    @property
    def years(self) -> list[int]:
        """Budget years with rows, the newest first."""
        return sorted({row.year for row in self.rows}, reverse=True)


@dataclass(frozen=True, slots=True)
class Year:
    """One year ready to be shown: `money.as_json`, charts, and rates by commune and source."""

    said: Json
    panels: list[absorptioncurve.Panel]
    rates: dict[tuple[str, str], money.Standing]


@require_http_methods(["GET", "HEAD", "POST"])
@gzip_page
def absorption(request: HttpRequest) -> HttpResponse:
    """Public. ``?nam=YEAR``, the newest year unless named. The province may send a step."""
    refused = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        refused = steps.take(request, treasury.steps(_newest_rows))
        if refused is None:
            return redirect(f"{request.get_full_path()}#h-kho-bac")
    content: Json = {"refused": refused, **_content(request)}
    return render(request, "absorption.html", content, status=refused.status if refused else 200)


def _newest_rows() -> tuple[str, tuple[money.Row, ...]]:
    """The newest snapshot's name and rows. Raises `NoSnapshot`."""
    kept = _kept(newest(settings.SNAPSHOTS))
    return kept.snapshot, kept.rows


def _content(request: HttpRequest) -> Json:
    board = reading.board()
    content: Json = {**reading.frame(board), "here": "plan"}
    try:
        folder = newest(settings.SNAPSHOTS)
    except NoSnapshot:
        return content
    kept = _kept(folder)
    content |= {"snapshot": kept.snapshot, "at": kept.at}
    if not kept.rows:
        return content
    asked = request.GET.get("nam", "")
    year = int(asked) if asked in map(str, kept.years) else kept.years[0]
    months = int(reading.parameter("absorption.stuck_months", kept.at, STUCK_MONTHS))
    content |= {
        "data_origin": kept.origin,
        "synthetic": content["synthetic"] or figures.is_synthetic(kept.origin),
        "invented": figures.is_synthetic(kept.origin),
        "years": kept.years,
        "months": months,
        **_shown(_year(folder, year, months), reading.names()),
    }
    if _of_province(request.user):
        content["treasury"] = {"last": treasury.shown(request.user)}
        content["next"] = nextyear.shown(
            request,
            kept.rows,
            _points(folder, kept.at),
            year=year,
            at=kept.at,
            plan=board.plan if board else None,
        )
    return content


def _of_province(user: Any) -> bool:
    """Whether the reader answers for the whole province."""
    area = getattr(user, "area", None)
    return getattr(user, "role", "") == "province" and area is not None and area.kind == "province"


@lru_cache(maxsize=2)
def _points(folder: Path, at: date) -> dict[str, int]:
    """Points of the allocation rule by commune path, once a snapshot."""
    return need.points_of(Tables.open(folder), reading.law(), at)


@lru_cache(maxsize=2)
def _kept(folder: Path) -> Kept:
    """Read once a snapshot, which never changes."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    tables, at = Tables.open(folder), date.fromisoformat(package["date"])
    rows = tuple(money.read(tables, at))
    return Kept(folder.name, at, tables.origin("absorption") if rows else "", rows)


@lru_cache(maxsize=4)
def _year(folder: Path, year: int, months: int) -> Year:
    rows = _kept(folder).rows
    said = money.as_json(rows, year=year, months=months)
    curves = {"total": money.curve(rows, year=year)}
    for group in said["compared"]:
        curves[group] = money.curve([row for row in rows if _group(row) == group], year=year)
    last = money.latest(rows, year=year)
    return Year(
        said,
        [absorptioncurve.panel(group, curve) for group, curve in curves.items()],
        money.by(last, lambda row: (row.commune, row.fund)),
    )


def _group(row: money.Row) -> str:
    """The group of `money.compared` that a row belongs to."""
    return money.PROGRAMME if row.fund == money.PROGRAMME else row.kind


def _shown(year: Year, names: dict[str, str]) -> Json:
    said = year.said
    return {
        "year": said["year"],
        "month": said["month"],
        "total": said["total"],
        "panels": year.panels,
        "by_month": _table(
            Text("Từng tháng, luỹ kế từ tháng 1", "By month, sums since January"),
            Text("Đến hết tháng", "To the end of month"),
            [(str(one["month"]), one) for one in said["curve"]],
        ),
        "compared": _table(
            Text("Chương trình mục tiêu bên cạnh các vốn khác", "Programmes beside other money"),
            Text("Nhóm vốn", "Group"),
            [
                (words.label(accountwords.GROUPS, group), one)
                for group, one in said["compared"].items()
            ],
        ),
        "sources": _table(
            Text("Theo nguồn vốn", "By source"),
            Text("Nguồn vốn", "Source"),
            [(words.label(words.SOURCES, fund), one) for fund, one in said["funds"].items()],
        ),
        "communes": _communes(year, names),
        "stuck": [_stuck(one, names) for one in said["stuck"][:LISTED]],
        "stuck_count": len(said["stuck"]),
        "stuck_vnd": sum(said["causes"].values()),
        "causes": [
            (words.label(accountwords.CAUSES, cause), amount)
            for cause, amount in said["causes"].items()
        ],
        "fallen": len(said["fallen"]),
    }


def _table(label: Text, head: Text, rows: list[tuple[Text | str, Json]], ident: str = "") -> Table:
    columns = [*accountwords.STAGES.values(), RATE]
    return Table(label, head, columns, [Line(name, _cells(one)) for name, one in rows], ident)


def _communes(year: Year, names: dict[str, str]) -> Table:
    """Each commune's four sums, its rate, and the rate of each source there."""
    funds = list(year.said["funds"])
    lines = [
        Line(names.get(path, path), [*_cells(one), *(_rate_of(year, path, f) for f in funds)])
        for path, one in year.said["communes"].items()
    ]
    return Table(
        Text("Theo xã và nguồn vốn", "By commune and source"),
        Text("Xã, phường", "Commune"),
        [*accountwords.STAGES.values(), RATE, *(words.label(words.SOURCES, f) for f in funds)],
        lines,
        "bang-giai-ngan-xa",
    )


def _rate_of(year: Year, commune: str, fund: str) -> Cell:
    found = year.rates.get((commune, fund))
    return _rate(None if found is None else found.absorbed)


def _cells(one: Json) -> list[Cell]:
    amounts = [one[f"{stage}_vnd"] for stage in money.STAGES]
    return [*(Cell(format_vnd(vnd), str(vnd)) for vnd in amounts), _rate(one["absorbed"])]


def _rate(share: float | None) -> Cell:
    """Nothing planned has no rate."""
    return Cell("–", NONE) if share is None else Cell(figures.share(share, 1), f"{share:.6f}")


def _stuck(one: Json, names: dict[str, str]) -> Json:
    return {
        "commune": names.get(one["commune"], one["commune"]),
        "fund": words.label(words.SOURCES, one["fund"]),
        "kind": words.label(accountwords.KINDS, one["kind"]),
        "waits": words.label(accountwords.WAITS, one["stage"]),
        "vnd": one["vnd"],
        "months": number(one["months"]),
        "cause": words.label(accountwords.CAUSES, one["cause"] or ""),
    }
