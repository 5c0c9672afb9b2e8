"""Making a candidate from a kind of work: its quantity, its price, its gains, its one reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hoaban.base.text import Text
from hoaban.measure.network import Ints
from hoaban.plan.facts import Facts
from hoaban.plan.works import Effect, Work, WorkKind


@dataclass(frozen=True, slots=True)
class Site:
    """Where a candidate stands and whom it serves. ``villages`` are positions, never empty.

    ``village`` is None for a work of a whole commune.
    """

    id: str
    commune: str
    village: str | None
    villages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What else a candidate says: see the fields of `Work` with the same names."""

    requires: tuple[str, ...] = ()
    rival: str = ""
    people: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def at_village(facts: Facts, village: int, kind: WorkKind) -> Site:
    """The site of a work for one village."""
    code = str(facts.code[village])
    return Site(f"{kind.id}:{code}", str(facts.commune[village]), facts.path(village), (village,))


def in_commune(facts: Facts, commune: str, villages: Ints, kind: WorkKind) -> Site:
    """The site of a work for several villages of a commune."""
    code = commune.rstrip("/").rsplit("/", 1)[-1]
    return Site(f"{kind.id}:{code}", commune, None, tuple(villages.tolist()))


def draft(
    facts: Facts,
    kind: WorkKind,
    site: Site,
    *,
    quantity: float,
    gains: Mapping[str, float],
    effects: Sequence[Effect],
    why: Text,
    terms: Terms | None = None,
) -> Work:
    """A candidate of one kind. ``quantity`` is in the unit of the kind's cost."""
    cost, price, more = kind.cost, facts.price(kind), terms or Terms()
    people = int(facts.people[np.array(site.villages)].sum())
    return Work(
        id=site.id,
        kind=kind.id,
        pack=kind.pack,
        label=kind.label,
        commune=site.commune,
        village=site.village,
        cost_vnd=whole(cost.likely * price * quantity),
        cost_low_vnd=whole(cost.low * price * quantity),
        cost_high_vnd=whole(cost.high * price * quantity),
        upkeep_vnd=whole(cost.upkeep * price * quantity),
        money=kind.money,
        sources=kind.sources,
        proposed_by="generated",
        carry_over=False,
        effects=tuple(effects),
        gains={target: gain for target, gain in gains.items() if gain > 0},
        why=why,
        cost_source=cost.source,
        people=people if more.people is None else more.people,
        build_years=kind.build_years,
        requires=more.requires,
        rival=more.rival,
        facts={"price_year": cost.year, "villages": site.villages, **more.facts},
    )


def whole(amount: float) -> int:
    """Whole đồng, rounded once, to the thousand: no estimate is finer than that."""
    return round(amount / 1000) * 1000


def on(kind: WorkKind, *ids: str) -> list[Effect]:
    """All effects of a kind, on the named things."""
    return [Effect(effect.kind, effect.given, tuple(ids)) for effect in kind.effects]
