"""The small province ready for the parts of `hoaban.plan.joint`, and what they are held to."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np

from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.plan.effects.applying import apply
from hoaban.plan.facts import Facts
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Part
from hoaban.plan.works import Work
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.small import RULES, UNTIL


@cache
def known() -> Facts:
    """The facts of the small province."""
    return small.facts()


def numbered(*works: Work) -> list[Work]:
    """The works, each with an id of its own."""
    return [replace(work, id=f"{n:02d}:{work.id}") for n, work in enumerate(works)]


def basis(*works: Work, tables: Tables | None = None) -> Basis:
    """The small province, or another, with works numbered in order."""
    facts = known() if tables is None else small.facts(tables)
    return Basis.of(facts, numbered(*works), RULES)


def truth(of: Basis, chosen: Collection[int]) -> Measured:
    """What is measured with some works applied to the tables."""
    works = [of.works[n] for n in chosen]
    done = apply(of.tables, works, RULES, LAW, at=AT, until=UNTIL)
    return measure(done, LAW, PLACE, at=AT, standard_at=UNTIL)


def column(measured: Measured, name: str) -> list[Any]:
    """A figure of each village."""
    found: list[Any] = measured.villages[name].to_pylist()
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two states of a part are equal, number by number."""
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(one)
    )


def dice(seed: int) -> random.Random:
    """Chance that is the same every time."""
    return random.Random(seed)  # noqa: S311


def programmes(size: int, count: int, seed: int) -> Iterator[list[int]]:
    """Random sets of works, none and all among them."""
    drawn = dice(seed)
    yield from ([], list(range(size)))
    for _ in range(count):
        yield sorted(drawn.sample(range(size), drawn.randint(1, size)))


def disagreements(part: Part[Any], size: int, seed: int = 7) -> list[Sequence[int]]:
    """The sets for which a step further, or back, is not the whole counted again."""
    drawn = dice(seed)
    wrong: list[Sequence[int]] = []
    for chosen in programmes(size, 25, seed):
        state, rest = part.start(chosen), [n for n in range(size) if n not in chosen]
        moves = [
            tuple(drawn.sample(rest, drawn.randint(1, min(3, len(rest))))) for _ in range(3) if rest
        ]
        for move, after in zip(moves, part.after(state, chosen, moves), strict=True):
            if not same(after, part.start({*chosen, *move})):
                wrong.append((*chosen, *move))
        gone = drawn.sample(chosen, min(2, len(chosen)))
        left = [n for n in chosen if n not in gone]
        if not same(part.without(state, left, gone), part.start(left)):
            wrong.append(left)
    return wrong
