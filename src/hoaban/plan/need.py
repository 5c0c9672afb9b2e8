"""How much money is still missing: for each target, what the plan does not reach.

From the plan on, and with as much money as it takes, works are added greedily for that target
alone, each evaluated exactly and jointly with all that stands, until it is met; where that does not
do, a work of the plan gives way to a better rival. Then those that turned out not to be needed are
taken out again, the dearest first. So what is said suffices; that nothing cheaper would is not
proven. What all targets miss together is judged as one programme.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hoaban.base.money import format_vnd
from hoaban.base.text import Text
from hoaban.measure.targets import passes
from hoaban.plan.alternatives import named
from hoaban.plan.choice import search
from hoaban.plan.choice.instance import Instance, Result
from hoaban.plan.facts import TARGETS
from hoaban.plan.joint.province import Province, Standing
from hoaban.plan.works import Work

_PLENTY = 10**15  # đồng in every pool: more than any programme costs
_TRIALS = 400  # works tried to be taken out again
STOPPED = Text(
    "Việc tìm bị dừng sớm nên chưa tính được tiền; hãy lập kế hoạch lại.",
    "The search was ended early, so no money can be said; plan again.",
)


@dataclass(frozen=True, slots=True)
class Need:
    """Money missing for one target: ``vnd`` is None when the works known cannot meet it.

    Building costs in đồng, ``upkeep_vnd`` a year beside them; what works of the plan would have
    cost that give way to others (``instead``) is taken off. ``works`` are the ids it would buy;
    ``reaches`` the value of the target with them; ``measured`` the same with what is missing for
    all targets done.
    """

    vnd: int | None
    low_vnd: int | None
    high_vnd: int | None
    reaches: float | None
    works: tuple[str, ...]
    why: Text
    upkeep_vnd: int | None = None
    measured: float | None = None
    instead: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON; the list of works as its length and its first hundred."""
        return {
            "vnd": self.vnd,
            "low_vnd": self.low_vnd,
            "high_vnd": self.high_vnd,
            "upkeep_vnd": self.upkeep_vnd,
            "reaches": self.reaches,
            "reaches_measured": self.measured,
            "works": len(self.works),
            "first_works": list(self.works[:100]),
            "instead": len(self.instead),
            "why": self.why.vi,
            "why_en": self.why.en,
        }


