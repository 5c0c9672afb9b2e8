"""Why a work is not in the plan: what beat it, by the choice's own figures.

The reasons are looked for in the order in which a choice is made: somebody decided it; a rival
stands in its place; nothing is left for it to give; the money that may pay for it is used up; other
works give more for each đồng. All gains are exact and joint, on top of the whole plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hoaban.base.money import format_vnd
from hoaban.base.text import Text
from hoaban.plan.choice.instance import Chosen, Instance, Item, Joint, Move, Pool, Result

_NOTHING = 1e-12
_BILLION = 10**9
_Decided = Mapping[str, Text]  # the reasons of those who forced an item out, by id


@dataclass(frozen=True, slots=True)
class Beaten:
    """One work that the plan leaves out. ``gain`` is what it would add to the plan now.

    ``why`` is decided, rival, nothing, money, upkeep or dearer; ``by`` the id of the work that
    stands in its place, or of the last work bought, empty when it is none.
    """

    id: str
    why: str
    text: Text
    gain: float
    cost: int
    by: str = ""

    @property
    def per_billion(self) -> float:
        """Gain for each tỷ đồng; 0 where it costs nothing."""
        return self.gain * _BILLION / self.cost if self.cost else 0.0


def left_out(
    instance: Instance,
    result: Result,
    joint: Joint,
    decided: _Decided | None = None,
) -> list[Beaten]:
    """Every item that is not chosen with what beat it, the most gain per đồng first.

    ``decided`` are the reasons of those who forced an item out, by id.
    """
    seen = _Seen.of(instance, result)
    free = [n for n, item in enumerate(instance.items) if item.id not in seen.chosen]
    moves = [seen.bundle(instance, n) for n in free]
    standing = joint.start([n for n, i in enumerate(instance.items) if i.id in seen.chosen])
    gains = standing.gains([move for move in moves if move])
    gained = iter(gains.tolist())
    found = [
        _beaten(instance, seen, n, (move, next(gained) if move else 0.0), decided or {})
        for n, move in zip(free, moves, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.per_billion, one.id))


@dataclass(frozen=True, eq=False)
class _Seen:
    """The answer looked up: what is chosen, who holds each rivals' place, what money is left."""

    place: Mapping[str, int]
    chosen: Mapping[str, Chosen]
    holder: Mapping[str, str]
    left: Mapping[Pool, int]
    last: Mapping[str, tuple[str, float]]  # the least gain per đồng bought, by kind of money

    @classmethod
    def of(cls, instance: Instance, result: Result) -> "_Seen":
        chosen = {one.id: one for one in result.chosen}
        items = {item.id: item for item in instance.items}
        holder = {items[name].rival: name for name in chosen if items[name].rival}
        place = {item.id: n for n, item in enumerate(instance.items)}
        return cls(place, chosen, holder, result.left, _last(items, result))

    def bundle(self, instance: Instance, number: int) -> Move:
        """The item with all it requires that is not chosen; empty where one does not exist."""
        found: dict[int, None] = {}
        waiting = [number]
        while waiting:
            one = waiting.pop()
            if one in found or instance.items[one].id in self.chosen:
                continue
            found[one] = None
            for name in instance.items[one].requires:
                if name not in self.place:
                    return ()
                waiting.append(self.place[name])
        return tuple(sorted(found))


def _last(items: Mapping[str, Item], result: Result) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for step in result.steps:
        if step.spent <= 0 or step.gain <= _NOTHING:
            continue
        kind, ratio = items[step.items[-1]].money, step.gain / step.spent
        if kind not in found or ratio < found[kind][1]:
            found[kind] = (step.items[-1], ratio)
    return found


