"""The figures of T1: classes, what is lacked, the index, and exits by kind.

Every figure that counts households is suppressed where a class of its own partition has too
few of them (see `figures.hidden`); what is finer than poor, near-poor and the rest is hidden
wherever the coarser figure is, and where its own partition asks for it.
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
from hoaban.measure.poverty.classes import ANSWERS, NEAR_POOR, POOR, mask_of
from hoaban.measure.poverty.standards import Standard, in_force, standards
from hoaban.measure.scene import Scene

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
    for age, rule in (("old", rules[0]), ("new", rules[-1])):
        _classes(found, shared, age, rule)
    done = cells.rounds(scene.tables, scene.at)
    if done:
        register = _Register.of(scene, cells.of(scene.tables, rules, scene.at), done[-1][0])
        _lacking(found, shared, register)
        for rule in (rules[0], rules[-1]):
            _index(found, shared, register, rule)
            _held_by(found, shared, register, rule)
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

    def more(self, method: str) -> dict[str, Any]:
        return {"unit": "share", "method": method, "origin": self.origin}


def _classes(found: Figures, shared: _Shared, age: str, rule: Standard) -> None:
    scene = shared.scene
    households, people = scene.everywhere(
        scene.counts("reviewed_households"), scene.counts("reviewed_people")
    ).T
    names = ("poor", "near_poor", "average", "cannot", "poor_people", "near_poor_people")
    poor, near, average, cannot, poor_people, near_people = scene.everywhere(
        *(scene.counts(f"{name}_{age}") for name in names)
    ).T
    rest = households - poor - near
    gone = shared.hidden((poor, near, rest))
    finer = gone | shared.hidden((poor, near, average, rest - average))
    finest = finer | shared.hidden((poor, near, average, cannot, rest - average - cannot))
    sums = {
        "poor": (poor, poor_people, gone),
        "near_poor": (near, near_people, gone),
        "multidimensional": (poor + near, poor_people + near_people, gone),
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


def _index(found: Figures, shared: _Shared, register: _Register, rule: Standard) -> None:
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


def _held_by(found: Figures, shared: _Shared, register: _Register, rule: Standard) -> None:
    """Of the province and its communes only: among a village's poor, nearly all cells are small."""
    held, above = register.cells, shared.scene.above
    judged = held.under(rule)
    legal = held.households * (judged.cls == POOR)
    near = held.households * (judged.cls == NEAR_POOR)
    households, poor, beside = register.everywhere(held.households, legal, near)[: len(above)].T
    coarse = shared.hidden((poor, beside, households - poor - beside), above)
    for name in rule.indicators:
        lacks = legal * ((judged.counted & mask_of([name])) != 0)
        some = register.everywhere(lacks)[: len(above), 0]
        found.add(
            f"poverty.held_by_{name}",
            above,
            group="households",
            standard=rule.name,
            numerator=some,
            denominator=households,
            n=households,
            hidden=coarse | shared.hidden((some, poor - some, households - poor), above),
            **shared.more(headline.INDEX_METHOD),
        )


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
