"""What planners ask of a plan beside the money; all of it is published with the plan."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text
from hoaban.plan.choice.curve import SHARES


class NoReason(Problem):
    vi = "Buộc đưa vào hoặc loại “{work}” phải có lý do; lý do được công khai cùng kế hoạch."
    en = "Forcing “{work}” in or out needs a reason; it is published with the plan."


class NoSuchWish(Problem):
    vi = "Không có {what} “{name}”; gần nhất là “{nearest}”."
    en = "There is no {what_en} “{name}”; the nearest is “{nearest}”."


class NotAShare(Problem):
    vi = (
        "Các phần ngân sách {found} không dùng được: mỗi phần lớn hơn 0, không quá 1, và phải có "
        "phần 1, là chính kế hoạch."
    )
    en = (
        "The parts of the budget {found} cannot be used: each is above 0 and at most 1, and one "
        "of them is 1, the plan itself."
    )


class BelowNothing(Problem):
    vi = "{what} là {found}; phải từ 0 trở lên, hãy sửa lại."
    en = "{what_en} is {found}; it must be 0 or more, mend it."


class NotAWeight(Problem):
    vi = "Trọng số {name} là {found}; phải là số từ 0 trở lên."
    en = "The weight {name} is {found}; it must be a number of 0 or more."


@dataclass(frozen=True)
class Wishes:
    """The wishes of one plan.

    ``forced`` is by work id: in (True) or out (False), and the reason. ``least``, ``most`` are đồng
    of new works by commune path. ``weights`` stand in for those in force, by criterion. ``shares``
    are the budgets of the curve, parts of the plan's own. ``draws`` of disagreement, 0 for none.
    ``keep_more`` asks what the plan would be if the province kept that part more of its own
    revenue, 0.2 for a fifth; ``frontiers`` what fairness and the end of isolation cost.
    """

    forced: Mapping[str, tuple[bool, Text]] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    shares: tuple[float, ...] = SHARES
    draws: int = 0
    keep_more: float = 0.0
    frontiers: bool = False

    def under(self, province: str) -> "Wishes":
        """The same with communes named by code alone named by their path under a province's."""

        def paths(rules: Mapping[str, int]) -> dict[str, int]:
            return {
                name if "/" in name else f"{province}{name}/": vnd for name, vnd in rules.items()
            }

        return replace(self, least=paths(self.least), most=paths(self.most))

    def check(self, works: Collection[str], criteria: Collection[str]) -> None:
        """Refuse what names nothing and what is no amount.

        Raises `NoReason`, `NoSuchWish`, `NotAWeight`, `NotAShare`, `BelowNothing`.
        """
        for name, (_, why) in self.forced.items():
            if not why.vi.strip():
                raise NoReason(work=name)
            _known(name, works, "việc", "work")
        for name, weight in self.weights.items():
            _known(name, criteria, "tiêu chí", "criterion")
            if not (math.isfinite(weight) and weight >= 0):
                raise NotAWeight(name=name, found=weight)
        if 1 not in self.shares or not all(0 < share <= 1 for share in self.shares):
            raise NotAShare(found=", ".join(str(share) for share in self.shares) or "—")
        self._amounts()

    def _amounts(self) -> None:
        for rules, vi, en in (
            (self.least, "ít nhất", "the least"),
            (self.most, "nhiều nhất", "the most"),
        ):
            for commune, vnd in rules.items():
                _at_least_0(vnd, f"Mức {vi} của {commune}", f"{en.capitalize()} of {commune}")
        _at_least_0(self.draws, "Số lần thử", "The number of draws")
        _at_least_0(self.keep_more, "Phần thu giữ thêm", "The part of revenue kept more")


def _known(name: str, names: Collection[str], what: str, what_en: str) -> None:
    if name not in names:
        raise NoSuchWish(what=what, what_en=what_en, name=name, nearest=nearest(name, names))


def _at_least_0(found: float, what: str, what_en: str) -> None:
    if not (math.isfinite(found) and found >= 0):
        raise BelowNothing(what=what, what_en=what_en, found=found)
