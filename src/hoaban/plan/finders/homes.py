"""Works for the households of one village: water, power, signal, livelihood."""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from hoaban.base.text import Text
from hoaban.measure.network import Ints
from hoaban.measure.poverty import POOR, Answers, judge, rounds
from hoaban.plan.facts import Facts, texts
from hoaban.plan.finders.draft import Terms, at_village, draft, on
from hoaban.plan.finders.sites import leg
from hoaban.plan.works import Work, WorkKind
from hoaban.record.answers import ANSWERS

_LESS = {"water": "hygienic_households", "water_standard": "standard_households"}


def lacking(facts: Facts, kind: WorkKind) -> list[Work]:
    """A scheme for each village where enough households lack water of the kind's answer."""
    least = int(kind.where.get("households_min", 1))
    short = _short(facts, str(kind.where["answer"]))
    return [
        _water(facts, kind, int(v), int(short[v]), repaired=False)
        for v in np.flatnonzero(short >= least)
    ]


def broken(facts: Facts, kind: WorkKind) -> list[Work]:
    """A repair for each village that has a facility of the kind which does not function."""
    table = facts.tables.valid("facilities", facts.at, ["area", "kind", "functioning"])
    failed = pc.and_(
        pc.equal(table["kind"], str(kind.where["kind"])), pc.equal(table["functioning"], False)
    )
    areas = set(table.filter(pc.fill_null(failed, False))["area"].to_pylist())
    short = _short(facts, "water_standard")
    return [
        _water(facts, kind, v, int(short[v]), repaired=True)
        for v in range(len(facts.code))
        if facts.path(v) in areas and short[v] > 0
    ]


def _water(facts: Facts, kind: WorkKind, village: int, homes: int, *, repaired: bool) -> Work:
    name = facts.village_name(village)
    found = (
        Text(
            f"{name} có {homes} hộ chưa có nước đạt chuẩn và một công trình nước đã hỏng; sửa và "
            "giao người trông coi rẻ hơn xây mới.",
            f"{name} has {homes} households without standard water and a scheme that has failed; "
            "repair with a keeper costs less than building.",
        )
        if repaired
        else Text(
            f"{name} có {homes} hộ chưa có nước đạt chuẩn; công trình có người trông coi đưa nước "
            "đến các hộ này.",
            f"{name} has {homes} households without standard water; a scheme with a keeper brings "
            "it to them.",
        )
    )
    return draft(
        facts,
        kind,
        at_village(facts, village, kind),
        quantity=homes,
        gains={"T3": take_up(kind, "water_standard") * leg(facts, "water", np.array([village]))},
        effects=on(kind, str(facts.code[village])),
        why=found,
        terms=Terms(rival=f"water:{facts.code[village]}"),
    )


def without(facts: Facts, kind: WorkKind) -> list[Work]:
    """Power or signal for each village that has none; no target counts it by itself."""
    flag = str(kind.where["flag"])
    what = {"grid_power": ("điện lưới", "grid power"), "mobile_4g": ("sóng 4G", "a 4G signal")}
    vi, en = what[flag]
    works = []
    for village in np.flatnonzero(~facts.flag(flag)).tolist():
        name, people = facts.village_name(village), int(facts.people[village])
        works.append(
            draft(
                facts,
                kind,
                at_village(facts, village, kind),
                quantity=_quantity(facts, kind, village),
                gains={},
                effects=on(kind, str(facts.code[village])),
                why=Text(
                    f"{name} ({people} người) chưa có {vi}; có rồi thì các việc cần đến nó mới "
                    "làm được.",
                    f"{name} ({people} people) has no {en}; what needs it can be done once it is "
                    "there.",
                ),
            )
        )
    return works


def poor_villages(facts: Facts, kind: WorkKind) -> list[Work]:
    """A livelihood model for each village with enough poor households.

    The gain is the poor households that the *likely* income effect lifts above the line, times
    the share that takes part: none where the likely effect is 0. ``facts`` of the work keep
    the same for the high effect, which is a scenario.
    """
    given = kind.effect("earns") or {}
    poor = facts.whole("poor_new" if facts.new_standard() else "poor_old")
    households = max(int(facts.whole("reviewed_households").sum()), 1)
    likely, high = (_lifted(facts, float(given[case])) for case in ("likely", "high"))
    works = []
    for village in np.flatnonzero(poor >= int(kind.where["households_min"])).tolist():
        name, homes = facts.village_name(village), int(poor[village])
        share = float(given["take_up"])
        works.append(
            draft(
                facts,
                kind,
                at_village(facts, village, kind),
                quantity=homes,
                gains={"T1": share * likely[village] / households},
                effects=on(kind, str(facts.code[village])),
                why=Text(
                    f"{name} có {homes} hộ nghèo; mô hình sinh kế gắn với người mua có thể thêm "
                    "thu nhập, nhưng mức thêm chưa ai đo.",
                    f"{name} has {homes} poor households; a livelihood model with a buyer may add "
                    "income, but nobody has measured how much.",
                ),
                terms=Terms(facts={"T1_high": share * high[village] / households}),
            )
        )
    return works


def _lifted(facts: Facts, more: float) -> Ints:
    """(villages,) poor households whose income ``more`` đồng a head a month lifts over the line."""
    found = np.zeros(len(facts.code), np.int64)
    done = rounds(facts.tables, facts.at)
    if more <= 0 or not done:
        return found
    rule = facts.standard()
    wanted = ("village", "round", "income_per_head_vnd", "points_a", *ANSWERS)
    there = facts.tables["reviews"].columns
    table = facts.tables.arrow("reviews", [name for name in wanted if name in there])
    table = table.filter(pc.equal(table["round"], done[-1][0]))
    place = facts.place_of()
    at = np.array([place.get(code, -1) for code in texts(table["village"])], np.int64)
    rural = facts.flag("rural", missing=True)[at]
    said = Answers.of({name: table[name] for name in table.column_names}, rural)
    income = np.where(said.income < 0, said.income, said.income + round(more))
    above = judge(replace(said, income=income), rule).below == 0
    lifted = (at >= 0) & (judge(said, rule).cls == POOR) & above
    np.add.at(found, at[lifted], 1)
    return found


def _short(facts: Facts, answer: str) -> Ints:
    """(villages,) households reviewed without water of an answer."""
    return facts.whole("reviewed_households") - facts.whole(_LESS[answer])


def take_up(kind: WorkKind, answer: str) -> float:
    return next(
        (
            float(e.given["take_up"])
            for e in kind.effects
            if e.kind == "clears" and e.given["answer"] == answer
        ),
        0.0,
    )


def _quantity(facts: Facts, kind: WorkKind, village: int) -> int:
    units = {"household": int(facts.households[village]), "person": int(facts.people[village])}
    return units.get(kind.cost.unit, 1)
