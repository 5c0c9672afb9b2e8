"""Four principles a plan is held to: focus, the people's say, local institutions, many sources.

The seeds close with them: *đầu tư có trọng tâm – trao quyền cho cộng đồng – tăng cường thể chế tại
chỗ – gắn kết nguồn lực đa chiều*. Each is a check with its figures; a plan that fails one says so.
They are shown, and choose nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from hoaban.base.money import format_vnd
from hoaban.base.text import Text
from hoaban.plan.choice.instance import Chosen, Pool
from hoaban.plan.facts import Facts
from hoaban.plan.works import Work

Pairs = Sequence[tuple[Work, Chosen]]
_NOTHING = Text("Kế hoạch chưa chi cho việc nào.", "The plan pays for no work.")


@dataclass(frozen=True, slots=True)
class Check:
    """One principle: whether it is kept (None: nothing can be said), and by which figures."""

    name: str  # focus, empowerment, institution, sources
    kept: bool | None
    why: Text

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"name": self.name, "kept": self.kept, "why": self.why.vi, "why_en": self.why.en}


def checks(facts: Facts, chosen: Pairs, proposals: Mapping[str, Any] | None) -> list[Check]:
    """All four. ``proposals`` holds ``carried`` and ``funded`` counts, None when there are none."""
    return [_focus(facts, chosen), _empowered(proposals), _institution(chosen), _sources(chosen)]


def _focus(facts: Facts, chosen: Pairs) -> Check:
    """Money a head in the highlands is at least what it is elsewhere.

    A work's money is shared out over the people it serves, or those of its commune.
    """
    high = facts.flag("highland")
    heads = [int(facts.people[high].sum()), int(facts.people[~high].sum())]
    if not heads[0] or not heads[1]:
        why = Text("Chỉ có một loại vùng.", "There is one kind of area only.")
        return Check("focus", None, why)
    if not chosen:
        return Check("focus", None, _NOTHING)
    money = [Fraction(0), Fraction(0)]
    for work, one in chosen:
        here = np.array(work.facts.get("villages", ()), np.int64)
        here = here if here.size else facts.in_commune(work.commune)
        people = int(facts.people[here].sum())
        if people:
            part = Fraction(int(facts.people[here][high[here]].sum()), people)
            money[0] += one.spent * part
            money[1] += one.spent * (1 - part)
    each = [amount / head for amount, head in zip(money, heads, strict=True)]
    why = Text(
        f"Vùng cao {format_vnd(round(each[0]))} một người, nơi khác {format_vnd(round(each[1]))}.",
        f"Highlands {float(each[0]) / 10**6:,.2f} million đồng a head, "
        f"elsewhere {float(each[1]) / 10**6:,.2f}.",
    )
    return Check("focus", each[0] >= each[1], why)


def _empowered(proposals: Mapping[str, Any] | None) -> Check:
    """At least half of what villages' meetings carried is funded."""
    carried = int((proposals or {}).get("carried") or 0)
    if not carried:
        why = Text("Chưa có đề xuất nào của bản.", "No village has proposed anything yet.")
        return Check("empowerment", None, why)
    funded = int((proposals or {}).get("funded") or 0)
    why = Text(
        f"{funded} trong {carried} đề xuất được bản thông qua có trong kế hoạch.",
        f"{funded} of {carried} proposals that villages carried are in the plan.",
    )
    return Check("empowerment", 2 * funded >= carried, why)


def _institution(chosen: Pairs) -> Check:
    """People are trained, and upkeep is paid for what is built, to the plan's end."""
    if not chosen:
        return Check("institution", None, _NOTHING)
    trained = sum(any(e.kind == "trains" for e in work.effects) for work, _ in chosen)
    kept = sum(sum(one.kept_up.values()) for _, one in chosen)
    why = Text(
        f"{trained} lớp bồi dưỡng tại chỗ; duy tu đến hết kỳ {format_vnd(kept)}.",
        f"{trained} courses in the communes; upkeep to the plan's end "
        f"{kept / 10**9:,.2f} billion đồng.",
    )
    return Check("institution", trained > 0 and kept > 0, why)


def _sources(chosen: Pairs) -> Check:
    """More than one source pays."""
    if not any(one.spent for _, one in chosen):
        return Check("sources", None, _NOTHING)
    paid: dict[str, int] = {}
    for _, one in chosen:
        for pool, amount in (*one.built.items(), *one.kept_up.items()):
            if amount:
                paid[_source(pool)] = paid.get(_source(pool), 0) + amount
    told = ", ".join(f"{name} {format_vnd(vnd)}" for name, vnd in sorted(paid.items()))
    why = Text(f"Nguồn: {told}.", f"Sources: {', '.join(sorted(paid))}.")
    return Check("sources", len(paid) > 1, why)


def _source(pool: Pool) -> str:
    return pool[2]
