"""What stands beside a plan: principles, village proposals, doubts, safeguards, more revenue.

Pure. Nothing here chooses works; each line says with its figures what a reader would ask next.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import figures, words
from hoaban.web.figures import Json
from hoaban.web.planwords import PRINCIPLES, SAFEGUARDS

_KEPT = {
    True: ("met", Text("Đạt", "kept")),
    False: ("unmet", Text("Chưa đạt", "not kept")),
    None: ("open", Text("Chưa rõ", "not known")),
}


@dataclass(frozen=True, slots=True)
class Principle:
    """One principle a plan is held to; ``css`` is met, unmet or open."""

    name: Text
    css: str
    kept: Text
    why: Text


def principles(plan: Json) -> list[Principle]:
    """The principles in the plan's order."""
    return [
        Principle(words.label(PRINCIPLES, str(row["name"])), *_KEPT[row.get("kept")], _why(row))
        for row in plan.get("principles") or []
    ]


def _why(row: Json) -> Text:
    """The figures of a principle; sources of money, which the plan names by code, in words."""
    why = words.reason(row)
    if row["name"] != "sources":
        return why
    code = re.compile(rf"\b({'|'.join(words.SOURCES)})\b")
    return Text(
        code.sub(lambda found: words.SOURCES[found[0]].vi, why.vi),
        code.sub(lambda found: words.SOURCES[found[0]].en, why.en),
    )


def isolation(plan: Json) -> Text | None:
    """People-days cut off a year over drawn years, before and with the plan; None if untold."""
    found = plan.get("isolation_expected")
    if not found:
        return None
    years = int(found["years"])
    before, after = float(found["before"]), float(found["after"])
    return Text(
        f"Ngày-người bị chia cắt một năm, tính trên {number(years)} năm mô phỏng: "
        f"{_days(before)} → {_days(after)} (dự báo)",
        f"People-days cut off a year, over {years:,} simulated years: "
        f"{before:,.0f} → {after:,.0f} (forecast)",
    )


def _days(amount: float) -> str:
    """Days in short, millions to one decimal, so that 1,0 is seen to be rounded."""
    if amount < 1e6:
        return number(amount)
    return f"{amount / 1e6:.1f} triệu".replace(".", ",")


def said(plan: Json) -> list[Text]:
    """Each of the other things in a sentence; those that the plan does not carry are left out.

    What came of proposals is left to the principle that says it.
    """
    told = {row["name"] for row in plan.get("principles") or []}
    asked = [] if "empowerment" in told else _proposals(plan)
    return [*asked, *_doubts(plan), *_safeguards(plan), *_more(plan)]


def _proposals(plan: Json) -> Iterator[Text]:
    found = plan.get("proposals")
    if found and found.get("carried"):
        funded, carried, share = found["funded"], found["carried"], float(found["share"])
        yield Text(
            f"{number(funded)} trong {number(carried)} việc được họp bản thông qua có trong kế "
            f"hoạch ({figures.share(share, 1)}).",
            f"{funded:,} of {carried:,} works that village meetings carried are in the plan "
            f"({100 * share:.1f} %).",
        )


def _doubts(plan: Json) -> Iterator[Text]:
    """How many works stay whatever the weights and costs, and what the plan may be short of."""
    found = plan.get("disagreement")
    if not found or not found.get("draws"):
        return
    always = sum(share >= 1 for share in found["often"].values())
    yield Text(
        f"Thử {number(found['draws'])} bộ trọng số và đơn giá khác nhau: {number(always)} việc "
        "lúc nào cũng được chọn.",
        f"With {found['draws']:,} other sets of weights and costs, {always:,} works are chosen "
        "every time.",
    )
    if found.get("worst_regret") is not None:
        worst = float(found["worst_regret"])
        yield Text(
            f"Trong các lần thử ấy kế hoạch này kém kế hoạch tốt nhất tối đa {number(worst, 3)} "
            "điểm giá trị.",
            f"In those draws it falls short of the best by at most {worst:.3f} points of worth.",
        )


def _safeguards(plan: Json) -> Iterator[Text]:
    """How many chosen works lack each paper that protects people."""
    rows = [row for row in plan.get("chosen") or [] if "safeguards_missing" in row]
    lacking = Counter(str(name) for row in rows for name in row["safeguards_missing"])
    if not lacking:
        return
    told = [(words.label(SAFEGUARDS, name), n) for name, n in lacking.most_common()]
    yield Text(
        "Việc đã chọn còn thiếu hồ sơ bảo đảm: "
        + ", ".join(f"{name.vi.lower()} {number(n)}" for name, n in told)
        + ".",
        "Chosen works without a safeguard on record: "
        + ", ".join(f"{name.en.lower()} {n:,}" for name, n in told)
        + ".",
    )


def _more(plan: Json) -> Iterator[Text]:
    """What the plan would come to if the province kept more of its own revenue."""
    found = plan.get("kept_more")
    if not found:
        return
    added = int(found["budget_vnd"]) - int(plan["budget_vnd"])
    told = [(code, found["targets"].get(code)) for code in words.TARGETS]
    vi = ", ".join(f"{code} {figures.share(value, 1)}" for code, value in told if value is not None)
    en = ", ".join(f"{code} {100 * value:.1f} %" for code, value in told if value is not None)
    yield Text(
        f"Nếu tỉnh được giữ lại thêm {format_vnd(added)} nguồn thu: {vi}.",
        f"If the province kept {added / 1e9:,.0f} billion đồng more of its revenue: {en}.",
    )
