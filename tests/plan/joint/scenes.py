"""Small random provinces whose roads close and are mended, and what is measured of them."""

import random
from collections.abc import Collection, Mapping
from typing import Any

from hoaban.base.text import Text
from hoaban.measure import poverty
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.plan.effects import applying
from hoaban.plan.joint.basis import Basis
from hoaban.plan.works import Effect, Work
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.small import RULES, UNTIL

STOCKED = {"kind": applying.STOCKED}
# What works do to roads; several may meet on one.
CHANGES: tuple[dict[str, Any], ...] = (
    {"bridge": True, "ford": False},
    {"drain": True, "susceptibility_share": 0.4},
    {"surface": "gravel", "drain": True, "susceptibility_share": 0.6},
    {"surface": "asphalt", "width_m": 5.5, "drain": True, "susceptibility_share": 0.3},
)


def work(name: str, *done: tuple[Mapping[str, Any], tuple[str, ...]], kind: str = "link") -> Work:
    """A work with effects of one kind: what each is given, and what it touches."""
    return Work(
        id=name,
        kind=name,
        pack="roads",
        label=Text(name, name),
        commune="11/00002/",
        village=None,
        cost_vnd=1,
        cost_low_vnd=1,
        cost_high_vnd=1,
        upkeep_vnd=0,
        money="investment",
        sources=("central",),
        proposed_by="generated",
        carry_over=False,
        effects=tuple(Effect(kind, given, on) for given, on in done),
        gains={},
        why=Text("", ""),
    )


def basis(tables: Tables, works: list[Work]) -> Basis:
    """A province before its works."""
    standard = poverty.standards(LAW)[-1]
    return Basis(tables, LAW, PLACE, AT, UNTIL, standard, works, RULES)


def built(here: Basis, chosen: Collection[int]) -> Tables:
    """The tables with some works built in."""
    done = [here.works[n] for n in chosen]
    return applying.apply(here.tables, done, here.rules, here.law, at=AT, until=UNTIL)


def truth(here: Basis, chosen: Collection[int]) -> Measured:
    """What is measured with some works built in."""
    return measure(built(here, chosen), here.law, here.place, at=AT, standard_at=UNTIL)


def drawn(seed: int, *, nodes: int = 9, closures: int = 12, works: int = 6) -> Basis:
    """A random province of two communes: a tree of roads and some more, closures, and works.

    Villages stand at most nodes and one at none; the second commune's plan may be stocked.
    """
    lot = random.Random(seed)  # noqa: S311
    roads = [_road(lot, n, lot.randrange(n), n) for n in range(1, nodes)]
    roads += [_road(lot, n, *lot.sample(range(nodes), 2)) for n in range(nodes, nodes + 4)]
    codes = [road["id"] for road in roads]
    villages = [
        world.village(f"{n:04}", f"N{n}", f"0000{1 + n % 2}", people=lot.randint(20, 300))
        for n in range(nodes - 1)
    ]
    villages.append({**world.village("9999", "", "00002"), "node": None})
    where = [
        {"id": f"N{n}", "lon": 103 + lot.random(), "lat": 21 + lot.random()} for n in range(nodes)
    ]
    tables = world.tables(
        areas=world.communes("00001", "00002", c00002="III"),
        villages=villages,
        road_nodes=where,
        closures=[_closure(lot, codes) for _ in range(closures)],
        facilities=[world.facility("seat", "N0"), world.facility("seat", "N1", "00002")],
    ).replace(roads=small.roads(roads))
    found = [
        work(
            f"W{n}",
            *(
                (lot.choice(CHANGES), tuple(lot.sample(codes, lot.randint(1, 3))))
                for _ in range(lot.randint(1, 2))
            ),
        )
        for n in range(works)
    ]
    found.append(work("stock", (STOCKED, ("11/00002/",)), kind="service"))
    return basis(tables, found)


def _road(lot: random.Random, number: int, tail: int, head: int) -> dict[str, Any]:
    return {
        "id": f"r{number}x",
        "from": f"N{tail}",
        "to": f"N{head}",
        "length_m": lot.uniform(500, 9000),
        "rise_m": lot.choice((0.0, 60.0, 300.0)),
        "surface": lot.choice(("earth", "earth", "gravel", "asphalt")),
        "class": lot.choice(("commune", "village")),
        "width_m": lot.choice((2.0, 3.5, 5.5)),
        "ford": lot.random() < 0.2,
        "two_way": lot.random() < 0.9,
        "susceptibility": lot.random(),
    }


def _closure(lot: random.Random, roads: list[str]) -> dict[str, Any]:
    month, day, hours = lot.randint(1, 11), lot.randint(1, 28), lot.randint(1, 900)
    start = world.moment(f"2026-{month:02}-{day:02}T{lot.randrange(24):02}:17")
    end = start.replace(microsecond=lot.randrange(10**6)).timestamp() + 3600 * hours
    row = world.closure(
        lot.choice(roads), "2026-01-01", None, lot.choice(("none", "foot", "motorbike"))
    )
    row |= {"kind": lot.choice(("landslide", "flood", "bridge")), "started_at": start}
    still = lot.random() < 0.2
    return row | {"ended_at": None if still else start.fromtimestamp(end, tz=start.tzinfo)}
