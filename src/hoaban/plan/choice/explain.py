"""Why a work is not in the plan: what beat it, by the choice's own figures.

The reasons are looked for in the order in which a choice is made: somebody decided it; a rival
stands in its place; nothing is left for it to give; the money that may pay for it is used up; other
works give more for each đồng. What a work requires is asked the same: where that may not be had,
neither may the work. All gains are exact and joint, on top of the whole plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from hoaban.base.money import format_vnd
from hoaban.base.text import Text
from hoaban.plan.choice.instance import Chosen, Instance, Item, Joint, Move, Result
from hoaban.plan.choice.orders import sorted_by_need
from hoaban.plan.choice.purse import UPKEEP, Purse
from hoaban.plan.works import Work

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
    seen = _Seen(instance, result, decided or {})
    free = [n for n, item in enumerate(instance.items) if item.id not in seen.chosen]
    moves = [seen.bundle(n) for n in free]
    standing = joint.start([n for n, i in enumerate(instance.items) if i.id in seen.chosen])
    gains = standing.gains([move for move in moves if move])
    gained = iter(gains.tolist())
    found = [
        _beaten(seen, n, move, next(gained) if move else 0.0)
        for n, move in zip(free, moves, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.per_billion, one.id))


class _Last(NamedTuple):
    """The work that gave least per đồng of those bought, and what it gave."""

    id: str = ""
    ratio: float = 0.0


class _Seen:
    """The answer looked up: what is chosen, who holds each rivals' place, what money is left."""

    def __init__(self, instance: Instance, result: Result, decided: _Decided) -> None:
        self.instance, self.decided = instance, decided
        self.items = {item.id: item for item in instance.items}
        self.place = {item.id: n for n, item in enumerate(instance.items)}
        self.chosen: dict[str, Chosen] = {one.id: one for one in result.chosen}
        self.unpaid = frozenset(result.unpaid)
        self.holder = {self.items[n].rival: n for n in self.chosen if self.items[n].rival}
        self.left = dict(result.left)
        self.last = self._last(result)
        self.spent: dict[str, int] = {}  # build cost of new works by commune
        for name in self.chosen:
            if not (self.items[name].owed or self.items[name].carry_over):
                commune = self.items[name].commune
                self.spent[commune] = self.spent.get(commune, 0) + self.items[name].cost

    def bundle(self, number: int) -> Move:
        """The item with all it requires that is not chosen; empty where one does not exist."""
        found: dict[int, None] = {}
        waiting = [number]
        while waiting:
            one = waiting.pop()
            item = self.instance.items[one]
            if one in found or item.id in self.chosen:
                continue
            found[one] = None
            if any(name not in self.place for name in item.requires):
                return ()
            waiting += [self.place[name] for name in item.requires]
        return tuple(sorted(found))

    def price(self, items: Iterable[Item]) -> int:
        """Builds, and upkeep to the plan's end, as the search reckons; at least 1."""
        years = len(self.instance.years) - 1
        return max(1, sum(item.cost + item.upkeep * years for item in items))

    def pays(self, items: Iterable[Item]) -> bool:
        """Whether what is left would pay items, all of them."""
        purse = Purse(replace(self.instance, pools=self.left))
        return purse.would_pay(sorted_by_need(items), self.chosen)

    def _last(self, result: Result) -> dict[str, _Last]:
        found: dict[str, _Last] = {}
        for step in result.steps:
            items = [self.items[name] for name in step.items]
            ratio = step.gain / self.price(items)
            kind = items[-1].money
            if step.gain > _NOTHING and (kind not in found or ratio < found[kind].ratio):
                found[kind] = _Last(step.items[-1], ratio)
        return found


class _Left(NamedTuple):
    """One item left out, with what would have to be done with it."""

    item: Item
    items: list[Item]  # with all it requires that is not chosen; empty where that cannot be
    gain: float
    cost: int

    def by(self, why: str, text: Text, other: str = "") -> Beaten:
        return Beaten(self.item.id, why, text, self.gain, self.cost, other)


def _beaten(seen: _Seen, number: int, move: Move, gain: float) -> Beaten:
    item = seen.instance.items[number]
    items = [seen.instance.items[n] for n in move]
    cost = sum(one.cost for one in items) if items else item.cost
    left = _Left(item, items, gain, cost)
    return (
        _decided(seen, left)
        or _rival(seen, left)
        or _unpaid(seen, left)
        or _idle(left)
        or _money(seen, left)
        or _dearer(seen, left)
    )


