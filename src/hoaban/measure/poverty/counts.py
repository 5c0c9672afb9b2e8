"""Households by class under every standard, and by what they lack, per village and round."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.poverty import cells
from hoaban.measure.poverty.cells import TABLES, Cells, Whole
from hoaban.measure.poverty.classes import AVERAGE, CANNOT, NEAR_POOR, POOR, mask_of
from hoaban.measure.poverty.patterns import Patterns
from hoaban.measure.poverty.standards import Standard
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS

COUNTED = {"poor": POOR, "near_poor": NEAR_POOR, "average": AVERAGE, "cannot": CANNOT}
OF_PEOPLE = ("poor", "near_poor")
Flags = npt.NDArray[np.bool_]


def by_village(tables: Tables, rules: tuple[Standard, ...], at: date) -> pa.Table:
    """Counts per village and completed round, under every standard.

    Columns: ``village, round, households, people, income_unknown`` (households whose income is
    not known) and per standard ``poor_…, near_poor_…, average_…, cannot_…`` (households; the
    last cannot be classified, the rest of all are not poor), ``poor_people_…,
    near_poor_people_…`` (persons) and ``unknown_…`` (households that left an answer of its list
    open). Raises `cells.NotAReview`, `cells.ReviewedTwice`.
    """

    def make(rules: tuple[Standard, ...], at: date) -> pa.Table:
        found = cells.of(tables, rules, at)
        return _counted(found, {name: of for rule in rules for name, of in _sums(found, rule)})

    return tables.once("poverty.by_village", TABLES, make, rules, at)


def _sums(found: Cells, rule: Standard) -> list[tuple[str, Whole]]:
    judged, column = found.under(rule), rule.column
    sums = [
        (f"{name}_{column}", found.households * (judged.cls == code))
        for name, code in COUNTED.items()
    ]
    sums += [
        (f"{name}_people_{column}", found.people * (judged.cls == COUNTED[name]))
        for name in OF_PEOPLE
    ]
    open_ = (found.answers.missing & mask_of(rule.indicators)) != 0
    return [*sums, (f"unknown_{column}", found.households * open_)]


def _counted(found: Cells, sums: dict[str, Whole]) -> pa.Table:
    """The sums of some cell counts by village and round, in their order."""
    villages, village = _encoded(found.village)
    years, year = np.unique(found.round, return_inverse=True)
    here, group = np.unique(village * max(len(years), 1) + year, return_inverse=True)
    sums = {
        "households": found.households,
        "people": found.people,
        "income_unknown": found.households * (found.answers.income < 0),
        **sums,
    }
    added = {name: _added(group, counts, len(here)) for name, counts in sums.items()}
    return pa.table(
        {
            "village": pa.array(villages[here // max(len(years), 1)], pa.string()),
            "round": pa.array(years[here % max(len(years), 1)], pa.int64()),
            **added,
        }
    )


def _encoded(values: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Whole]:
    """The distinct texts in order, a missing one as "", and which each is."""
    texts = pc.fill_null(pa.array(values, pa.string()), "").dictionary_encode()
    names = texts.dictionary.to_numpy(zero_copy_only=False)
    order = np.argsort(names, kind="stable") if len(names) else np.empty(0, np.int64)
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    return names[order], place[np.asarray(texts.indices)]


def _added(group: Whole, counts: Whole, size: int) -> Whole:
    """Exact sums of whole numbers by group."""
    total = np.zeros(size, np.int64)
    np.add.at(total, group, counts)
    return total


def totals(counts: pa.Table, number: int | None) -> dict[str, int]:
    """The sums of every count over the villages in one round; empty when there is none."""
    if number is None:
        return {}
    here = counts.filter(pc.equal(counts["round"], number))
    names = [n for n in counts.column_names if n not in ("village", "round")]
    return {name: int(np.asarray(here[name]).sum()) for name in names}


def patterns(
    found: Cells, rule: Standard, number: int, *, by: str = "commune", legal: bool = False
) -> Patterns:
    """What the households of a round lack of a standard's list, for `patterns.index`.

    by
        ``commune`` or ``village``: the groups.
    legal
        Only the households that are poor under the standard.

    Bits are those of `classes.ANSWERS`. A household whose answers leave open what it lacks is
    left out, as is usual for the index (`complete`); the caller says how many those are.
    """
    here = (found.round == number) & complete(found, rule)
    judged = found.under(rule)
    if legal:
        here &= judged.cls == POOR
    return Patterns.count(
        pa.array(getattr(found, by)[here], pa.string()),
        judged.counted[here],
        people=found.people[here],
        households=found.households[here],
    )


def complete(found: Cells, rule: Standard) -> Flags:
    """(c,) whether it is known of every thing of the standard's list if the cell lacks it."""
    known: Flags = found.under(rule).undecided == 0
    return known


def worth(rule: Standard) -> list[int]:
    """One point for each thing of a standard's list, 0 for the others, in order of the bits."""
    return [int(name in rule.indicators) for name in ANSWERS]


def answered(found: Cells, number: int, names: Sequence[str]) -> dict[str, tuple[Whole, Whole]]:
    """For each raw answer (c,) households of a round that lack it, and that answered at all."""
    held = found.households * (found.round == number)
    both = {}
    for name in names:
        bit = mask_of([name])
        said = held * ((found.answers.missing & bit) == 0)
        both[name] = (said * ((found.answers.lacking & bit) != 0), said)
    return both


def share(part: int, whole: int) -> float | None:
    """``part / whole``, or None where there is no whole."""
    return part / whole if whole else None