@dataclass(frozen=True, slots=True)
class Together:
    """The missing works of all targets as one programme on top of the plan; đồng as for `Need`."""

    vnd: int
    low_vnd: int
    high_vnd: int
    upkeep_vnd: int
    works: int
    values: Mapping[str, float | None]

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        names = ("vnd", "low_vnd", "high_vnd", "upkeep_vnd", "works")
        return {**{name: getattr(self, name) for name in names}, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing by target, and ``together``; None where nothing can be bought."""

    by_target: Mapping[str, Need] = field(default_factory=dict)
    together: Together | None = None


def missing(
    instance: Instance,
    joint: Province,
    result: Result,
    after: Mapping[str, Mapping[str, Any]],
    *,
    stop: Callable[[], bool] | None = None,
) -> Missing:
    """The money missing beyond a plan for each target, with the works known.

    ``after`` is each target's mark (``target``) and whether it is ``met`` with the plan done. A
    commune's most still holds.
    """
    rich = _rich(instance, result)
    ids = {one.id for one in result.chosen}
    values = joint.outcome(named(instance, ids)).targets
    found = {
        target: _met(values[target], after[target])
        or _need(target, rich, joint, result, float(after[target]["target"]), stop=stop)
        for target in TARGETS
    }
    bought = _ids(one.works for one in found.values())
    if not bought:
        return Missing(found)
    gone = _ids(one.instead for one in found.values()) - bought
    reached = joint.outcome(named(instance, (ids - gone) | bought)).targets
    told = {name: replace(one, measured=reached[name]) for name, one in found.items()}
    return Missing(told, _together(*_split(joint.basis.works, bought, gone), reached))


def _rich(instance: Instance, result: Result) -> Instance:
    """The same choice with plenty of money, in which what is left unpaid may be paid too."""
    unpaid = set(result.unpaid)
    return replace(
        instance,
        items=tuple(
            replace(item, owed=False, carry_over=False) if item.id in unpaid else item
            for item in instance.items
        ),
        pools=dict.fromkeys(instance.pools, _PLENTY),
        least={},
    )


def _ids(some: Iterable[Iterable[str]]) -> set[str]:
    return {name for names in some for name in names}


def _split(
    works: Sequence[Work], bought: Collection[str], gone: Collection[str]
) -> tuple[list[Work], list[Work]]:
    return [w for w in works if w.id in bought], [w for w in works if w.id in gone]


def _met(value: float | None, after: Mapping[str, Any]) -> Need | None:
    """What is to be said of a target for which no works are looked for."""
    if value is None:
        unknown = Text(
            "Chưa đo được mục tiêu này nên chưa tính được tiền.",
            "This target could not be measured, so no money can be said.",
        )
        return Need(None, None, None, None, (), unknown)
    if after["met"]:
        return Need(0, 0, 0, value, (), Text("Kế hoạch đã đạt.", "The plan meets it."), 0)
    return None


def _need(
    target: str,
    rich: Instance,
    joint: Province,
    result: Result,
    mark: float,
    *,
    stop: Callable[[], bool] | None,
) -> Need:
    alone = joint.weighted(_alone(target, joint.weights))

    def reached(standing: Standing) -> float:
        return joint.outcome_of(standing).targets[target] or 0.0

    def met(standing: Any) -> bool:
        return passes(target, reached(standing), mark)

    more = search.further(rich, alone, result, drops=1, stop=stop, enough=met)
    now, had = {one.id for one in more.chosen}, {one.id for one in result.chosen}
    standing = alone.start(named(rich, now))
    works, gone = _split(joint.basis.works, now - had, had - now)
    if not met(standing) and stop is not None and stop():
        return Need(None, None, None, None, (), STOPPED)
    if not met(standing):
        vnd = _together(works, gone, {}).vnd
        why = _short(target, reached(standing), vnd, mark)
        return Need(None, None, None, reached(standing), _names(works), why)
    works, standing = _needed(rich, standing, works, met)
    sums = _together(works, gone, {})
    costs = (sums.vnd, sums.low_vnd, sums.high_vnd)
    names, why = _names(works), _told(works, gone, sums)
    return Need(*costs, reached(standing), names, why, sums.upkeep_vnd, None, _names(gone))


def _names(works: Iterable[Work]) -> tuple[str, ...]:
    return tuple(work.id for work in works)


def _told(works: Sequence[Work], gone: Sequence[Work], sums: Together) -> Text:
    for_them = (f", thay {len(gone)} việc của kế hoạch", f" in place of {len(gone)} of the plan")
    vi, en = for_them if gone else ("", "")
    return Text(
        f"Cần thêm {len(works)} công trình, nhiệm vụ ngoài kế hoạch{vi} (tính tác dụng chung, "
        f"chính xác; chưa gồm duy tu {format_vnd(sums.upkeep_vnd)} mỗi năm).",
        f"{len(works)} more works are needed{en} (by their exact joint effect; upkeep of "
        f"{sums.upkeep_vnd / 1e9:,.2f} billion đồng a year left out).",
    )


def _alone(target: str, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights of one target's criteria, the others 0; 1 each where they have none.

    T1 counts income alone.
    """
    own = {
        name: weight
        for name, weight in weights.items()
        if name.partition("_")[0] == target and name != "T1_M0"
    }
    if not any(own.values()):
        own = dict.fromkeys(own, 1.0)
    return dict.fromkeys(weights, 0.0) | own


def _needed(
    rich: Instance, standing: Standing, works: Sequence[Work], met: Callable[[Standing], bool]
) -> tuple[list[Work], Standing]:
    """The works without those that the target is met without, the dearest tried first."""
    kept = {work.id: work for work in works}
    number = {item.id: n for n, item in enumerate(rich.items)}
    for work in sorted(works, key=lambda w: (-w.cost_vnd, w.id))[:_TRIALS]:
        if any(work.id in other.requires for other in kept.values()):
            continue
        rest = standing.without((number[work.id],))
        if met(rest):
            standing = rest
            del kept[work.id]
    return list(kept.values()), standing


def _together(
    works: Iterable[Work], gone: Iterable[Work], values: Mapping[str, float | None]
) -> Together:
    """What works cost more than those that give way to them."""
    signed = [(1, work) for work in works]
    number = len(signed)
    signed += [(-1, work) for work in gone]
    return Together(
        vnd=sum(sign * work.cost_vnd for sign, work in signed),
        low_vnd=sum(sign * work.cost_low_vnd for sign, work in signed),
        high_vnd=sum(sign * work.cost_high_vnd for sign, work in signed),
        upkeep_vnd=sum(sign * work.upkeep_vnd for sign, work in signed),
        works=number,
        values=values,
    )


def _short(target: str, reaches: float, vnd: int, mark: float) -> Text:
    if target == "T1" and vnd == 0:
        return Text(
            "Không có việc nào trong các gói có mức tăng thu nhập đã được đo; giảm thiếu hụt đơn "
            "thuần không được tính là thoát nghèo.",
            "No work in the packs has a measured income effect; clearing deprivations alone does "
            "not count as leaving poverty.",
        )
    pct, goal = f"{100 * reaches:.1f}".replace(".", ","), f"{100 * mark:.0f}"
    under, under_en = ("xuống dưới", "below ") if target == "T1" else ("đến", "")
    if vnd == 0:
        return Text(
            f"Ngoài kế hoạch không còn việc nào đã biết cho mục tiêu này; dự báo {pct} %, chưa "
            f"{under} {goal} %; cần loại việc khác.",
            f"No work known is left for this target; the forecast is {100 * reaches:.1f} %, not "
            f"{under_en}{goal} %; another kind of work is needed.",
        )
    return Text(
        f"Làm hết các việc đã biết (thêm {format_vnd(vnd)}) cũng chỉ đến {pct} %, chưa {under} "
        f"{goal} %; cần loại việc khác.",
        f"All works known ({vnd / 1e9:,.1f} billion đồng more) reach {100 * reaches:.1f} % only, "
        f"not {under_en}{goal} %; another kind of work is needed.",
    )