def _decided(seen: _Seen, left: _Left) -> Beaten | None:
    """Somebody forced it, or what it requires, out; or its commune may have no more."""
    if left.item.forced is False:
        why = Text("Người lập kế hoạch loại ra.", "The planner forced it out.")
        return left.by("decided", seen.decided.get(left.item.id, why))
    out = next((one.id for one in left.items if one.forced is False), "")
    if out:
        text = Text(
            f"Cần {out} làm trước, mà việc đó bị người lập kế hoạch loại ra.",
            f"It needs {out} first, which the planner forced out.",
        )
        return left.by("decided", text, out)
    for commune, most in sorted(seen.instance.most.items()):
        more = sum(one.cost for one in left.items if one.commune == commune)
        spent = seen.spent.get(commune, 0)
        if more and spent + more > most:
            text = Text(
                f"Xã chỉ được nhiều nhất {format_vnd(most)} việc mới; đã chọn {format_vnd(spent)}.",
                f"The commune may have {most / _BILLION:,.2f} billion đồng of new works at most; "
                f"{spent / _BILLION:,.2f} are chosen.",
            )
            return left.by("decided", text)
    return None


def _rival(seen: _Seen, left: _Left) -> Beaten | None:
    """Another work stands in its place, or in that of what it requires."""
    for one in (left.item, *left.items):
        if one.rival and one.rival in seen.holder:
            other = seen.holder[one.rival]
            first = "" if one is left.item else one.id
            text = Text(
                (f"Cần {first} làm trước. " if first else "")
                + f"Đã chọn {other} cho cùng nhu cầu này; hai việc không làm cùng nhau.",
                (f"It needs {first} first. " if first else "")
                + f"{other} is chosen for the same need; the two are not done together.",
            )
            return left.by("rival", text, other)
    return None


def _idle(left: _Left) -> Beaten | None:
    """It would add nothing, or can never be done."""
    if not left.items:
        text = Text(
            "Việc phải làm trước không có trong danh mục.",
            "What has to come first is not among the works.",
        )
        return left.by("nothing", text)
    if left.gain <= _NOTHING:
        text = Text(
            "Không thêm được gì: nơi này đã đủ nhờ các việc được chọn, hoặc việc này chưa có mức "
            "tác dụng nào được đo.",
            "It adds nothing: works chosen give this place all of it, or no effect of it has "
            "been measured.",
        )
        return left.by("nothing", text)
    return None


def _unpaid(seen: _Seen, left: _Left) -> Beaten | None:
    """Owed or under way, or waiting for what is, and the money does not finish that."""
    first = next((one for one in (left.item, *left.items) if one.id in seen.unpaid), None)
    if first is None:
        return None
    has, other = _has(seen, first), "" if first is left.item else first.id
    text = Text(
        (f"Cần {other} làm trước. " if other else "")
        + f"Nợ đọng hoặc đang dở, nhưng vốn không đủ: cần {format_vnd(first.cost)}, các nguồn "
        f"được chi còn {format_vnd(has)} trong cả kỳ.",
        (f"It needs {other} first. " if other else "")
        + f"Owed or under way, but the money does not finish it: it needs "
        f"{first.cost / _BILLION:,.2f} billion đồng, the sources that may pay have "
        f"{has / _BILLION:,.2f} left in all years.",
    )
    return left.by("money", text, other)


def _money(seen: _Seen, left: _Left) -> Beaten | None:
    """The money that does not reach: of a source, of the years, or recurrent for the upkeep."""
    if seen.pays(left.items):
        return None
    last = seen.last.get(left.item.money, _Last())
    for one in left.items:
        same = [i for i in left.items if i.money == one.money and set(i.sources) <= {*one.sources}]
        has, needs = _has(seen, one), sum(i.cost for i in same)
        if has < needs:
            rest = _compared(seen, left, last)
            text = Text(
                f"Các nguồn được chi cho việc này còn {format_vnd(has)}, cần "
                f"{format_vnd(needs)}. {rest.vi}",
                f"The sources that may pay for it have "
                f"{has / _BILLION:,.2f} billion đồng left, it needs {needs / _BILLION:,.2f}. "
                f"{rest.en}",
            )
            return left.by("money", text, last.id)
    if seen.pays([replace(one, upkeep=0) for one in left.items]):
        return _upkeep(seen, left)
    text = Text(
        "Vốn còn lại nằm rải ở nhiều năm: không năm khởi công nào đủ để làm trọn việc này.",
        "The money left is spread over the years: from no first year can all of it be paid.",
    )
    return left.by("money", text, last.id)


