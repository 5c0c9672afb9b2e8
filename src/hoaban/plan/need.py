"""How much money is still missing: for each target, what the plan does not reach.

The gap that is left after the plan is closed with works that were not chosen, the most gain
per đồng first, each with all that it requires. Gains add up (``method: additive``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoaban.base.money import format_vnd
from hoaban.base.text import Text
from hoaban.plan.facts import TARGETS
from hoaban.plan.works import MILESTONE, Work

_ENOUGH = 1e-9
_LEAST = 2 * _ENOUGH  # T1 must be under its mark: at the mark something is missing still


@dataclass(frozen=True, slots=True)
class Need:
    """Money missing for one target: ``vnd`` is None when the works known cannot meet it.

    ``works`` are the ids it would buy; ``reaches`` the value of the target with them all, by
    adding up; ``measured`` the same by measuring with the missing works of all targets done.
    """

    vnd: int | None
    low_vnd: int | None
    high_vnd: int | None
    reaches: float | None
    works: tuple[str, ...]
    why: Text
    measured: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON; the list of works as its length and its first hundred."""
        return {
            "vnd": self.vnd,
            "low_vnd": self.low_vnd,
            "high_vnd": self.high_vnd,
            "reaches": self.reaches,
            "reaches_measured": self.measured,
            "works": len(self.works),
            "first_works": list(self.works[:100]),
            "why": self.why.vi,
            "why_en": self.why.en,
        }


def until_met(
    works: Sequence[Work],
    chosen: Iterable[str],
    after: Mapping[str, Mapping[str, Any]],
    stretch: Mapping[str, float] | None = None,
) -> dict[str, Need]:
    """For each target the money missing beyond the plan, with the works known.

    ``after`` is each target's ``value, target, met`` with the plan done. ``stretch`` is how many
    times its gap a target's works must add up to (1), where adding up is known to promise more
    than comes true.
    """
    done, more = set(chosen), stretch or {}
    return {t: _need(t, works, done, after[t], more.get(t, 1.0)) for t in TARGETS}


def _need(
    target: str, works: Sequence[Work], done: set[str], after: Mapping[str, Any], stretch: float
) -> Need:
    if after["met"]:
        return Need(0, 0, 0, after["value"], (), Text("Kế hoạch đã đạt.", "The plan meets it."))
    if after["value"] is None:
        unknown = Text(
            "Chưa đo được mục tiêu này nên chưa tính được tiền.",
            "This target could not be measured, so no money can be said.",
        )
        return Need(None, None, None, None, (), unknown)
    sign = -1 if target == "T1" else 1
    gap = max(sign * (after["target"] - after["value"]), _LEAST) * stretch
    bought, gained = _buy(target, works, done, gap)
    reaches = after["value"] + sign * gained
    bought = [work for work in bought if work.kind != MILESTONE]
    names = tuple(work.id for work in bought)
    low, likely, high = (
        (sum(amounts) for amounts in zip(*(_cost(work) for work in bought), strict=True))
        if bought
        else (0, 0, 0)
    )
    if gained + _ENOUGH < gap / stretch:
        return Need(None, None, None, reaches, names, _short(target, reaches, likely, after))
    why = Text(
        f"Cần thêm {len(bought)} công trình, nhiệm vụ ngoài kế hoạch (tính cộng gộp, chưa gồm "
        "duy tu).",
        f"{len(bought)} more works beyond the plan are needed (by adding up, upkeep left out).",
    )
    return Need(likely, low, high, reaches, names, why)


def _short(target: str, reaches: float, vnd: int, after: Mapping[str, Any]) -> Text:
    if target == "T1" and vnd == 0:
        return Text(
            "Không có việc nào trong các gói có mức tăng thu nhập đã được đo; giảm thiếu hụt đơn "
            "thuần không được tính là thoát nghèo.",
            "No work in the packs has a measured income effect; clearing deprivations alone does "
            "not count as leaving poverty.",
        )
    pct, mark = f"{100 * reaches:.1f}".replace(".", ","), f"{100 * after['target']:.0f}"
    under, under_en = ("xuống dưới", "below ") if target == "T1" else ("đến", "")
    if vnd == 0:
        return Text(
            f"Ngoài kế hoạch không còn việc nào đã biết cho mục tiêu này; dự báo {pct} %, chưa "
            f"{under} {mark} %; cần loại việc khác.",
            f"No work known is left for this target; the forecast is {100 * reaches:.1f} %, not "
            f"{under_en}{mark} %; another kind of work is needed.",
        )
    return Text(
        f"Làm hết các việc đã biết (thêm {format_vnd(vnd)}) cũng chỉ đến {pct} %, chưa {under} "
        f"{mark} %; cần loại việc khác.",
        f"All works known ({vnd / 1e9:,.1f} billion đồng more) reach {100 * reaches:.1f} % only, "
        f"not {under_en}{mark} %; another kind of work is needed.",
    )


def _buy(
    target: str, works: Sequence[Work], done: set[str], gap: float
) -> tuple[list[Work], float]:
    """Works not chosen that close a gap, and what they add up to."""
    by_id = {work.id: work for work in works}
    taken = set(done)
    had: dict[str, float] = {}  # the best gain so far of each group of rivals
    for held in (by_id[name] for name in sorted(done)):
        if held.rival:
            had[held.rival] = moves(held, target)
    bought: list[Work] = []
    gained = 0.0
    useful = [work for work in works if work.id not in done and moves(work, target) > 0]
    for work in sorted(useful, key=lambda w: (-_ratio(target, w, by_id, taken), w.id)):
        if gained + _ENOUGH >= gap:
            break
        bundle = [one for one in closure(work, by_id) if one.id not in taken]
        more = sum(_beyond(one, target, had) for one in bundle)
        if more <= 0:
            continue
        for one in bundle:
            taken.add(one.id)
            if one.rival:
                had[one.rival] = max(had.get(one.rival, 0.0), moves(one, target))
        gained += more
        bought += bundle
    return bought, gained


def moves(work: Work, target: str) -> float:
    """By how much a work moves the value of a target; its gain, unless that is only a step."""
    found: float = work.facts.get("moves", work.gains).get(target, 0.0)
    return found


def _beyond(work: Work, target: str, had: Mapping[str, float]) -> float:
    """What a work adds to the rival that stands already, if one does."""
    return max(0.0, moves(work, target) - had.get(work.rival, 0.0) * bool(work.rival))


def _ratio(target: str, work: Work, by_id: Mapping[str, Work], taken: set[str]) -> float:
    bundle = [one for one in closure(work, by_id) if one.id not in taken]
    gain = sum(moves(one, target) for one in bundle)
    return gain / max(sum(one.cost_vnd + one.upkeep_vnd for one in bundle), 1)


def closure(work: Work, by_id: Mapping[str, Work]) -> list[Work]:
    """A work after all that it requires, directly or not."""
    found: dict[str, Work] = {}
    waiting = [work]
    while waiting:
        one = waiting.pop()
        if one.id not in found:
            found[one.id] = one
            waiting += [by_id[name] for name in one.requires if name in by_id]
    return list(found.values())[::-1]


def _cost(work: Work) -> tuple[int, int, int]:
    return work.cost_low_vnd, work.cost_vnd, work.cost_high_vnd
