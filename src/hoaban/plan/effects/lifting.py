"""Whom the works of a plan take out of the poor, by commune and the year a work is finished.

What `effects` does to the answers of the newest review, done here year by year and to its poor
households alone: those whose income passes the line of a standard, and beside them those who only
lack fewer things. A work finished in a year is there before that year's review.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.network import Flags, Ints
from hoaban.measure.poverty import rounds
from hoaban.measure.poverty.classes import POOR, Answers, judge
from hoaban.measure.poverty.landing import Works
from hoaban.measure.poverty.standards import Standard, standards
from hoaban.plan.effects import on_people
from hoaban.plan.facts import Facts, texts
from hoaban.plan.works import Effect, Work
from hoaban.record.answers import ANSWERS

_COLUMNS = ("household", "village", "round", "members", "income_per_head_vnd", "points_a")


def lifts(known: Facts, done: Iterable[tuple[Work, int]]) -> dict[str, Works]:
    """Households lifted and cleared by works and the years they are finished, by standard.

    Each household counts once in its first year: as lifted where its income ever passes the
    line, else as cleared. Only likely income counts; there is none where it is 0.
    """
    by_year: dict[int, list[Effect]] = {}
    for work, year in sorted(done, key=lambda pair: (pair[1], pair[0].id)):
        by_year.setdefault(year, []).extend(_moving(work.effects))
    by_year = {year: effects for year, effects in by_year.items() if effects}
    ended = rounds(known.tables, known.at)
    if not by_year or not ended:
        return {rule.name: Works() for rule in standards(known.law)}
    number = ended[-1][0]
    reviews = _reviews(known, number)
    return {rule.name: _of(known, reviews, number, by_year, rule) for rule in standards(known.law)}


def _moving(effects: Iterable[Effect]) -> list[Effect]:
    """The effects that can move a household between classes."""
    return [
        e
        for e in effects
        if (e.kind == "earns" and float(e.given["likely"]) > 0)
        or (e.kind == "clears" and e.given["answer"] in ANSWERS)
    ]


def _reviews(known: Facts, number: int) -> pa.Table:
    """The answers of one round."""
    there = known.tables["reviews"].columns
    table = known.tables.arrow("reviews", [n for n in (*_COLUMNS, *ANSWERS) if n in there])
    return table.filter(pc.equal(table["round"], number))


def _of(
    known: Facts, reviews: pa.Table, number: int, by_year: dict[int, list[Effect]], rule: Standard
) -> Works:
    place = known.place_of()
    rural = known.flag("rural", missing=True)
    village = np.array([place.get(code, -1) for code in texts(reviews["village"])], np.int64)
    known_rural = np.where(village >= 0, rural[village], True)
    here = _poor(reviews, known_rural, rule) & (village >= 0)
    poor, village, known_rural = reviews.filter(pa.array(here)), village[here], known_rural[here]
    lifted, cleared = (np.zeros(len(village), np.int64) for _ in range(2))
    so_far: list[Effect] = []
    for year in sorted(by_year):
        so_far += by_year[year]
        earns = [e for e in so_far if e.kind == "earns"]
        clears = [e for e in so_far if e.kind == "clears" and e.given["answer"] in rule.indicators]
        paid = on_people.earned(poor, number, earns, rule)
        above = ~_poor(paid, known_rural, rule)
        fewer = ~_poor(on_people.cleared(paid, number, clears), known_rural, rule) & ~above
        lifted[above & (lifted == 0)] = year
        cleared[fewer & (cleared == 0)] = year
    cleared[lifted > 0] = 0
    return Works(_counted(known, village, lifted), _counted(known, village, cleared))


def _poor(reviews: pa.Table, rural: Flags, rule: Standard) -> Flags:
    columns: dict[str, Any] = {name: reviews[name] for name in reviews.column_names}
    found: Flags = judge(Answers.of(columns, rural), rule).cls == POOR
    return found


def _counted(known: Facts, village: Ints, year: Ints) -> dict[int, dict[str, float]]:
    """Households by year and commune; a year of 0 is none."""
    found: dict[int, dict[str, float]] = {}
    for one in np.unique(year[year > 0]).tolist():
        paths, numbers = np.unique(
            known.commune[village[year == one]].astype(str), return_counts=True
        )
        found[int(one)] = dict(zip(paths.tolist(), map(float, numbers.tolist()), strict=True))
    return found