def _beaten(
    instance: Instance, seen: _Seen, number: int, bundle: tuple[Move, float], decided: _Decided
) -> Beaten:
    item, (move, gain) = instance.items[number], bundle
    cost = sum(instance.items[n].cost for n in move) if move else item.cost
    if item.forced is False:
        why = Text("Người lập kế hoạch loại ra.", "The planner forced it out.")
        return Beaten(item.id, "decided", decided.get(item.id, why), gain, cost)
    if item.rival in seen.holder and item.rival:
        other = seen.holder[item.rival]
        text = Text(
            f"Đã chọn {other} cho cùng nhu cầu này; hai việc không làm cùng nhau.",
            f"{other} is chosen for the same need; the two are not done together.",
        )
        return Beaten(item.id, "rival", text, gain, cost, other)
    if not move:
        text = Text(
            "Việc phải làm trước không có trong danh mục.",
            "What has to come first is not among the works.",
        )
        return Beaten(item.id, "nothing", text, 0.0, cost)
    if gain <= _NOTHING:
        text = Text(
            "Không thêm được gì: nơi này đã đủ nhờ các việc được chọn, hoặc việc này chưa có mức "
            "tác dụng nào được đo.",
            "It adds nothing: works chosen give this place all of it, or no effect of it has "
            "been measured.",
        )
        return Beaten(item.id, "nothing", text, gain, cost)
    return _short(instance, seen, item, move, gain) or _dearer(seen, item, gain, cost)


def _short(instance: Instance, seen: _Seen, item: Item, move: Move, gain: float) -> Beaten | None:
    """The money that does not reach: of a source, or recurrent money for the upkeep."""
    items = [instance.items[n] for n in move]
    cost = sum(one.cost for one in items)
    for one in items:
        left = _left(seen.left, one.money, one.sources)
        if left < one.cost:
            text = Text(
                f"Hết vốn: các nguồn được chi cho việc này còn {format_vnd(left)}, cần "
                f"{format_vnd(one.cost)}.",
                f"The money is used up: the sources that may pay for it have "
                f"{left / _BILLION:,.2f} billion đồng left, it needs {one.cost / _BILLION:,.2f}.",
            )
            return Beaten(item.id, "money", text, gain, cost, seen.last.get(one.money, ("",))[0])
    years = len(instance.years) - 1
    upkeep = sum(one.upkeep for one in items) * years
    left = sum(amount for pool, amount in seen.left.items() if pool[1] == "recurrent")
    if left < upkeep:
        text = Text(
            f"Không còn tiền duy tu: cần {format_vnd(upkeep)} đến hết kỳ, chi thường xuyên còn "
            f"{format_vnd(left)}.",
            f"No money is left for its upkeep: it needs {upkeep / _BILLION:,.2f} billion đồng, "
            f"{left / _BILLION:,.2f} of recurrent money remain.",
        )
        return Beaten(item.id, "upkeep", text, gain, cost)
    return None


def _dearer(seen: _Seen, item: Item, gain: float, cost: int) -> Beaten:
    last, ratio = seen.last.get(item.money, ("", 0.0))
    own = gain / cost if cost else 0.0
    text = Text(
        f"Mỗi tỷ đồng đem lại {_told(own)}, ít hơn việc cuối cùng được chọn ({last}: "
        f"{_told(ratio)}), hoặc không vừa tiền của từng năm.",
        f"Each billion đồng gives {_told(own)}, less than the last work bought ({last}: "
        f"{_told(ratio)}), or it does not fit into the money of the years.",
    )
    return Beaten(item.id, "dearer", text, gain, cost, last)


def _told(ratio: float) -> str:
    return f"{1000 * ratio * _BILLION:.3g}/1000"


def _left(left: Mapping[Pool, int], kind: str, sources: Sequence[str]) -> int:
    return sum(amount for (_, k, source), amount in left.items() if k == kind and source in sources)


def frees(
    instance: Instance, villages: Mapping[str, Iterable[str]], result: Result, joint: Joint
) -> dict[str, list[Beaten]]:
    """By village: the works there that are left out and would still give something, cheapest first.

    ``villages`` names the ids of the works that serve each village.
    """
    by_id = {one.id: one for one in left_out(instance, result, joint)}
    found: dict[str, list[Beaten]] = {}
    for village, names in sorted(villages.items()):
        some = [by_id[n] for n in names if n in by_id and by_id[n].gain > _NOTHING]
        if some:
            found[village] = sorted(some, key=lambda one: (one.cost, one.id))
    return found
