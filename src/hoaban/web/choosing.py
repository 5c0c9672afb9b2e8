"""What a plan is chosen by, in words: criteria and weights, how far it is filled, what is left out.

Pure. Nothing that counts is hidden: every criterion stands in the table with its weight, and a
weight that nobody published says so. A work that is left out is told by what beat it; what its
place or its price would tell of few households is not told to everybody.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from hoaban.base import scope
from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import figures, published, words
from hoaban.web.figures import Json, Row
from hoaban.web.planwords import BECAUSE, CRITERIA, WEIGHTS

PRICED = Text(
    "Giá tính theo số hộ hoặc số người nên chỉ công khai cấp xã.",
    "Priced by households or people, so told by commune only.",
)
PLACELESS = Text(
    "Lý do chưa công khai: không rõ việc này ở đâu.",
    "The reason is not published: where this work lies is not known.",
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that counts. ``filled`` is 0–100 for a bar; ``part`` what it adds to the worth."""

    code: str
    name: Text
    weight: str
    source: str
    assumed: bool
    need: str
    unit: Text
    share: str
    filled: int
    part: str


def criteria(plan: Json) -> list[Criterion]:
    """Every criterion of a plan in its order, those of the five targets by target."""
    given = plan.get("weights") or {}
    beyond = float((given.get("beyond") or {}).get("value") or 0.0)
    rows = sorted(plan.get("criteria") or [], key=_order)
    return [_criterion(row, given, beyond) for row in rows]


def _order(row: Json) -> int:
    known = list(CRITERIA)
    return known.index(row["name"]) if row["name"] in known else len(known)


def _criterion(row: Json, given: Json, beyond: float) -> Criterion:
    code, counts = str(row["name"]), float(row["counts"])
    name, unit = CRITERIA.get(code, (Text(code, code), Text("", "")))
    weight = full_weight(row, given)
    need = row.get("need")
    return Criterion(
        code=code,
        name=name,
        weight=number(weight, 3),
        source=str(row.get("source") or ""),
        assumed=bool(row.get("assumed")),
        need="" if need is None else number(float(need)),
        unit=unit,
        share=_share(counts, need, row.get("whole"), beyond),
        filled=round(100 * min(max(counts, 0.0), 1.0)),
        part=number(weight * counts, 3),
    )


def full_weight(row: Json, given: Json) -> float:
    """A criterion's own weight times that of its target."""
    target = str(row["name"]).partition("_")[0]
    own = (given.get(f"weight_{target}") or {}).get("value")
    return float(row["value"]) * (1.0 if own is None else float(own))


def _share(counts: float, need: float | None, whole: float | None, beyond: float) -> str:
    """How much of the need is filled; what lies beyond it was counted in part and is told whole."""
    if need is None:
        return number(counts, 2)
    if need == 0:
        return "đã đủ từ trước"
    over = (counts - 1) / beyond * (whole or need) / need if counts > 1 and beyond > 0 else 0.0
    return figures.share(min(counts, 1.0) + over, 1)


@dataclass(frozen=True, slots=True)
class Weight:
    """One of the other weights, with where it comes from."""

    name: Text
    value: str
    source: str
    assumed: bool


def weights(plan: Json) -> list[Weight]:
    """The weights that no criterion's row shows."""
    rows = (plan.get("weights") or {}).items()
    return [
        Weight(
            words.label(WEIGHTS, name),
            number(float(one["value"]), 3),
            str(one.get("source") or ""),
            bool(one.get("assumed")),
        )
        for name, one in rows
        if not name.startswith("criterion_") and isinstance(one, Mapping) and "value" in one
    ]


def how(plan: Json) -> Text | None:
    """How the works were chosen and how far the plan can be from the best; None when not told."""
    gap = plan.get("gap")
    if gap is None:
        return None
    far, plain = number(100 * float(gap), 2), f"{100 * float(gap):.2f}"
    return Text(
        f"Không kế hoạch nào với chừng ấy tiền có thể hơn kế hoạch này quá {far} %.",
        f"No plan for this money can be better than this one by more than {plain} %.",
    )


@dataclass(frozen=True, slots=True)
class Beaten:
    """One work that is not in the plan. ``gain`` is points of worth, thousandths."""

    label: Text
    commune_name: str
    village_name: str
    cost: int
    cost_text: str
    gain: str
    sort: str
    because: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Seen:
    """Who reads: ``own`` is the path below which everything may be seen, "" for a stranger.

    ``border``, ``hidden`` and ``least`` are as in `published.rows`; ``priced`` the kinds of work
    that cost so much a household or person, whose price in a village would tell how many.
    """

    own: str = ""
    border: Collection[str] = ()
    hidden: Collection[str] = ()
    least: int = published.LEAST
    priced: Collection[str] = ()

    def rows(self, found: Iterable[Row]) -> list[Row]:
        """Chosen works as this reader may see them."""
        return published.rows(
            found, border=self.border, hidden=self.hidden, least=self.least, own=self.own
        )


