"""The money of a plan: who pays for what, what is owed beside it, and whether money may move."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.base.money import format_vnd, parse_vnd
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text
from hoaban.plan.choice.instance import Pool
from hoaban.plan.models import Plan
from hoaban.plan.money import counterpart
from hoaban.plan.money.blend import Request, blend
from hoaban.plan.money.counterpart import Check, Pools
from hoaban.plan.money.sources import SUPPORT, Sources
from hoaban.web import accountwords, choosing, figures, financed, words
from hoaban.web.figures import Row
from hoaban.web.pages import reading

COLUMNS = ("work", "label", "commune", "source", "kind", "year", "purpose", "vnd", "origin")
_BOM = "\ufeff"  # so that spreadsheets read the Vietnamese
RULES: dict[str, Text] = {
    "virement.kinds": Text("Loại vốn", "Kinds"),
    "virement.years": Text("Năm", "Years"),
    "virement.programmes": Text("Chương trình", "Programmes"),
    "virement.balance": Text("Số dư", "Balance"),
}
Json = dict[str, Any]


class NoSuchPool(Problem):
    vi = "Không có nguồn “{pool}” trong danh sách; gần nhất là “{nearest}”, hãy chọn lại."
    en = "There is no pool “{pool}” on the list; the nearest is “{nearest}”, choose again."


@dataclass(frozen=True, slots=True)
class Owed:
    """The counterpart of a plan, or why it cannot be told. ``support`` is the share cited.

    ``rows`` has each year with what is owed by source and what is left by kind, in words.
    """

    checks: list[Check]
    support: financed.Rule | None
    rows: list[Json]
    fault: Text | None = None

    @property
    def short(self) -> list[Check]:
        """The years in which the province's own money falls short."""
        return counterpart.short_years(self.checks)


@require_safe
@gzip_page
def money(request: HttpRequest) -> HttpResponse:
    """Public. ``?so=ID`` names a plan, the newest otherwise; ``?tu=&den=&tien=&vi-sao=`` asks
    whether money may move. Nothing is written.
    """
    found = reading.board()
    content: Json = {**reading.frame(found), "here": "plan"}
    plan = _plan(request)
    if found is None or plan is None:
        return render(request, "empty.html", {**content, "measured": found is not None})
    result, law, today = plan.result, reading.law(), timezone.localdate()
    sources, pools = Sources.of(law, today), counterpart.pools_of(result)
    lines = counterpart.financing_of(result)
    content |= {
        "plan": plan,
        "result": result,
        "synthetic": figures.is_synthetic(found.origin, result.get("origin")),
        "today": today,
        "table": financed.table(pools, sources),
        "rules": financed.rules(law, sources, {source for _, _, source in pools.budget}),
        "owed": _owed(law, today, sources, result, pools),
        "paid_vnd": lines.total,
        "told": bool(lines.lines),
        **_asking(request, law, today, sources, pools),
    }
    return render(request, "money.html", content)


def _plan(request: HttpRequest) -> Plan | None:
    """The plan asked for; None before there is any. Raises `Http404` for one that is not kept."""
    asked = request.GET.get("so", "")
    if not asked:
        return Plan.objects.order_by("-pk").first()
    kept = asked.isdecimal() and len(asked) < 10 and Plan.objects.filter(pk=int(asked)).first()
    if not kept:
        raise Http404
    return kept


def _owed(law: Law, at: date, sources: Sources, result: Json, pools: Pools) -> Owed:
    """What the province owes from its own money; without the share of support, why it is not told.

    A payment of a source that no rule knows is said, not guessed.
    """
    value = law.find(SUPPORT, at)
    if value is None:
        return Owed([], None, [])
    said = financed.rule(
        Text("Trung ương hỗ trợ", "Central support"),
        Text(figures.share(value.value, 1), figures.share(value.value, 1)),
        value,
    )
    lines = counterpart.financing_of(result)
    try:
        counted = counterpart.counted_of(result, sources)
        checks = counterpart.checks(lines, pools, sources, float(value.value), counted=counted)
    except Problem as problem:
        return Owed([], said, [], Text(problem.text("vi"), problem.text("en")))
    return Owed(checks, said, [_in_words(one, sources) for one in checks])


