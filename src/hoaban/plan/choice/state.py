"""A choice in the making: what is in, what it is worth together, what money and places are left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hoaban.base.money import format_vnd
from hoaban.plan.choice.instance import (
    Chosen,
    Instance,
    Item,
    Joint,
    Move,
    Pool,
    Result,
    Standing,
    Step,
)
from hoaban.plan.choice.orders import Orders, sorted_by_need
from hoaban.plan.choice.purse import Purse
from hoaban.plan.choice.rules import LeastCannotBeMet, NoAffordablePlan


@dataclass(frozen=True)
class Kept:
    """All of a state that a trial may change; see `State.kept` and `State.back`."""

    left: Mapping[Pool, int]
    chosen: Mapping[str, Chosen]
    holder: Mapping[str, str]
    spent: Mapping[str, int]
    steps: tuple[Step, ...]
    standing: Standing


class State:
    """Items chosen with their joint standing. It starts with what is owed, begun and forced in.

    Debts come first, then works under way (unless forced out), in the order of the items; each
    that the money does not finish is ``unpaid``. ``again`` gives payments to start with instead.
    Raises `NoAffordablePlan` when what is forced in cannot be paid.
    """

    def __init__(self, instance: Instance, joint: Joint, again: Result | None = None) -> None:
        self.instance, self.joint = instance, joint
        self.items = instance.items
        self.number = {item.id: n for n, item in enumerate(instance.items)}
        self.purse = Purse(instance)
        self.chosen: dict[str, Chosen] = {}
        self.holder: dict[str, str] = {}  # who stands for each group of rivals
        self.spent: dict[str, int] = {}  # build cost of new works by commune
        self.unpaid: list[str] = []
        self.steps: list[Step] = []
        self.tried = 0
        self.tight = False  # whether a move was met for which only the money of some year lacked
        if again is None:
            self._begun()
            self._forced()
        else:
            self._again(again)
        self.standing: Standing = joint.start(self.numbers())

    def _begun(self) -> None:
        for item in begun(self.items):
            paid = self.purse.pay(item, self.purse.years[0])
            if paid is None:
                self.unpaid.append(item.id)
            else:
                self._keep([item], {item.id: paid})

    def _forced(self) -> None:
        new = (n for n, item in enumerate(self.items) if item.forced and not _old(item))
        move = self.rest(tuple(new))
        items = tuple(self.items[n] for n in move)
        paid = Orders(self.purse, self.chosen).pay(items)
        if paid is None:
            raise NoAffordablePlan(
                works=", ".join(item.id for item in items),
                cost=format_vnd(sum(item.cost for item in items)),
                money=format_vnd(self._money(items)),
            )
        self._keep(items, paid)

    def _money(self, items: Iterable[Item]) -> int:
        """What is left in the pools that may pay for some of the items."""
        payers = {(item.money, source) for item in items for source in item.sources}
        return sum(v for (_, *payer), v in self.purse.left.items() if tuple(payer) in payers)

    def _again(self, result: Result) -> None:
        for one in result.chosen:
            self.purse.take_again(one)
            self._keep([self.items[self.number[one.id]]], {one.id: one})
        self.unpaid, self.steps = list(result.unpaid), list(result.steps)

    def numbers(self) -> list[int]:
        """The items chosen, by number."""
        return [self.number[name] for name in self.chosen]

    def rest(self, move: Move) -> Move:
        """What is still to choose of a move with all it requires, each after what it requires.

        Empty where nothing is, or where one may not be had: forced out, a rival of one chosen,
        under way but not to be finished, unknown.
        """
        found: dict[int, None] = {}
        if not all(self._visit(n, found) for n in move):
            return ()
        if len(found) > 1:
            groups = [self.items[n].rival for n in found if self.items[n].rival]
            if len(groups) > len(set(groups)):
                return ()
        return tuple(found)

    def _visit(self, n: int, found: dict[int, None]) -> bool:
        item = self.items[n]
        if n in found or item.id in self.chosen:
            return True
        if item.forced is False or _old(item) or item.rival in self.holder:
            return False
        for name in item.requires:
            first = self.number.get(name)
            if first is None or not self._visit(first, found):
                return False
        found[n] = None
        return True

    def may(self, move: Move) -> bool:
        """Whether communes' most and the money allow a move, each after what it requires.

        Until the first move fails for want of money in some year, a quick look at the money: then
        False is sure and True is not.
        """
        items = [self.items[n] for n in move]
        if self.instance.most:
            more: dict[str, int] = {}
            for item in items:
                more[item.commune] = more.get(item.commune, 0) + item.cost
            for commune, cost in more.items():
                most = self.instance.most.get(commune)
                if most is not None and self.spent.get(commune, 0) + cost > most:
                    return False
        if not self.purse.could_pay(items):
            return False
        return not self.tight or self.purse.would_pay(items, self.chosen)

    def take(self, move: Move) -> bool:
        """Pay every item of a move and add it to the standing, or do nothing."""
        if not move or not self.may(move):
            return False
        items = [self.items[n] for n in move]
        paid = self.purse.pay_all(items, self.chosen)
        if paid is None:
            self.tight = True
            return False
        self._keep(items, paid)
        self._step(move)
        return True

    def settle(self, items: Iterable[Item], paid: Mapping[str, Chosen]) -> None:
        """Take items that the purse has paid, one step each."""
        for item in sorted_by_need(items):
            self._keep([item], {item.id: paid[item.id]})
            self._step((self.number[item.id],))

    def _step(self, move: Move) -> None:
        before = self.standing.worth
        self.standing.add(move)
        now = self.standing.worth
        names = tuple(self.items[n].id for n in move)
        spent = sum(self.chosen[name].spent for name in names)
        self.steps.append(Step(names, now - before, spent, now))

    def _keep(self, items: Iterable[Item], paid: Mapping[str, Chosen]) -> None:
        self.chosen.update(paid)
        for item in items:
            if item.rival:
                self.holder[item.rival] = item.id
            if not _old(item):
                self.spent[item.commune] = self.spent.get(item.commune, 0) + item.cost

    def drop(self, names: Sequence[str]) -> None:
        """Take items out again, their money back; the standing and the steps stay."""
        for name in names:
            item = self.items[self.number[name]]
            self.purse.give_back(self.chosen.pop(name))
            self.spent[item.commune] -= item.cost
            if item.rival:
                del self.holder[item.rival]

    def kept(self) -> Kept:
        """What a trial may change, to go `back` to; the standing itself must not be added to."""
        return Kept(
            left=dict(self.purse.left),
            chosen=dict(self.chosen),
            holder=dict(self.holder),
            spent=dict(self.spent),
            steps=tuple(self.steps),
            standing=self.standing,
        )

    def back(self, kept: Kept) -> None:
        """Undo all since ``kept``."""
        self.purse.left = dict(kept.left)
        self.chosen, self.holder = dict(kept.chosen), dict(kept.holder)
        self.spent, self.steps = dict(kept.spent), list(kept.steps)
        self.standing = kept.standing

    def lacking(self) -> dict[str, int]:
        """By commune, the đồng still to be spent there for its least to be met."""
        spent = self.spent
        short = {c: most - spent.get(c, 0) for c, most in sorted(self.instance.least.items())}
        return {commune: amount for commune, amount in short.items() if amount > 0}

    def check_least(self) -> None:
        """Refuse where a commune's least is not met. Raises `LeastCannotBeMet`."""
        for commune in self.lacking():
            raise LeastCannotBeMet(
                commune=commune,
                least=format_vnd(self.instance.least[commune]),
                found=format_vnd(self.spent.get(commune, 0)),
            )

    def price(self, move: Move) -> int:
        """What a move takes within the plan at most: builds, and upkeep to its end; at least 1."""
        years = len(self.instance.years) - 1
        items = self.items
        return max(1, sum(items[n].cost + items[n].upkeep * years for n in move))


def _old(item: Item) -> bool:
    """Whether an item is owed or under way, so that no step of the choice takes it."""
    return item.owed or item.carry_over


def begun(items: Iterable[Item]) -> list[Item]:
    """What is paid before anything new: debts, then works under way that are not forced out."""
    known = list(items)
    under_way = [i for i in known if i.carry_over and not i.owed and i.forced is not False]
    return [item for item in known if item.owed] + under_way
