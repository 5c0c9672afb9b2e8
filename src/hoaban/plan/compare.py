"""What differs between two plans, and why: for a what-if, and for a plan made again."""

from typing import Any

from hoaban.base.text import Text
from hoaban.plan.choice.instance import Chosen
from hoaban.plan.planned import Planned
from hoaban.plan.works import Work

_SAME = 1e-12


def differences(before: Planned, after: Planned) -> list[dict[str, Any]]:
    """Each work that one plan has and the other has not, or has differently; in order of id.

    ``change`` is added, dropped, moved (another year) or changed (another cost or other roads);
    ``reason`` is one Vietnamese sentence, ``reason_en`` the same in English.
    """
    was = {work.id: one for work, one in before.chosen}
    now = {work.id: one for work, one in after.chosen}
    found = []
    for name in sorted({*was, *now}):
        change, reason = _change(name, before, after, was.get(name), now.get(name))
        if reason is not None:
            work = (after.by_id if name in now else before.by_id)[name]
            found.append(_row(work, change, reason, was.get(name), now.get(name)))
    return found


def _row(
    work: Work, change: str, reason: Text, was: Chosen | None, now: Chosen | None
) -> dict[str, Any]:
    return {
        "work": work.id,
        "kind": work.kind,
        "label": {"vi": work.label.vi, "en": work.label.en},
        "commune": work.commune,
        "village": work.village,
        "change": change,
        "before": None if was is None else {"year": was.year, "cost_vnd": was.spent},
        "after": None if now is None else {"year": now.year, "cost_vnd": now.spent},
        "reason": reason.vi,
        "reason_en": reason.en,
    }


def _change(
    name: str, before: Planned, after: Planned, was: Chosen | None, now: Chosen | None
) -> tuple[str, Text | None]:
    old, new = before.by_id.get(name), after.by_id.get(name)
    if was is None:
        return "added", _added(old, new)
    if now is None:
        return "dropped", _dropped(old, new)
    if old is not None and new is not None and _differ(old, new):
        return "changed", _changed(old, new)
    if was.year != now.year:
        return "moved", Text(
            f"Chuyển từ năm {was.year} sang {now.year} vì tiền của năm đã dành cho việc khác.",
            f"Moved from {was.year} to {now.year}: the money of the year goes to other works.",
        )
    if was.spent != now.spent:
        return "changed", Text(
            "Xong vào năm khác nên tiền duy tu trong kỳ khác đi.",
            "It is finished in another year, so its upkeep within the plan differs.",
        )
    return "same", None


def _differ(old: Work, new: Work) -> bool:
    return old.cost_vnd != new.cost_vnd or old.effects != new.effects


def _added(old: Work | None, new: Work | None) -> Text:
    if old is None:
        return Text(
            "Trước đây không cần; nay mới phát sinh nhu cầu này.",
            "It was not needed before; the need for it is new.",
        )
    if new is not None and _gain(new) > _gain(old) + _SAME:
        return Text(
            "Nay việc này đem lại nhiều hơn trước nên được chọn.",
            "It brings more now than before, so it is chosen.",
        )
    if new is not None and new.cost_vnd < old.cost_vnd:
        return Text("Nay rẻ hơn nên được chọn.", "It costs less now, so it is chosen.")
    return Text(
        "Có tiền do việc khác không còn được chọn.",
        "Money is free because other works are not chosen any more.",
    )


def _dropped(old: Work | None, new: Work | None) -> Text:
    if new is None:
        return Text(
            "Không còn là phương án: nhu cầu đã hết, hoặc không lối nào sửa được nữa.",
            "It is no candidate any more: the need is gone, or no way can be mended for it.",
        )
    if old is not None and new.cost_vnd > old.cost_vnd:
        return Text(
            "Nay tốn hơn trước nên tiền chuyển sang việc lợi hơn.",
            "It costs more than before, so the money goes to works that give more.",
        )
    if old is not None and _gain(new) < _gain(old) - _SAME:
        return Text(
            "Nay đem lại ít hơn trước nên tiền chuyển sang việc lợi hơn.",
            "It brings less than before, so the money goes to works that give more.",
        )
    return Text(
        "Tiền chuyển sang việc khác nay lợi hơn.",
        "The money goes to other works that give more now.",
    )


def _changed(old: Work, new: Work) -> Text:
    roads, other = old.facts.get("roads"), new.facts.get("roads")
    if roads != other:
        return Text(
            "Lối rẻ nhất nay đi qua các đoạn đường khác.",
            "The cheapest way now runs over other roads.",
        )
    if old.cost_vnd == new.cost_vnd:
        return Text(
            "Chi phí như cũ nhưng nay phục vụ người hoặc nơi khác.",
            "It costs the same, but now serves other people or places.",
        )
    return Text(
        f"Chi phí đổi từ {old.cost_vnd} thành {new.cost_vnd} đồng vì việc cần làm khác đi.",
        f"The cost went from {old.cost_vnd} to {new.cost_vnd} đồng: other things have to be done.",
    )


def _gain(work: Work) -> float:
    return sum(work.gains.values())
