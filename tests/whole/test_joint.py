"""A programme's evaluation is what would be measured had it been built: fresh snapshots tell."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pytest

from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.plan.effects import applying
from hoaban.plan.facts import TARGETS, Facts
from hoaban.plan.finders import candidates
from hoaban.plan.joint.province import Outcome, Province
from hoaban.plan.planning import begun
from hoaban.plan.works import MILESTONE, Work, read_works
from hoaban.record.province import read_province
from hoaban.record.roads import RoadRules
from tests.home import ROOT, Home

pytestmark = [pytest.mark.slow, pytest.mark.from_snapshot]
AT, UNTIL = date(2026, 11, 24), date(2030, 12, 31)


@dataclass(frozen=True)
class Ready:
    """A province with its works, and the evaluator."""

    known: Facts
    works: list[Work]
    rules: RoadRules
    joint: Province


def ready(home: Home, folder: Path) -> Ready:
    """From the snapshot of a home."""
    province = read_province(folder)
    place = Place(province.path, province.name, province.centre, province.wet_months)
    law: Law = laws.read(ROOT / "law", folder / "parameters")
    rules = RoadRules.read(folder / "roads.yaml")
    kinds = read_works(ROOT / "packs")
    tables = Tables.open(home.snapshot)
    before = measure(tables, law, place, at=AT, standard_at=UNTIL)
    known = Facts.of(tables, before, law, place, at=AT, standard_at=UNTIL)
    registered = candidates.registered(known, kinds)
    found = candidates.generate(begun(known, registered, rules), registered, kinds, rules)
    works = [work for work in found if work.kind != MILESTONE]
    return Ready(known, works, rules, Province(known, works, rules))


def built(here: Ready, programme: list[int], folder: Path) -> Measured:
    """The programme built into the data, written as a snapshot, opened anew and measured."""
    known = here.known
    done = applying.apply(
        known.tables,
        [here.works[n] for n in programme],
        here.rules,
        known.law,
        at=AT,
        until=UNTIL,
    )
    (folder / "tables").mkdir(parents=True)
    for name in done:
        pq.write_table(done.arrow(name), folder / "tables" / f"{name}.parquet")
    fresh = Tables.open(folder)
    return measure(fresh, known.law, known.place, at=AT, standard_at=UNTIL)


def column(measured: Measured, name: str) -> npt.NDArray[Any]:
    return np.array([value or 0 for value in measured.villages[name].to_pylist()])


def check(here: Ready, programme: list[int], folder: Path) -> Outcome:
    """Every village and target as evaluated is as measured; but for T1, which counts income."""
    found, truth = here.joint.outcome(programme), built(here, programme, folder)
    states = found.states
    assert (states.connection.link == column(truth, "all_season_link").astype(bool)).all()
    mode = here.known.number("connection.prevailing_mode")
    days = truth.villages[f"cut_off_days_{mode}"].to_pylist()
    assert np.array_equal(
        states.connection.days,
        np.array([np.nan if day is None else day for day in days]),
        equal_nan=True,
    )
    assert (states.travel.health == column(truth, "has_health").astype(bool)).all()
    assert (states.travel.education == column(truth, "has_education").astype(bool)).all()
    trip = f"minutes_health_{here.known.number('access.mode')}_{here.known.number('access.season')}"
    minutes = truth.villages[trip].to_pylist()
    assert states.travel.minutes.tolist() == [np.inf if m is None else m for m in minutes]
    assert (states.homes.standard == column(truth, "standard_water_people")).all()
    assert (states.homes.hygienic == column(truth, "hygienic_people")).all()
    assert (states.desks.live == column(truth, "procedures_live")).all()
    rows = truth.targets["T2"]["parts"]["by_commune"]
    for test in ("a", "b", "c"):
        assert getattr(states.connection, test).tolist() == [row[test] for row in rows]
    for target in TARGETS[1:]:
        assert found.targets[target] == truth.targets[target]["value"]
    assert found.targets["T1"] == here.known.targets["T1"]["value"]  # no income effect is measured
    return found


def programmes(here: Ready, count: int, seed: int) -> Iterator[list[int]]:
    """Random sets of works, from few to most of them."""
    drawn = random.Random(seed)  # noqa: S311
    for _ in range(count):
        size = round(len(here.works) ** drawn.random())
        yield sorted(drawn.sample(range(len(here.works)), size))


def test_fifty_programmes_of_the_small_province(nho: Home, tmp_path: Path) -> None:
    here = ready(nho, ROOT / "tests/provinces/nho")

    outcomes = [
        check(here, programme, tmp_path / str(n))
        for n, programme in enumerate(programmes(here, 50, seed=5))
    ]

    assert len({round(one.worth, 9) for one in outcomes}) > 40
    assert all(one.worth >= 0 for one in outcomes)


def test_one_move_further_is_the_whole_evaluated_again(nho: Home) -> None:
    here = ready(nho, ROOT / "tests/provinces/nho")
    drawn = random.Random(8)  # noqa: S311
    standing = here.joint.start(())
    chosen: set[int] = set()
    for _ in range(12):
        moves = [tuple(drawn.sample(range(len(here.works)), drawn.randint(1, 3))) for _ in range(9)]
        gains = standing.gains(moves)
        afresh = [here.joint.outcome({*chosen, *move}).worth - standing.worth for move in moves]
        assert gains == pytest.approx(afresh, abs=1e-12)
        standing.add(moves[0])
        chosen |= set(moves[0])
        assert standing.worth == here.joint.outcome(chosen).worth
    gone = tuple(sorted(chosen))[:4]
    assert standing.without(gone).worth == here.joint.outcome(chosen - set(gone)).worth


def test_the_bound_is_never_below_what_a_programme_is_worth(nho: Home) -> None:
    here = ready(nho, ROOT / "tests/provinces/nho")
    whole = here.joint.outcome(range(len(here.works))).worth
    buyers = here.joint.buyers

    alone = sum(here.joint.weights[one.criterion] * one.amount for one in buyers)
    assert alone >= whole - 1e-9


@pytest.mark.province
def test_three_programmes_of_dien_bien(dien_bien: Home, tmp_path: Path) -> None:
    here = ready(dien_bien, ROOT / "provinces/dien_bien")

    outcomes = [
        check(here, programme, tmp_path / str(n))
        for n, programme in enumerate(programmes(here, 3, seed=2))
    ]

    assert len(outcomes) == 3