def reasons(plan: Json) -> list[tuple[Text, int]]:
    """How many works each reason left out among those that the plan carries, the most first."""
    counts = Counter(str(row["because"]) for row in plan.get("not_chosen") or [])
    return [(words.label(BECAUSE, code), n) for code, n in counts.most_common()]


def not_chosen(
    plan: Json, names: Mapping[str, str], seen: Seen, *, commune: str = "", limit: int = 100
) -> list[Beaten]:
    """Works left out, the most gain for the money first, as this reader may see them.

    Works that would add nothing are told by their number alone, but for one commune (its path).
    """
    labels = _labels(plan)
    rows = [
        row
        for row in plan.get("not_chosen") or []
        if (row["commune"] == commune if commune else row["because"] != "nothing")
    ]
    return [_beaten(row, names, labels, seen) for row in rows[:limit]]


def _labels(plan: Json) -> dict[str, Text]:
    """What each work is, by id: an id may name a village, so it is never shown."""
    rows = [*(plan.get("chosen") or []), *(plan.get("not_chosen") or [])]
    return {str(row["work"]): _label(row) for row in rows}


def _label(row: Json) -> Text:
    return Text(words.spoken(row.get("label")), words.spoken(row.get("label"), "en"))


def _beaten(row: Json, names: Mapping[str, str], labels: Mapping[str, Text], seen: Seen) -> Beaten:
    commune, village = str(row["commune"]), str(row.get("village") or "")
    why = _named(words.reason(row), str(row.get("by") or ""), labels)
    if not (seen.own and scope.inside(village or commune, seen.own)):
        village, why = _shown(row, village, why, seen)
    cost, gain = int(row["cost_vnd"]), 1000 * float(row["gain"])
    return Beaten(
        label=_label(row),
        commune_name=names.get(commune, commune),
        village_name=names.get(village, ""),
        cost=cost,
        cost_text=format_vnd(cost),
        gain=number(gain, 2),
        sort=f"{gain:.6f}",
        because=words.label(BECAUSE, str(row["because"])),
        why=why,
    )


def _named(why: Text, by: str, labels: Mapping[str, Text]) -> Text:
    """The reason with the other work's name in place of its id."""
    if not by:
        return why
    other = labels.get(by, Text("việc khác", "another work"))
    vi, en = other.vi[:1].lower() + other.vi[1:], other.en[:1].lower() + other.en[1:]
    return Text(why.vi.replace(by, f"“{vi}”"), why.en.replace(by, f"“{en}”"))


def _shown(row: Json, village: str, why: Text, seen: Seen) -> tuple[str, Text]:
    """The village and the reason as everybody may read them."""
    if not village:
        return village, why
    if row["because"] == "decided":  # a planner's own words may name or count
        as_row = figures.rows({"chosen": [{**row, "why": why.vi, "why_en": why.en}]}, {})
        shown = seen.rows(as_row)[0]
        village, why = shown.village, shown.why
    if row["commune"] in seen.border or row["kind"] in seen.priced:
        village = ""
    return village, why


@dataclass(frozen=True, slots=True)
class Forced:
    """A work that a planner put in or kept out, with the reason that is published."""

    row: Row
    inside: bool

    @property
    def what(self) -> Text:
        """Which of both, in words."""
        return Text("Đưa vào", "Forced in") if self.inside else Text("Loại ra", "Forced out")


def forced(plan: Json, names: Mapping[str, str], seen: Seen) -> list[Forced]:
    """The works that a planner forced in or out, as this reader may see them."""
    rows = [*(plan.get("chosen") or []), *(plan.get("not_chosen") or [])]
    by_id = {str(row["work"]): row for row in rows}
    return [
        _forced(one, by_id.get(str(one["work"])), names, seen) for one in plan.get("forced") or []
    ]


def _forced(one: Json, work: Json | None, names: Mapping[str, str], seen: Seen) -> Forced:
    told = {"why": one.get("reason"), "why_en": one.get("reason_en")}
    if work is None:
        kind = str(one["work"]).partition(":")[0]
        row = figures.rows({"chosen": [{"work": kind, **told}]}, names)[0]
        whole = scope.inside("/".join([seen.own.partition("/")[0], ""]), seen.own or "-/")
        return Forced(row if whole else replace(row, why=PLACELESS), bool(one["in"]))
    row = seen.rows(figures.rows({"chosen": [{**work, **told}]}, names))[0]
    own = bool(seen.own) and scope.inside(row.village or row.commune, seen.own)
    if row.kind in seen.priced and not own:
        row = replace(row, village="", village_name="")
    return Forced(row, bool(one["in"]))


def limits(plan: Json, names: Mapping[str, str]) -> list[Text]:
    """The least and the most money that a planner gave a commune, in words."""
    rules = plan.get("rules") or {}
    told = []
    for key, vi, en in (("least", "ít nhất", "at least"), ("most", "nhiều nhất", "at most")):
        for path, amount in sorted((rules.get(key) or {}).items()):
            name = names.get(path, path)
            money = f"{int(amount) / 1e9:,.1f} billion đồng"
            told.append(Text(f"{name}: {vi} {format_vnd(int(amount))}", f"{en} {money}"))
    return told
