"""The figures of T1: classes, what is lacked, the index, and exits by kind.

Every figure that counts households is suppressed where a class of its own partition has too
few of them (see `figures.hidden`); what is finer than poor, near-poor and the rest is hidden
wherever the coarser figure is, and where its own partition asks for it. Both standards stand
side by side: where the same figure under the two differs by too few households, the one that is
not in force on the day is hidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.figures import Figures, hidden
from hoaban.measure.network import Flags, Ints
from hoaban.measure.poverty import cells, counts, headline, landing, movement
from hoaban.measure.poverty.cells import Cells
from hoaban.measure.poverty.classes import NEAR_POOR, POOR, mask_of
from hoaban.measure.poverty.standards import Standard, in_force, standards
from hoaban.measure.scene import Scene
from hoaban.record.answers import ANSWERS

EXITS = ("income", "fewer", "durable")


def add(found: Figures, scene: Scene) -> None:
    """Every figure of T1, for the province and its communes; classes and lacks for villages too.

    ``poverty.poor, near_poor, multidimensional, average, cannot_classify`` (households; the
    first three of people too) and ``poverty.H, A, M0`` under both standards;
    ``poverty.lacking_<answer>`` of the households that answered; ``poverty.held_by_<answer>``,
    households that are poor and lack it, of all; ``poverty.exits_income, exits_fewer`` of the
    poor of the round before and ``exits_durable`` of those of two rounds before;
    ``poverty.landing`` when it was drawn.
    """
    rules = standards(scene.law)
    shared = _Shared(scene, scene.tables.origin(*cells.TABLES))
    ages = {"old": rules[0], "new": rules[-1]}
    for age, other in (("old", "new"), ("new", "old")):
        _classes(found, shared, age, ages[age], _Classes.of(scene, other))
    done = cells.rounds(scene.tables, scene.at)
    if done:
        register = _Register.of(scene, cells.of(scene.tables, rules, scene.at), done[-1][0])
        _lacking(found, shared, register)
        for rule in (rules[0], rules[-1]):
            beside = rules[-1] if rule is rules[0] else rules[0]
            _index(found, shared, register, rule, beside)
            _held_by(found, shared, register, rule, beside)
        _exits(found, shared, rules)
    if scene.landing is not None:
        landing.add_figures(found, scene.place.path, scene.landing)


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    scene: Scene
    origin: str

    def hidden(self, parts: Iterable[Ints], areas: list[str] | None = None) -> Flags:
        """Which areas hide a partition of their households, (areas,) a class."""
        least = self.scene.law.number("suppress.households_min", self.scene.at)
        return hidden(areas or self.scene.areas, np.stack(list(parts), axis=1), least)

    def apart(self, rule: Standard, pairs: Iterable[tuple[Ints, Ints]], households: Ints) -> Flags:
        """Where a count under ``rule`` differs from the other standard's by too few households.

        Nowhere under the standard in force, which stays; ``pairs`` are the counts of the
        province and its communes, or of every area, and their households.
        """
        gone = np.zeros(len(households), bool)
        if rule.name != in_force(self.scene.law, self.scene.at).name:
            for one, other in pairs:
                gone |= self.close(one, other, households)
        return gone

    def close(self, one: Ints, other: Ints, households: Ints) -> Flags:
        """Where two counts differ by too few; either sign tells, and sums of both stay exact."""
        parts = (one - other, other - one, households)
        return self.hidden(parts, self.scene.areas[: len(households)])

    def more(self, method: str) -> dict[str, Any]:
        return {"unit": "share", "method": method, "origin": self.origin}


@dataclass(frozen=True, slots=True, eq=False)
class _Classes:
    """Households (areas,) of every class under one standard, and people of two."""

    poor: Ints
    near: Ints
    average: Ints
    cannot: Ints
    poor_people: Ints
    near_people: Ints

    @classmethod
    def of(cls, scene: Scene, age: str) -> "_Classes":
        names = ("poor", "near_poor", "average", "cannot", "poor_people", "near_poor_people")
        return cls(*scene.everywhere(*(scene.counts(f"{name}_{age}") for name in names)).T)

    @property
    def both(self) -> Ints:
        return self.poor + self.near

    @property
    def widest(self) -> Ints:
        """All that are published as at most the standard's highest line."""
        return self.both + self.average