def _in_words(one: Check, sources: Sources) -> Json:
    return {
        "check": one,
        "owed": [(financed.named(source, sources), vnd) for source, vnd in one.owed.items()],
        "left": [(words.label(accountwords.KINDS, kind), vnd) for kind, vnd in one.left.items()],
    }


def _asking(request: HttpRequest, law: Law, at: date, sources: Sources, pools: Pools) -> Json:
    """The form that asks whether money may move, with what was typed and what came of it."""
    typed = {name: request.GET.get(name, "") for name in ("tu", "den", "tien", "vi-sao")}
    content: Json = {
        "origins": [
            (financed.code(pool), financed.pool_name(pool, sources).vi, pools.left(pool))
            for pool in sorted(pools.budget)
        ],
        "targets": financed.options(pools, sources, words.MONEY).items(),
        "typed": {**typed, "vi_sao": typed["vi-sao"]},
    }
    if not typed["tu"] and not typed["den"]:
        return content
    try:
        content["asked"] = _asked(typed, law, at, sources, pools)
    except Problem as problem:
        content["fault"] = financed.spoken(Text(problem.text("vi"), problem.text("en")), sources)
    return content


def _asked(
    typed: dict[str, str], law: Law, at: date, sources: Sources, pools: Pools
) -> financed.Asked:
    """Whether the money may move, by which rule, and what both pools would have left."""
    known = {financed.code(pool): pool for pool in pools.budget}
    for year in {pool[0] for pool in pools.budget}:
        made = [(year, kind, source) for source in sources.by_id for kind in words.MONEY]
        known |= {financed.code(pool): pool for pool in made}
    origin, target = (_pool(known, typed[name]) for name in ("tu", "den"))
    request = Request(origin, target, parse_vnd(typed["tien"]), typed["vi-sao"])
    found = blend(pools.budget, [request], law, at=at, used=pools.spent)
    [move] = found.log
    value = law.at(move.rule, at)
    return financed.Asked(
        allowed=move.allowed,
        said=financed.spoken(move.why, sources),
        rule=financed.rule(words.label(RULES, move.rule), Text("", ""), value),
        origin=financed.pool_name(origin, sources),
        target=financed.pool_name(target, sources),
        amount=format_vnd(request.vnd),
        origin_left=format_vnd(move.left),
        target_left=format_vnd(found.pools.get(target, 0) - pools.spent.get(target, 0)),
        reason=request.reason.strip(),
    )


def _pool(known: dict[str, Pool], said: str) -> Pool:
    if said not in known:
        raise NoSuchPool(pool=said, nearest=nearest(said, known))
    return known[said]


@require_safe
@gzip_page
def payments(request: HttpRequest) -> HttpResponse:
    """Public: every payment of a plan as CSV (``?so=ID``), as this reader may see its works."""
    found = reading.board()
    plan = _plan(request)
    if found is None or plan is None:
        raise Http404
    seen = reading.seen(found.measuring, request.user)
    answer = HttpResponse(_csv(plan.result, seen), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="nguon-von-ke-hoach-{plan.pk}.csv"'
    return answer


def _csv(result: Json, seen: choosing.Seen) -> str:
    """One row a payment, in the plan's order; they add up to what the plan spends."""
    file = io.StringIO(newline="")
    file.write(_BOM)
    sheet = csv.writer(file)
    sheet.writerow(COLUMNS)
    every = figures.rows(result, {})
    rows = {row.work: (row, shown) for row, shown in zip(every, seen.rows(every), strict=True)}
    origin = str(result.get("origin", ""))
    for line in counterpart.financing_of(result).lines:
        row, shown = rows[line.work]
        sheet.writerow(
            (
                _id(row, shown, seen),
                shown.label.vi,
                shown.commune.rstrip("/").rpartition("/")[2],
                *(line.source, line.kind, line.year, line.purpose, line.vnd),
                origin,
            )
        )
    return file.getvalue()


def _id(row: Row, shown: Row, seen: choosing.Seen) -> str:
    """The work's id where this reader may see its place, "" otherwise: an id may name a village."""
    if seen.own and scope.inside(row.village or row.commune, seen.own):
        return row.work
    hidden = row.commune in seen.border or shown.village != row.village
    return "" if hidden else row.work
