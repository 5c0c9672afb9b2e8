"""Who would gain if everything were built, and which works that cannot do without.

For `hoaban.plan.choice.bound`: every village, commune and post with what it adds to each criterion,
and cuts found by leaving one group of works out of everything: all works on one road, one opening,
one stocked plan, the works of one village. Where several openings could each serve a village, a cut
is all those that are near enough on the best roads.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hoaban.plan.choice.bound import Buyer, Cut, merged
from hoaban.plan.joint import criteria
from hoaban.plan.joint.criteria import EQUITY, Ground, Room
from hoaban.plan.joint.parts import Floats, Ints, Part

_LEAST = 0.02  # of a gain: a group that is missed less makes no cut
_ROUND = 6  # digits of a share, rounded down, so that a cut never asks too much
Parts = Mapping[str, Part[Any]]
Gains = Mapping[str, Floats]  # amounts by criterion as they stand, a row a place
Near = Mapping[str, Sequence[tuple[Cut, ...]]]  # further cuts of each place, by criterion


@dataclass(frozen=True, eq=False)
class Lost:
    """What a group of works is worth to each place when everything else is built."""

    works: tuple[int, ...]
    gains: Gains


def buyers(parts: Parts, ground: Ground, rooms: Mapping[str, Room]) -> list[Buyer]:
    """Every buyer, those alike as one. The parts are those of `province.Province`."""
    found = [
        *_connected(parts["connection"], ground, rooms),
        *_served(parts["travel"], parts["homes"], ground, rooms),
        *_homes(parts["homes"], ground, rooms),
        *_posts(parts["posts"], rooms),
        *_desked(parts["desks"], ground, rooms),
    ]
    return merged(found)


def _all(part: Part[Any]) -> frozenset[int]:
    return frozenset(np.flatnonzero(part.touches).tolist())


def _without(
    part: Part[Any], gains: Callable[[Any], Gains], groups: Iterable[Collection[int]]
) -> list[Lost]:
    """The gains with everything built but each group."""
    everything = _all(part)
    full = part.start(everything)
    sets = list(dict.fromkeys(frozenset(group) for group in groups if group))
    if part.batched:
        rest = [tuple(sorted(everything - one)) for one in sets]
        states = part.after(part.start(()), (), rest)
    else:
        states = [part.without(full, everything - one, one) for one in sets]
    return [Lost(tuple(sorted(one)), gains(state)) for one, state in zip(sets, states, strict=True)]


def _told(
    before: Gains, full: Gains, without: Sequence[Lost], rooms: Mapping[str, Room], near: Near
) -> Iterator[Buyer]:
    """A buyer for each place and criterion that gains."""
    for name, whole in full.items():
        criterion, room = ("equity", rooms[EQUITY[name]]) if name in EQUITY else (name, rooms[name])
        need = room.whole if name in EQUITY else room.need or room.whole
        gain = whole - before[name]
        places = np.flatnonzero(gain > 0)
        if need <= 0 or not len(places):
            continue
        lost = np.array([whole - one.gains[name] for one in without])[:, places]
        share = np.floor(np.clip(lost / gain[places], 0.0, 1.0) * 10**_ROUND) / 10**_ROUND
        for n, place in enumerate(places.tolist()):
            cuts = [
                Cut(float(share[g, n]), without[g].works)
                for g in np.flatnonzero(share[:, n] > _LEAST).tolist()
            ]
            more = near[name][place] if name in near else ()
            yield Buyer(criterion, float(gain[place]) / need, (*cuts, *more))


def _connected(part: Any, ground: Ground, rooms: Mapping[str, Room]) -> Iterator[Buyer]:
    everything = _all(part)
    groups = [*part.groups(), everything]

    def villages(state: Any) -> Gains:
        linked = (ground.people * state.link).astype(float)
        isolated = -np.nan_to_num(ground.people * state.days)
        return {"T2_people": linked, "equity_T2": ground.extra * linked, "isolation": isolated}

    def communes(state: Any) -> Gains:
        return {"T2_communes": state.met.astype(float), "T2_tests": state.tests.astype(float)}

    before, full = part.start(()), part.start(everything)
    for gains in (villages, communes):
        without = _without(part, gains, groups)
        yield from _told(gains(before), gains(full), without, rooms, {})


def _served(travel: Any, homes: Any, ground: Ground, rooms: Mapping[str, Room]) -> Iterator[Buyer]:
    everything, watered = _all(travel), _all(homes)
    dry, wet = homes.start(()), homes.start(watered)
    first, last = travel.start(()), travel.start(everything)
    here = ground.reviewed * ground.highland

    def joint(state: Any, standard: Ints) -> Gains:
        both = state.health & state.education & ground.highland
        people = (standard * both).astype(float)
        return {"T3_joint": people, "equity_T3": ground.extra * people}

    def gains(state: Any) -> Gains:
        return {
            **joint(state, wet.standard),
            "T3_health": (here * state.health).astype(float),
            "T3_education": (here * state.education).astype(float),
            "hours": -(ground.people * criteria.capped(ground, state)) / 60,
        }

    before, full = {**gains(first), **joint(first, dry.standard)}, gains(last)
    without = _without(travel, gains, [*travel.groups(), everything])
    for group in homes.groups():  # joint services need the village's water too
        state = homes.without(wet, watered - frozenset(group), group)
        without.append(Lost(tuple(sorted(group)), {**full, **joint(last, state.standard)}))
    yield from _told(before, full, without, rooms, travel.near(everything))
    worst = criteria.worst_tenth(ground, first) - criteria.worst_tenth(ground, last)
    yield from _flat("worst", worst, rooms["worst"], everything)


def _homes(part: Any, ground: Ground, rooms: Mapping[str, Room]) -> Iterator[Buyer]:
    def gains(state: Any) -> Gains:
        return {
            "T3_water": (state.standard * ground.highland).astype(float),
            "T1_M0": -state.lacks.astype(float),
            "T1_income": -state.poor.astype(float),
        }

    without = _without(part, gains, part.groups())
    yield from _told(gains(part.start(())), gains(part.start(_all(part))), without, rooms, {})


def _posts(part: Any, rooms: Mapping[str, Room]) -> Iterator[Buyer]:
    def gains(state: Any) -> Gains:
        legs = state.governance.astype(float) + state.language
        return {"T4_staff": (state.governance & state.language).astype(float), "T4_legs": legs}

    without = _without(part, gains, [[work] for work in sorted(_all(part))])
    yield from _told(gains(part.start(())), gains(part.start(_all(part))), without, rooms, {})


def _desked(part: Any, ground: Ground, rooms: Mapping[str, Room]) -> Iterator[Buyer]:
    def gains(state: Any) -> Gains:
        live = state.live.astype(float)
        return {"T5_pairs": live, "equity_T5": ground.extra * live}

    without = _without(part, gains, part.groups())
    yield from _told(gains(part.start(())), gains(part.start(_all(part))), without, rooms, {})


def _flat(name: str, amount: float, room: Room, works: Collection[int]) -> Iterator[Buyer]:
    """One buyer for all of a criterion that is not told apart by place."""
    whole = room.need or room.whole
    if whole > 0 and amount > 0 and works:
        yield Buyer(name, amount / whole, (Cut(1.0, tuple(sorted(works))),))
