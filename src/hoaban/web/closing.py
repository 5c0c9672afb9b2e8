"""The bridge story told: what changes, and why, if one road were closed all year."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.conf import settings

from hoaban.measure import what_if
from hoaban.measure.run import opened
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured
from hoaban.plan import compare, planning, works
from hoaban.plan import run as plans
from hoaban.plan.planned import Planned
from hoaban.web import loaded

_LONG = 12  # rows of each kind that the text shows; --json has them all


def what_if_closed(road: str, *, on: date, budget: int | None, years: str) -> dict[str, Any]:
    """Measure and plan with the road open and with it closed all year; list what differs.

    ``isolated`` and ``minutes`` hold, by village path, the facts that differ as [before, after];
    ``connection`` the communes whose T2 differs; ``figures`` how many published figures do;
    ``plan`` each difference of the plan with its reason; ``text`` the same for a terminal.
    """
    here = loaded.current()
    tables = opened(settings.SNAPSHOTS, here.law, here.place, on)
    shut = what_if.closed(tables, road, on)
    envelopes = plans.asked(here.province.envelopes, years=years, budget_vnd=budget)
    kinds = works.read_works(settings.PACKS)

    def planned(with_tables: Tables) -> Planned:
        return planning.plan(
            with_tables,
            here.law,
            here.place,
            kinds=kinds,
            rules=here.rules,
            envelopes=envelopes,
            at=on,
        )

    before, after = planned(tables), planned(shut)
    found = _found(road, before, after)
    return {**found, "text": "\n".join(_lines(found))}


def _found(road: str, before: Planned, after: Planned) -> dict[str, Any]:
    villages = what_if.village_differences(before.before, after.before)
    return {
        "road": road,
        "snapshot": before.before.snapshot,
        "at": before.before.at.isoformat(),
        "origin": before.before.origin,
        "isolated": _picked(villages, "isolated_"),
        "minutes": _picked(villages, "minutes_"),
        "connection": _connection(before.before, after.before),
        "figures": len(what_if.differences(before.before, after.before)),
        "plan": compare.differences(before, after),
    }


def _picked(villages: Mapping[str, Mapping[str, Any]], start: str) -> dict[str, Any]:
    """Of each village, the facts that differ and whose name starts so."""
    found = {
        path: {name: pair for name, pair in facts.items() if name.startswith(start)}
        for path, facts in villages.items()
    }
    return {path: facts for path, facts in found.items() if facts}


def _connection(before: Measured, after: Measured) -> list[dict[str, Any]]:
    was = {row["commune"]: row for row in before.targets["T2"]["parts"]["by_commune"]}
    now = {row["commune"]: row for row in after.targets["T2"]["parts"]["by_commune"]}
    return [
        {"commune": path, "before": was[path], "after": now[path]}
        for path in sorted(was)
        if was[path] != now.get(path)
    ]


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    synthetic = " · DỮ LIỆU MINH HOẠ / synthetic" if found["origin"] == "synthetic" else ""
    yield f"Đóng {found['road']} cả năm đến {found['at']} · {found['snapshot']}{synthetic}"
    yield f"Closing {found['road']} for the year to {found['at']}"
    yield f"\nBản bị chia cắt thêm / villages newly isolated: {len(found['isolated'])}"
    for path, facts in _some(found["isolated"].items()):
        yield f"  {path}  {', '.join(sorted(facts))}"
    yield f"\nXã đổi T2 / communes whose T2 changes: {len(found['connection'])}"
    for row in _some(found["connection"]):
        was, now = row["before"], row["after"]
        marks = "".join(f"  {k}: {was[k]}→{now[k]}" for k in ("a", "b", "c") if was[k] != now[k])
        share = f"{was['people_share_linked']:.3f}→{now['people_share_linked']:.3f}"
        yield f"  {row['commune']}  dân nối quanh năm / linked {share}{marks}"
    yield f"\nBản đổi thời gian đi / villages with other travel times: {len(found['minutes'])}"
    yield f"Con số đổi / figures that differ: {found['figures']}"
    yield f"\nKế hoạch đổi / differences of the plan: {len(found['plan'])}"
    for row in _some(found["plan"]):
        yield f"  {row['change']:<8} {row['work']}: {row['reason']}"
        yield f"           {row['reason_en']}"


def _some(rows: Any) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if number == _LONG:
            break
        yield row