def _classes(found: Figures, shared: _Shared, age: str, rule: Standard, other: _Classes) -> None:
    scene = shared.scene
    households, people = scene.everywhere(
        scene.counts("reviewed_households"), scene.counts("reviewed_people")
    ).T
    own = _Classes.of(scene, age)
    poor, near, average, cannot = own.poor, own.near, own.average, own.cannot
    rest = households - poor - near
    gone = shared.hidden((poor, near, rest))
    pairs = ((poor, other.poor), (near, other.near), (own.both, other.both))
    gone |= shared.apart(rule, pairs, households)
    finer = gone | shared.hidden((poor, near, average, rest - average))
    # The ceiling of the average lies just above the newer line.
    finer |= shared.close(own.widest, other.both, households)
    finest = finer | shared.hidden((poor, near, average, cannot, rest - average - cannot))
    sums = {
        "poor": (poor, own.poor_people, gone),
        "near_poor": (near, own.near_people, gone),
        "multidimensional": (own.both, own.poor_people + own.near_people, gone),
        "cannot_classify": (cannot, None, finest),
    }
    if rule.middle_rural_vnd is not None:
        sums["average"] = (average, None, finer)
    for name, (some, heads, hide) in sums.items():
        parts = {"households": (some, households), "people": (heads, people)}
        for group, (numerator, whole) in parts.items():
            if numerator is not None:
                found.add(
                    f"poverty.{name}",
                    scene.areas,
                    group=group,
                    standard=rule.name,
                    numerator=numerator,
                    denominator=whole,
                    n=households,
                    hidden=hide,
                    **shared.more(headline.METHOD),
                )


@dataclass(frozen=True, slots=True, eq=False)
class _Register:
    """The newest round's cells and which village of the scene each stands in (-1: none)."""

    scene: Scene
    cells: Cells
    number: int
    village: Ints

    @classmethod
    def of(cls, scene: Scene, found: Cells, number: int) -> "_Register":
        codes = scene.villages["village"].combine_chunks()
        at = pc.index_in(pa.array(found.village, pa.string()), value_set=codes)
        village = np.asarray(pc.fill_null(at, -1), np.int64)
        return cls(scene, found, number, np.where(found.round == number, village, -1))

    def everywhere(self, *columns: Ints) -> Ints:
        """(areas, k) sums of cell counts for every path of the scene."""
        here = self.village >= 0
        sums = []
        for column in columns:
            total = np.zeros(self.scene.villages.num_rows, np.int64)
            np.add.at(total, self.village[here], np.asarray(column, np.int64)[here])
            sums.append(total)
        return self.scene.everywhere(*sums)


def _lacking(found: Figures, shared: _Shared, register: _Register) -> None:
    answered = counts.answered(register.cells, register.number, ANSWERS)
    for name, both in answered.items():
        lacks, said = register.everywhere(*both).T
        found.add(
            f"poverty.lacking_{name}",
            shared.scene.areas,
            group="households",
            numerator=lacks,
            denominator=said,
            n=said,
            hidden=shared.hidden((lacks, said - lacks)),
            **shared.more(headline.INDEX_METHOD),
        )


def _index(
    found: Figures, shared: _Shared, register: _Register, rule: Standard, beside: Standard
) -> None:
    """H, A and M0 of the count alone: of households that answered all of the standard's list.

    Of the province and its communes only: of a village nearly all of them would be hidden.
    """
    held, above = register.cells, shared.scene.above
    judged, known = held.under(rule), counts.complete(held, rule)
    deep, legal = known & (judged.lacks >= rule.needed), judged.cls == POOR
    every = np.ones(len(known), bool)
    classes = (legal, judged.cls == NEAR_POOR, deep & ~legal, known, every)
    sums = register.everywhere(*(held.households * one for one in classes))[: len(above)]
    poor, near, only_deep, households, everybody = sums.T
    gone = shared.hidden((poor, near, only_deep, everybody - poor - near - only_deep), above)
    gone |= shared.apart(rule, [(_deep(register, rule), _deep(register, beside))], everybody)
    things = len(rule.indicators)
    for group, counted in (("households", held.households), ("people", held.people)):
        whole, some, burden = register.everywhere(
            counted * known, counted * deep, counted * deep * judged.lacks
        )[: len(above)].T
        parts = {
            "H": (some, whole),
            "A": (burden, some * things),
            "M0": (burden, whole * things),
        }
        for name, (numerator, denominator) in parts.items():
            found.add(
                f"poverty.{name}",
                above,
                group=group,
                standard=rule.name,
                numerator=numerator,
                denominator=denominator,
                n=households,
                hidden=gone,
                **shared.more(headline.INDEX_METHOD),
            )


