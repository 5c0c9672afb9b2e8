"""The tables of two plans side by side: targets, money, programmes, communes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoaban.act.workflow import LOCAL
from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.plan.models import Plan
from hoaban.web import compared, figures, words
from hoaban.web.compared import Difference, Given, Place
from hoaban.web.figures import Row
from hoaban.web.pages.communes import NONE, Cell

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Both:
    """One line of two plans: a figure of each with a note under it, and how far they are apart."""

    name: Text
    first: str
    second: str
    apart: str = ""
    first_note: str = ""
    second_note: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A table of such lines."""

    label: Text
    head: Text
    lines: list[Both]


def name(plan: Plan) -> Text:
    """What a plan is called."""
    return Text(f"Kế hoạch {plan.pk}", f"Plan {plan.pk}")


def heads(pair: Sequence[Plan]) -> list[dict[str, Any]]:
    """What tells the two plans apart: number, day, snapshot, years, status."""
    return [
        {
            "name": name(plan),
            "when": plan.made_at.astimezone(LOCAL),
            "years": plan.years,
            "snapshot": plan.snapshot,
            "approved": plan.status == "approved",
            "method": plan.result.get("method", ""),
        }
        for plan in pair
    ]


def targets(results: Sequence[Json]) -> Beside:
    """The five targets as each plan would leave them."""
    lines = []
    for code, label in words.SHORT.items():
        one, two = (compared.after(result, code) for result in results)
        if one or two:
            first, second = one.get("value"), two.get("value")
            said = Text(f"{code} {label.vi}", label.en)
            shares = figures.share(first), figures.share(second)
            lines.append(Both(said, *shares, compared.change(first, second)))
    return Beside(
        Text(
            "Dự báo sau kế hoạch; chênh tính bằng điểm phần trăm.",
            "Forecasts with each plan done; differences in points.",
        ),
        Text("Mục tiêu", "Target"),
        lines,
    )


def money(results: Sequence[Json]) -> Beside:
    """Budget, money spent by kind, works, and how far each is from the best."""
    one, two = results
    spent = [
        _vnd(
            Text(f"Chi {label.vi}", f"Spent: {label.en}"),
            compared.money(one, kind),
            compared.money(two, kind),
        )
        for kind, label in words.MONEY.items()
    ]
    works = len(one["chosen"]), len(two["chosen"])
    return Beside(
        Text("Tiền, số việc và còn cách kế hoạch tốt nhất bao nhiêu", "Money, works and the gap"),
        Text("Khoản", "Item"),
        [
            _vnd(Text("Ngân sách", "Budget"), one["budget_vnd"], two["budget_vnd"]),
            _vnd(Text("Chi", "Spent"), one["spent_vnd"], two["spent_vnd"]),
            *spent,
            Both(
                Text("Số việc", "Works"),
                number(works[0]),
                number(works[1]),
                compared.counted(works[1] - works[0]),
            ),
            Both(Text("Cách tốt nhất, tối đa", "Gap, at most"), *map(compared.gap, results)),
        ],
    )


def _vnd(label: Text, one: int, two: int) -> Both:
    amounts = format_vnd(int(one)), format_vnd(int(two))
    return Both(label, *amounts, compared.signed(int(two) - int(one)))


def packs(shown: Sequence[Iterable[Row]]) -> Beside:
    """What each programme takes of both plans, with its works under the money."""
    by_pack = [{one.pack: one for one in figures.by_pack(rows)} for rows in shown]
    lines = []
    for pack in dict.fromkeys([*by_pack[0], *by_pack[1]]):
        one, two = (some.get(pack) for some in by_pack)
        apart = (two.cost if two else 0) - (one.cost if one else 0)
        lines.append(
            Both(
                pack,
                one.cost_text if one else "–",
                two.cost_text if two else "–",
                compared.signed(apart),
                f"{number(one.works)} việc" if one else "",
                f"{number(two.works)} việc" if two else "",
            )
        )
    return Beside(
        Text("Tiền đi vào đâu", "Where the money goes"), Text("Chương trình", "Programme"), lines
    )


def lists(pair: Sequence[Plan], differ: Difference, most: int) -> list[dict[str, Any]]:
    """Works of one plan alone and of the other: how many, what they cost, the dearest."""
    return [
        {
            "name": name(plan),
            "count": len(rows),
            "cost": sum(row.cost for row in rows),
            "rows": rows[:most],
            "ident": f"bang-chi-{plan.pk}",
        }
        for plan, rows in zip(pair, (differ.first, differ.second), strict=True)
    ]


def communes(
    places: Sequence[Place],
    given: tuple[Mapping[str, Given], Mapping[str, Given]],
) -> list[dict[str, Any]]:
    """The maps' twin: a line a commune, money a head and works under both plans."""
    lines = []
    for place in places:
        one, two = (some.get(place.path, Given()) for some in given)
        heads_ = [some.value(compared.PEOPLE, place.people) for some in (one, two)]
        lines.append(
            {
                "code": place.code,
                "name": place.name,
                "cells": [
                    *(_head(value) for value in heads_),
                    _apart(heads_),
                    *(Cell(number(some.works), str(some.works)) for some in (one, two)),
                ],
            }
        )
    return lines


def _head(value: float | None) -> Cell:
    if value is None:
        return Cell(figures.share(None), NONE)
    return Cell(format_vnd(round(value)), f"{value:.0f}")


def _apart(values: Sequence[float | None]) -> Cell:
    one, two = values
    if one is None or two is None:
        return Cell("", NONE)
    return Cell(compared.signed(round(two - one)), f"{two - one:.0f}")
