"""Who moved between classes from review to review, and whether people or papers moved.

The yearly review is a panel: a household keeps its key. Every move is judged under one and the
same standard, from the raw answers of both years, so that it is real; what a new standard alone
would change stands apart (`bridge`, `change`). The engine joins each household to its class
through the few states that any rule can tell apart (`cells`), so the rule itself is nowhere but
in `classes.judge`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure.poverty import cells
from hoaban.measure.poverty.cells import TABLES, Cells
from hoaban.measure.poverty.classes import (
    AVERAGE,
    CANNOT,
    CLASSES,
    NEAR_POOR,
    NOT_POOR,
    POOR,
    mask_of,
)
from hoaban.measure.poverty.standards import NoStandard, Standard, in_force
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS

DECIDED = {name: code for code, name in CLASSES.items() if code != CANNOT}
_ABOVE = (NOT_POOR, AVERAGE)
_OUT = (*_ABOVE, NEAR_POOR)
_AWAY = -9  # no review
_WIDTH = len(ANSWERS)
_MOVES = pa.schema(
    [
        ("commune", pa.string()),
        ("year_from", pa.int64()),
        ("year_to", pa.int64()),
        ("was", pa.int8()),
        ("now", pa.int8()),
        ("households", pa.int64()),
    ]
)
_PAPER = pa.schema(
    [
        ("household", pa.string()),
        ("village", pa.string()),
        ("commune", pa.string()),
        ("was", pa.int8()),
        ("now", pa.int8()),
    ]
)
Json = dict[str, Any]


def reviewed(tables: Tables, rules: tuple[Standard, ...], at: date) -> ir.Table:
    """Each review of a completed round with its commune, class and facts under each standard.

    Columns ``household, village, commune, round, decided`` (code of the class that the commune's
    decision gave it, missing where none is recorded) and per standard ``cls_…`` and ``facts_…``,
    a number that is the same for the same deprivations, the same open answers and the same side
    of the line.
    """
    found = cells.of(tables, rules, at)
    extra = {"poverty.states": _states(found, rules), "poverty.places": cells.places(tables)}
    more = tables.replace(**extra)
    t = cells.coded(tables, rules, at)
    places, states = more["poverty.places"], more["poverty.states"]
    t = t.left_join(places, t.village == places.place)
    rural = t.rural.fill_null(True)
    t = t.mutate(state=_state(t, rural.ifelse(1, 0)), commune=t.commune.fill_null(""))
    decided = _decided(t)
    named = {f"{kind}_{rule.column}": None for rule in rules for kind in ("cls", "facts")}
    joined = t.mutate(decided=decided).inner_join(states, "state")
    return joined.select("household", "village", "commune", "round", "decided", *named)


def _state(t: Any, rural: Any) -> Any:
    """What any rule can tell apart, as one number; of Ibis columns or of numpy arrays."""
    income, points = (t.income + 1) * (1 << 2 * _WIDTH), (t.points + 1) * (1 << 2 * _WIDTH + 8)
    return t.lacking + t.missing * (1 << _WIDTH) + income + points + rural * (1 << 2 * _WIDTH + 16)


def _decided(t: ir.Table) -> Any:
    if "decided" not in t.columns:
        return ibis.null("int8")
    cases = [(name, ibis.literal(code, "int8")) for name, code in DECIDED.items()]
    return t.decided.cases(*cases, else_=ibis.null("int8"))


def _states(found: Cells, rules: Sequence[Standard]) -> pa.Table:
    """Every state that occurs, with its class and facts under each standard."""
    key = _state(_Coded(found, rules), found.answers.rural.astype(np.int64))
    state, first = np.unique(key, return_index=True)
    columns = {"state": pa.array(state, pa.int64())}
    for rule in rules:
        judged, listed = found.under(rule), mask_of(rule.indicators)
        open_ = found.answers.missing & listed
        lacks = found.answers.lacking & listed & ~open_
        facts = lacks + (open_ << _WIDTH) + ((judged.below.astype(np.int64) + 1) << 2 * _WIDTH)
        columns[f"cls_{rule.column}"] = pa.array(judged.cls[first], pa.int8())
        columns[f"facts_{rule.column}"] = pa.array(facts[first], pa.int64())
    return pa.table(columns)


class _Coded:
    """The cells as `cells.coded` tells them, for `_state`."""

    def __init__(self, found: Cells, rules: Sequence[Standard]) -> None:
        incomes, scores = cells.lines(rules)
        answers = found.answers
        self.lacking, self.missing = answers.lacking, answers.missing
        self.income = np.where(answers.income < 0, -1, np.searchsorted(incomes, answers.income))
        self.points = np.where(answers.points < 0, -1, np.searchsorted(scores, answers.points))


def panel(tables: Tables, rules: tuple[Standard, ...], at: date) -> pa.Table:
    """How many households of each commune had which classes in all completed rounds.

    Columns ``commune`` (path, where the household was reviewed last), ``<standard>:<round>`` for
    every standard and completed round (class, missing where there was no review) and
    ``households``.
    """

    def make(rules: tuple[Standard, ...], at: date) -> pa.Table:
        done = [number for number, _ in cells.rounds(tables, at)]
        t = reviewed(tables, rules, at)
        of = {
            _column(rule, number): t[f"cls_{rule.column}"].max(where=t["round"] == number)
            for rule in rules
            for number in done
        }
        each = t.group_by("household").agg(commune=t.commune.argmax(t["round"]), **of)
        by = ["commune", *of]
        return tables.run(each.group_by(by).agg(households=each.count()))

    return tables.once("poverty.panel", TABLES, make, rules, at)


def _column(rule: Standard, number: int) -> str:
    return f"{rule.column}:{number}"


def transitions(
    tables: Tables, rule: Standard, at: date, rules: tuple[Standard, ...] | None = None
) -> pa.Table:
    """Moves between consecutive completed rounds, both judged under one standard.

    Columns ``commune`` (path; "" for a village nobody knows), ``year_from, year_to``, ``was``,
    ``now`` (class codes; missing: no review in that round) and ``households``, in their order.
    ``rules`` are the standards that are judged in the same pass (`rule` alone when not given).
    """
    given = rules if rules and rule in rules else (rule,)
    found = panel(tables, given, at)
    done = [number for number, _ in cells.rounds(tables, at)]
    pieces = [_MOVES.empty_table(), *(_moved(found, rule, a, b) for a, b in pairwise(done))]
    return pa.concat_tables(pieces)


def _moved(found: pa.Table, rule: Standard, first: int, last: int) -> pa.Table:
    columns = {"was": _column(rule, first), "now": _column(rule, last)}
    here = _regrouped(found, columns)
    here = here.filter(pc.or_(pc.is_valid(here["was"]), pc.is_valid(here["now"])))
    years = {"year_from": first, "year_to": last}
    for name, year in years.items():
        here = here.append_column(name, pa.array([year] * len(here), pa.int64()))
    return here.select(_MOVES.names).cast(_MOVES)


def _regrouped(found: pa.Table, columns: Mapping[str, str | None]) -> pa.Table:
    """Households by commune and some columns of a panel, renamed; None is missing for all."""
    none = pa.nulls(len(found), pa.int8())
    held = {name: none if of is None else found[of] for name, of in columns.items()}
    table = pa.table({"commune": found["commune"], **held, "households": found["households"]})
    summed = table.group_by(["commune", *columns]).aggregate([("households", "sum")])
    summed = summed.rename_columns({"households_sum": "households"})
    return summed.sort_by([(name, "ascending") for name in ("commune", *columns)])


def histories(
    tables: Tables, rule: Standard, at: date, rules: tuple[Standard, ...] | None = None
) -> pa.Table:
    """How many households had which classes in the last three completed rounds.

    Columns ``commune``, ``before, last, now`` (class in each round, missing where there was no
    review or no round) and ``households``.
    """
    given = rules if rules and rule in rules else (rule,)
    found = panel(tables, given, at)
    done = [_column(rule, number) for number, _ in cells.rounds(tables, at)][-3:]
    padded: list[str | None] = [None] * (3 - len(done))
    return _regrouped(found, dict(zip(("before", "last", "now"), [*padded, *done], strict=True)))


def moves(found: pa.Table, was: str = "last", now: str = "now") -> dict[str, dict[str, int]]:
    """From which class to which, ``{from: {to: households}}``, of two columns of classes.

    ``new`` had no review in the round before, ``gone`` has none in the newest.
    """
    table: dict[str, dict[str, int]] = {}
    for row in found.to_pylist():
        before = "new" if row[was] is None else CLASSES[row[was]]
        after = "gone" if row[now] is None else CLASSES[row[now]]
        if (before, after) != ("new", "gone"):
            into = table.setdefault(before, {})
            into[after] = into.get(after, 0) + row["households"]
    return table


def years(tables: Tables, rules: tuple[Standard, ...], at: date) -> list[Json]:
    """The real moves of every pair of consecutive rounds, under each standard by itself.

    Each ``{from, to, standard, real}`` with ``real`` as of `moves`; oldest first.
    """
    found: list[Json] = []
    for rule in rules:
        moved = transitions(tables, rule, at, rules)
        for first, last in pairwise(number for number, _ in cells.rounds(tables, at)):
            here = moved.filter(pc.equal(moved["year_to"], last))
            real = moves(here, "was", "now")
            found.append({"from": first, "to": last, "standard": rule.name, "real": real})
    return sorted(found, key=lambda one: int(one["to"]))


def exits(found: pa.Table) -> dict[str, int]:
    """Households that left poverty in the last two rounds, each in one of three ways.

    found
        `histories`, or its rows of one commune.

    ``income``: poor in the round before, now above the line. ``fewer_deprivations``: poor in
    the round before, now near-poor: lacking fewer things with an income that is still at most
    the line. ``durable``: poor two rounds ago and above the line in both reviews since: who is
    near-poor in either is not. ``all`` is the sum. Beside them ``relapsed``: poor two rounds ago,
    out (above the line or near-poor) in the next, poor again now. A household that cannot be
    classified has left in no way.
    """
    households = np.asarray(found["households"], np.int64)
    counts = {name: int(households[rows].sum()) for name, rows in kinds(found).items()}
    return {"all": sum(counts.values()) - counts["relapsed"], **counts}


def kinds(found: pa.Table) -> dict[str, npt.NDArray[np.bool_]]:
    """Which rows of `histories` are exits of which kind (see `exits`); no row is of two kinds."""
    before, last, now = (
        np.asarray(pc.fill_null(found[name], _AWAY)) for name in ("before", "last", "now")
    )
    was_poor = last == POOR
    long_ago = before == POOR
    return {
        "income": was_poor & np.isin(now, _ABOVE),
        "fewer_deprivations": was_poor & (now == NEAR_POOR),
        "durable": long_ago & np.isin(last, _ABOVE) & np.isin(now, _ABOVE),
        "relapsed": long_ago & np.isin(last, _OUT) & (now == POOR),
    }


def bridge(
    tables: Tables,
    rules: tuple[Standard, ...],
    old: Standard,
    new: Standard,
    *,
    number: int,
    at: date,
) -> dict[str, dict[str, int]]:
    """The same answers of one round under two standards: ``{old class: {new class: households}}``.

    No household moves here: whatever is not on the diagonal is the change of standard.
    ``rules`` are the standards that are judged in the same pass, these two among them.
    """
    found = cells.of(tables, rules, at)
    here = found.round == number
    table: dict[str, dict[str, int]] = {}
    before, after = found.under(old).cls, found.under(new).cls
    for was, was_name in CLASSES.items():
        for now, now_name in CLASSES.items():
            count = int(found.households[here & (before == was) & (after == now)].sum())
            if count:
                table.setdefault(was_name, {})[now_name] = count
    return table


def change(tables: Tables, law: Law, rules: tuple[Standard, ...], at: date) -> Json | None:
    """The newest change of the rate across a change of standard, in its two parts.

    ``{from, to, old, new, total_points, real_points, definition_points}`` in percentage points
    of households: the rate of round ``to`` under the standard in force when it was completed
    less that of ``from`` under its own. Definition is what the new standard makes of the earlier
    round's answers; real is the move since, both rounds under the new one. None when all rounds
    were completed under one standard.
    """
    done = [(number, _standard(law, day)) for number, day in cells.rounds(tables, at)]
    for (first, old), (last, new) in reversed(list(pairwise(done))):
        if old is None or new is None or old == new:
            continue
        before, bridged = (_rate(tables, rules, at, rule, first) for rule in (old, new))
        after = _rate(tables, rules, at, new, last)
        return {
            "from": first,
            "to": last,
            "old": old.name,
            "new": new.name,
            "total_points": 100 * (after - before),
            "real_points": 100 * (after - bridged),
            "definition_points": 100 * (bridged - before),
        }
    return None


def _standard(law: Law, day: date) -> Standard | None:
    try:
        return in_force(law, day)
    except NoStandard:
        return None


def _rate(
    tables: Tables, rules: tuple[Standard, ...], at: date, rule: Standard, number: int
) -> float:
    found = cells.of(tables, rules, at)
    held = found.households * (found.round == number)
    return float(held[found.under(rule).cls == POOR].sum() / held.sum())


def paper_exits(tables: Tables, law: Law, rules: tuple[Standard, ...], at: date) -> pa.Table:
    """Households whose decided class left poverty between the last two rounds, but not their facts.

    A paper exit was decided poor or near-poor in the round before and a better class in the
    newest, while it lacks the same things, left the same answers open and stands on the same
    side of the line, all under the standard in force when the newest was completed; and the
    change of standard, if there was one, does not change its class either.

    Columns ``household, village, commune, was, now`` (class codes), in order. It names
    households: for those with the right to see them.
    """

    def make(rules: tuple[Standard, ...], at: date, old: Standard, new: Standard) -> pa.Table:
        t = reviewed(tables, rules, at)
        first, last = (number for number, _ in cells.rounds(tables, at)[-2:])
        before, after = t["round"] == first, t["round"] == last
        facts, cls = t[f"facts_{new.column}"], t[f"cls_{new.column}"]
        each = t.group_by("household").agg(
            village=t.village.max(where=after),
            commune=t.commune.max(where=after),
            was=t.decided.max(where=before),
            now=t.decided.max(where=after),
            facts_before=facts.max(where=before),
            facts_after=facts.max(where=after),
            old=t[f"cls_{old.column}"].max(where=before),
            new=cls.max(where=before),
        )
        left = each.was.isin([POOR, NEAR_POOR]) & (each.now < each.was)
        same = (each.facts_before == each.facts_after) & (each.old == each.new)
        found = each.filter(left & same).select(_PAPER.names).order_by("household")
        return tables.run(found).cast(_PAPER)

    done = cells.rounds(tables, at)[-2:]
    standards = [_standard(law, day) for _, day in done]
    if len(done) < 2 or None in standards:
        return _PAPER.empty_table()
    return tables.once("poverty.paper", TABLES, make, rules, at, *standards)


def by_commune(found: pa.Table) -> dict[str, int]:
    """Households of `paper_exits` by commune."""
    return dict(sorted(Counter(found["commune"].to_pylist()).items()))