def _deep(register: _Register, rule: Standard) -> Ints:
    """(province and communes,) households that lack as many things as the standard needs."""
    held = register.cells
    deep = counts.complete(held, rule) & (held.under(rule).lacks >= rule.needed)
    found: Ints = register.everywhere(held.households * deep)[: len(register.scene.above), 0]
    return found


def _held_by(
    found: Figures, shared: _Shared, register: _Register, rule: Standard, beside: Standard
) -> None:
    """Of the province and its communes only: among a village's poor, nearly all cells are small.

    `_lacking` tells how many lack the thing, so those of them who are not poor are a class too.
    """
    held, above = register.cells, shared.scene.above
    judged = held.under(rule)
    legal = held.households * (judged.cls == POOR)
    next_to = held.households * (judged.cls == NEAR_POOR)
    households, poor, near = register.everywhere(held.households, legal, next_to)[: len(above)].T
    coarse = shared.hidden((poor, near, households - poor - near), above)
    lacking = counts.answered(held, register.number, ANSWERS)
    for name in rule.indicators:
        some = _holding(register, rule, name)
        others = register.everywhere(lacking[name][0])[: len(above), 0] - some
        parts = (some, poor - some, others, households - poor - others)
        hide = coarse | shared.hidden(parts, above)
        if name in beside.indicators:
            pairs = [(some, _holding(register, beside, name))]
            hide = hide | shared.apart(rule, pairs, households)
        found.add(
            f"poverty.held_by_{name}",
            above,
            group="households",
            standard=rule.name,
            numerator=some,
            denominator=households,
            n=households,
            hidden=hide,
            **shared.more(headline.INDEX_METHOD),
        )


def _holding(register: _Register, rule: Standard, name: str) -> Ints:
    """(province and communes,) households that are poor under a standard and lack a thing."""
    held, judged = register.cells, register.cells.under(rule)
    some = (judged.cls == POOR) & ((judged.counted & mask_of([name])) != 0)
    found: Ints = register.everywhere(held.households * some)[: len(register.scene.above), 0]
    return found


def _exits(found: Figures, shared: _Shared, rules: tuple[Standard, ...]) -> None:
    """Under the standard in force on the day; by the commune where a household was seen last."""
    scene = shared.scene
    rule = in_force(scene.law, scene.at)
    history = movement.histories(scene.tables, rule, scene.at, rules)
    left = _by_commune(scene, history, movement.kinds(history))
    poor = {name: pc.fill_null(pc.equal(history[name], POOR), False) for name in ("before", "last")}
    before, last = _by_commune(scene, history, poor).values()
    income, fewer, durable = (left[name] for name in ("income", "fewer_deprivations", "durable"))
    near = shared.hidden((income, fewer, last - income - fewer), scene.above)
    far = shared.hidden((durable, before - durable), scene.above)
    parts = ((income, last, near), (fewer, last, near), (durable, before, far))
    for name, (some, whole, hide) in zip(EXITS, parts, strict=True):
        found.add(
            f"poverty.exits_{name}",
            scene.above,
            group="households",
            standard=rule.name,
            numerator=some,
            denominator=whole,
            n=whole,
            hidden=hide,
            **shared.more(headline.METHOD),
        )


def _by_commune(scene: Scene, history: pa.Table, picked: Mapping[str, Any]) -> dict[str, Ints]:
    """(province and communes,) households of some rows of a history, by name."""
    place = pc.index_in(history["commune"], value_set=pa.array(scene.communes, pa.string()))
    at = np.asarray(pc.fill_null(place, -1), np.int64)
    households = np.asarray(history["households"], np.int64)
    found = {}
    for name, rows in picked.items():
        here = np.asarray(rows, np.bool_)
        total = np.zeros(1 + len(scene.communes), np.int64)
        np.add.at(total, 1 + at[here & (at >= 0)], households[here & (at >= 0)])
        total[0] = total[1:].sum()
        found[name] = total
    return found
