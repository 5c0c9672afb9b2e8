"""T1: the share of poor households under the law, with everything that must stand beside it."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure.poverty import cells, counts, few, movement
from hoaban.measure.poverty.counts import share, totals
from hoaban.measure.poverty.patterns import Index, Weight, index
from hoaban.measure.poverty.robustness import robustness
from hoaban.measure.poverty.standards import Standard, in_force, standards
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS

METHOD = "t1-legal-2"
INDEX_METHOD = "af-1"
TABLES = cells.TABLES
GROUPS: tuple[Weight, ...] = ("households", "people")
Json = dict[str, Any]


def target(tables: Tables, law: Law, *, at: date, standard_at: date | None = None) -> Json:
    """T1's value and parts.

    The value is the share of households that are poor for certain in the newest round completed
    on or before ``at``, under the standard in force on ``standard_at`` (``at`` when not given);
    None when no round was completed. ``value_high`` is the share if every household that cannot
    be classified were poor: the target is met only when that is under it.

    The parts are stored and printed: in what says who moved, from where or where, a count under
    ``suppress.households_min`` and those that would tell it are None (`few`). Whoever needs
    them exact asks `movement`.

    Raises `standards.NoStandard`, `cells.NotAReview`, `cells.ReviewedTwice`.
    """
    rules = standards(law)
    rule = in_force(law, standard_at or at)
    mark = law.number("target.T1", at)
    counted = counts.by_village(tables, rules, at)
    done = cells.rounds(tables, at)
    newest = done[-1][0] if done else None
    total = totals(counted, newest)
    judged = {one.name: _judged(total, one, mark) for one in rules}
    head = judged[rule.name]
    return {
        "value": head["rate"],
        "value_high": head["rate_high"],
        "unit": "share of households",
        "standard": rule.name,
        "parts": {
            "round": newest,
            "completed_on": done[-1][1].isoformat() if done else None,
            "households": total.get("households", 0),
            "people": total.get("people", 0),
            **{k: head[k] for k in ("poor", "near_poor", "multidimensional", "cannot_classify")},
            **{f"rate_{r.column}": judged[r.name]["rate"] for r in rules},
            "standards": judged,
            **_moved(tables, law, rules, rule, at),
            "index": {r.name: indices(tables, rules, r, at) for r in rules} if done else {},
            "robustness": _robust(tables, law, rules, rule, at) if done else None,
            "income_unknown": total.get("income_unknown", 0),
            "rounds": [_round(counted, number, rules, day) for number, day in done],
        },
    }


def _judged(total: Mapping[str, int], rule: Standard, mark: float) -> Json:
    """Everything about the newest round under one standard.

    ``average`` is None where no ceiling is published: ``not_poor`` is then all above the line.
    """
    names = ("poor", "near_poor", "average", "cannot")
    poor, near, average, cannot = (total.get(f"{n}_{rule.column}", 0) for n in names)
    people = [total.get(f"{n}_people_{rule.column}", 0) for n in ("poor", "near_poor")]
    households, persons = total.get("households", 0), total.get("people", 0)
    high = share(poor + cannot, households)
    return {
        "line_rural_vnd": rule.line_rural_vnd,
        "line_urban_vnd": rule.line_urban_vnd,
        "deprivations_needed": rule.needed,
        "poor": poor,
        "near_poor": near,
        "multidimensional": poor + near,
        "average": None if rule.middle_rural_vnd is None else average,
        "not_poor": households - poor - near - average - cannot,
        "cannot_classify": cannot,
        "rate": share(poor, households),
        "rate_high": high,
        "near_poor_rate": share(near, households),
        "multidimensional_rate": share(poor + near, households),
        "cannot_classify_rate": share(cannot, households),
        "met_for_certain": None if high is None else high < mark,
        "persons": {
            "poor": people[0],
            "near_poor": people[1],
            "multidimensional": sum(people),
            "rate": share(people[0], persons),
            "near_poor_rate": share(people[1], persons),
            "multidimensional_rate": share(sum(people), persons),
        },
        "answers_unknown": total.get(f"unknown_{rule.column}", 0),
    }


def _moved(tables: Tables, law: Law, rules: tuple[Standard, ...], rule: Standard, at: date) -> Json:
    """Who moved, and what only the standard or the paper did. ``rule`` judges the exits."""
    least = int(law.number("suppress.households_min", at))
    history = movement.histories(tables, rule, at, rules)
    paper = movement.paper_exits(tables, law, rules, at)
    newest = [number for number, _ in cells.rounds(tables, at)][-1:]
    crossed = None
    if newest and len(rules) > 1:
        table = movement.bridge(tables, rules, rules[0], rules[-1], number=newest[0], at=at)
        crossed = {
            "round": newest[0],
            "from": rules[0].name,
            "to": rules[-1].name,
            "table": few.crossed(table, least),
        }
    moved, left = _together(movement.moves(history), movement.exits(history), least)
    own = {"standard": rule.name, "to": newest[0] if newest else None}
    years = [
        # The newest table is `transitions` again: what is hidden in one is hidden in the other.
        {**one, "real": moved if own.items() <= one.items() else few.crossed(one["real"], least)}
        for one in movement.years(tables, rules, at)
    ]
    return {
        "exits": left,
        "transitions": moved,
        "years": years,
        "bridge": crossed,
        "change": movement.change(tables, law, rules, at),
        "paper": _paper(movement.by_commune(paper), least),
    }


def _together(
    moves: Mapping[str, Mapping[str, int]], exits: Mapping[str, int], least: int
) -> tuple[few.Crossed, dict[str, int | None]]:
    """Moves and exits by kind without what either would tell of the other.

    Exits by fewer deprivations are the move from poor to near-poor; those by income are the two
    moves from poor to above the line.
    """
    rest = ("all", "relapsed")
    kinds = {name: count for name, count in exits.items() if name not in rest}
    cells_, names = set[tuple[str, str]](), set[str]()
    while True:
        moved = few.crossed(moves, least, also=cells_)
        told = few.told(kinds, least, also=names)
        more = _missing(moved.get("poor", {}), told)
        if more[0] <= cells_ and more[1] <= names:
            break
        cells_, names = cells_ | more[0], names | more[1]
    alone = {name: None if few.small(exits[name], least) else exits[name] for name in rest}
    return moved, {"all": alone["all"], **told, "relapsed": alone["relapsed"]}


def _missing(
    poor: Mapping[str, int | None], told: Mapping[str, int | None]
) -> tuple[set[tuple[str, str]], set[str]]:
    """Moves from poor, and kinds of exits, that tell something hidden among the others."""
    moves, kinds = set[tuple[str, str]](), set[str]()
    for kind, ends in (("income", ("average", "not_poor")), ("fewer_deprivations", ("near_poor",))):
        here = [end for end in ends if end in poor]
        if any(poor[end] is None for end in here):
            kinds.add(kind)
        elif told[kind] is None and here:
            moves.add(("poor", min(here, key=lambda end: (not poor[end], poor[end] or 0))))
    return moves, kinds


def _paper(found: Mapping[str, int], least: int) -> Json:
    every = sum(found.values())
    return {
        "households": None if few.small(every, least) else every,
        "by_commune": few.told(found, least),
    }


def indices(tables: Tables, rules: tuple[Standard, ...], rule: Standard, at: date) -> Json:
    """The Alkire–Foster index of the newest round on a standard's list, one point a thing.

    For ``households`` and ``people``: ``H, A, M0``, ``uncensored`` and ``censored`` headcounts
    and the relative ``contribution`` of each thing, of those who lack at least as many as the
    standard needs, whatever their income. ``legal``: ``A`` and ``contribution`` of the
    households that are poor under the standard. ``counted`` households have an answer to
    everything; the ``left_out`` have not. A measure that nobody makes is None.
    """
    found = cells.of(tables, rules, at)
    number = cells.rounds(tables, at)[-1][0]
    held = found.households * (found.round == number)
    everybody = counts.patterns(found, rule, number).together()
    legal = counts.patterns(found, rule, number, legal=True).together()
    points = counts.worth(rule)
    kept = int(held[counts.complete(found, rule)].sum())
    poor = _measures(index(legal, points, rule.needed), rule)
    return {
        **{
            group: _measures(index(everybody, points, rule.needed, weight=group), rule)
            for group in GROUPS
        },
        "legal": {name: poor[name] for name in ("A", "contribution")},
        "counted": kept,
        "left_out": int(held.sum()) - kept,
    }


def _measures(found: Index, rule: Standard) -> Json:
    """One group's measures, the last of an index, by the names of the standard's list."""
    row = found.row()

    def named(name: str) -> dict[str, float | None]:
        values = dict(zip(ANSWERS, row[name], strict=True))
        return {answer: _plain(values[answer]) for answer in rule.indicators}

    return {
        **{name: _plain(row[name]) for name in ("H", "A", "M0")},
        "uncensored": named("uncensored"),
        "censored": named("censored"),
        "contribution": named("relative"),
    }


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _robust(
    tables: Tables, law: Law, rules: tuple[Standard, ...], rule: Standard, at: date
) -> Json | None:
    """How firm the order of communes is; None where the law names no dimensions."""
    listed = law.find("poverty.dimensions", rule.valid_from)
    if listed is None:
        return None
    groups = [[ANSWERS.index(name) for name in names] for names in listed.value.values()]
    spare = sorted(set(range(len(ANSWERS))) - {bit for group in groups for bit in group})
    found = cells.of(tables, rules, at)
    number = cells.rounds(tables, at)[-1][0]
    held = counts.patterns(found, rule, number)
    dimensions = [*groups, spare] if spare else groups
    return robustness(held, counts.worth(rule), rule.needed, dimensions).as_json()


def _round(counted: pa.Table, number: int, rules: tuple[Standard, ...], day: date) -> Json:
    """One earlier round in short, under every standard, for the line through the years."""
    total = totals(counted, number)
    rates = {r.column: share(total[f"poor_{r.column}"], total["households"]) for r in rules}
    near = {r.column: share(total[f"near_poor_{r.column}"], total["households"]) for r in rules}
    return {
        "round": number,
        "completed_on": day.isoformat(),
        **{f"rate_{c}": r for c, r in rates.items()},
        **{f"near_poor_rate_{c}": r for c, r in near.items()},
    }