def _upkeep(seen: _Seen, left: _Left) -> Beaten:
    needs = sum(one.upkeep for one in left.items)
    has = dict.fromkeys(seen.instance.years[1:], 0)
    for (year, kind, _), amount in seen.left.items():
        if kind == UPKEEP and year in has:
            has[year] += amount
    year = min(has, key=lambda y: has[y])
    text = Text(
        f"Không đủ tiền duy tu: cần {format_vnd(needs)} mỗi năm sau khi xong, chi thường xuyên "
        f"năm {year} còn {format_vnd(has[year])}.",
        f"Too little money for its upkeep: it needs {needs / _BILLION:,.2f} billion đồng in each "
        f"year after it is done, {has[year] / _BILLION:,.2f} of recurrent money remain in {year}.",
    )
    return left.by("upkeep", text)


def _dearer(seen: _Seen, left: _Left) -> Beaten:
    """The money is there: others give more for it, or the search was ended before this one."""
    last = seen.last.get(left.item.money, _Last())
    text = _compared(seen, left, last)
    if left.gain / seen.price(left.items) >= last.ratio:
        text = Text(
            f"{text.vi} Việc tìm dừng trước khi đến việc này.",
            f"{text.en} The search was ended before it came to this one.",
        )
    return left.by("dearer", text, last.id)


def _compared(seen: _Seen, left: _Left, last: _Last) -> Text:
    own = _told(left.gain / seen.price(left.items))
    vi = f"Mỗi tỷ đồng (cả duy tu) đem lại {own[0]}"
    en = f"Each billion đồng (with upkeep) gives {own[1]}"
    if last.id:
        other = _told(last.ratio)
        vi += f"; việc được chọn đem lại ít nhất là {last.id}: {other[0]}"
        en += f"; of the works bought {last.id} gives least: {other[1]}"
    return Text(vi + ".", en + ".")


def _told(ratio: float) -> tuple[str, str]:
    found = f"{1000 * ratio * _BILLION:.3g}/1000"
    return found.replace(".", ","), found


def _has(seen: _Seen, item: Item) -> int:
    """What is left, in all years, in the pools that may pay for an item."""
    return sum(
        amount
        for (_, kind, source), amount in seen.left.items()
        if kind == item.money and source in item.sources
    )


def frees(
    beaten: Iterable[Beaten], serves: Mapping[str, Iterable[str]], *, most: int | None = None
) -> dict[str, list[Beaten]]:
    """By village: the works there that are left out and would still give something, cheapest first.

    beaten
        What `left_out` told, once for all villages. Each says what binds: the money, a rival, …
    serves
        The ids of the works that serve each village: `serving`.
    most
        No more than so many for each village; all without.

    A village for which nothing is left that would help is not in the answer.
    """
    by_id = {one.id: one for one in beaten if one.gain > _NOTHING}
    found: dict[str, list[Beaten]] = {}
    for village, names in sorted(serves.items()):
        some = [by_id[name] for name in dict.fromkeys(names) if name in by_id]
        if some:
            found[village] = sorted(some, key=lambda one: (one.cost, one.id))[:most]
    return found


def serving(works: Iterable[Work], codes: Sequence[str]) -> dict[str, list[str]]:
    """By code of a village: the ids of the works that serve it, in the order of the works.

    ``codes`` are the villages in the order of `hoaban.plan.facts.Facts`, by whose positions works
    name them; a work that names none serves the village in which it stands, if any.
    """
    found: dict[str, list[str]] = {}
    for work in works:
        here = [codes[n] for n in work.facts.get("villages", ())]
        if not here and work.village:
            here = [work.village.rstrip("/").rsplit("/", 1)[-1]]
        for code in here:
            found.setdefault(code, []).append(work.id)
    return found
