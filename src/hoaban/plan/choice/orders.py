"""In which order items can be paid: a few likely orders first, then, for few items, every one.

The purse starts each item in the first year it can, from its sources in their order, so what is
paid first may take money that only another could have used. Items can be paid together when
there is an order in which the purse pays them all.
"""

from collections.abc import Callable, Iterable, Mapping

from hoaban.plan.choice.instance import Chosen, Item
from hoaban.plan.choice.purse import Purse

LOOKS = 100_000  # payments tried by one `Orders` before only the likely orders are

_LIKELY: tuple[Callable[[Item], int], ...] = (
    lambda item: 0,  # as given
    lambda item: len(item.sources),
    lambda item: -item.cost,
    lambda item: item.build_years,
    lambda item: -item.upkeep,
)

_Key = tuple[frozenset[str], tuple[int, ...], tuple[tuple[str, int], ...]]


class Orders:
    """Looks for orders in which items can be paid; what it found impossible it remembers."""

    def __init__(self, purse: Purse, chosen: Mapping[str, Chosen]) -> None:
        self._purse, self._chosen = purse, chosen
        self._failed: set[_Key] = set()
        self._looks = LOOKS

    def pay(self, items: tuple[Item, ...], *, every: bool = True) -> dict[str, Chosen] | None:
        """Pay items in some order; None, and nothing paid, when none is found.

        ``every``: past the likely orders try all others too, as far as `LOOKS` goes.
        """
        if not self._purse.could_pay(items):
            return None
        tried: set[tuple[str, ...]] = set()
        for key in _LIKELY:
            order = sorted_by_need(sorted(items, key=key))
            names = tuple(item.id for item in order)
            if names in tried:
                continue
            tried.add(names)
            paid = self._purse.pay_all(order, self._chosen)
            if paid is not None:
                return paid
        return self._seek(items, {}) if every else None

    def _seek(self, rest: tuple[Item, ...], paid: dict[str, Chosen]) -> dict[str, Chosen] | None:
        if not rest:
            return paid
        names = frozenset(item.id for item in rest)
        needed = {name for item in rest for name in item.requires}
        starts = tuple(sorted((name, one.year) for name, one in paid.items() if name in needed))
        key = (names, tuple(self._purse.left.values()), starts)
        if key in self._failed or not self._purse.could_pay(rest):
            return None
        for item in rest:
            if self._looks > 0 and names.isdisjoint(item.requires):
                found = self._first(item, rest, paid)
                if found is not None:
                    return found
        self._failed.add(key)
        return None

    def _first(
        self, item: Item, rest: tuple[Item, ...], paid: dict[str, Chosen]
    ) -> dict[str, Chosen] | None:
        """Everything paid with this item next, if there is such an order."""
        self._looks -= 1
        before = dict(self._purse.left)
        one = self._purse.pay(item, self._purse.earliest(item, paid, self._chosen))
        if one is not None:
            others = tuple(other for other in rest if other is not item)
            found = self._seek(others, {**paid, item.id: one})
            if found is not None:
                return found
            self._purse.left = before
        return None


def sorted_by_need(items: Iterable[Item]) -> list[Item]:
    """The items in their order, but each after those of them that it requires."""
    by_id = {item.id: item for item in items}
    found: dict[str, Item] = {}

    def visit(item: Item) -> None:
        for name in item.requires:
            if name in by_id and name not in found:
                visit(by_id[name])
        found.setdefault(item.id, item)

    for item in by_id.values():
        visit(item)
    return list(found.values())
