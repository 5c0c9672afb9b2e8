"""Who gains what from each work of a plan; what still binds a village, and what would free it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hoaban.measure import bindings
from hoaban.measure.targets import Measured
from hoaban.plan.alternatives import named
from hoaban.plan.choice import explain
from hoaban.plan.choice.explain import Beaten
from hoaban.plan.choice.instance import Instance
from hoaban.plan.facts import Facts
from hoaban.plan.joint.brought import Brought, brought
from hoaban.plan.joint.criteria import NAMES
from hoaban.plan.joint.province import Province

FIRST = 5  # villages told of a work, those that gain in most criteria and then by position
FREES = 3  # works told of a village
POVERTY = "poverty"  # its shortfall would tell of few households


@dataclass(frozen=True, slots=True)
class Brings:
    """What a plan would lose without one work, the rest of it standing.

    ``amounts`` in the natural units of `hoaban.plan.joint.criteria`, those that do not change left
    out; ``villages`` how many gain, ``first`` the paths of some of them.
    """

    worth: float
    amounts: Mapping[str, float]
    villages: int
    first: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "worth": self.worth,
            "amounts": dict(self.amounts),
            "villages": self.villages,
            "first": list(self.first),
        }


@dataclass(frozen=True, slots=True)
class Village:
    """What binds a village with the plan done (code and shortfall), and the works left out there.

    ``frees`` are ids of works that would still give something, the cheapest first.
    """

    binds: tuple[tuple[str, float | None], ...]
    frees: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "binds_after": [{"code": code, "shortfall": lack} for code, lack in self.binds],
            "frees": list(self.frees),
        }


def brings(
    known: Facts, joint: Province, instance: Instance, chosen: Collection[str]
) -> dict[str, Brings]:
    """What each chosen work brings, by id. They do not add up to the plan."""
    found = brought(joint, named(instance, chosen))
    return {instance.items[n].id: _told(known, one) for n, one in found.items()}


def _told(known: Facts, one: Brought) -> Brings:
    gains = np.zeros(len(known.code), np.int64)
    for some in one.villages.values():
        gains += some > 0
    order = np.argsort(-gains, kind="stable")[: min(FIRST, int((gains > 0).sum()))]
    return Brings(
        worth=one.worth,
        amounts={name: amount for name, amount in one.amounts.items() if name in NAMES},
        villages=int((gains > 0).sum()),
        first=tuple(known.path(int(n)) for n in order),
    )


def villages(
    known: Facts, joint: Province, beaten: Sequence[Beaten], after: Measured
) -> dict[str, Village]:
    """Of each village that something binds with the plan done, or that a work left out would help.

    By path. ``after`` is measured with the plan done; ``beaten`` are the works left out.
    """
    codes = known.code.tolist()
    frees = explain.frees(beaten, explain.serving(joint.basis.works, codes), most=FREES)
    rows = {row["area"]: row for row in after.villages.to_pylist()}
    found = {}
    for n, code in enumerate(codes):
        path = known.path(n)
        binds = bindings.binds(rows[path], known.law, after.at) if path in rows else []
        some = tuple(one.id for one in frees.get(code, ()))
        if binds or some:
            found[path] = Village(tuple(_binding(one) for one in binds), some)
    return found


def _binding(one: Mapping[str, Any]) -> tuple[str, float | None]:
    code = str(one["code"])
    return code, None if code == POVERTY else float(one["shortfall"])
