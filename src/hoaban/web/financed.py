"""From the money of a kept plan to what a reader sees: pools by year, rules of sources, words.

Pure. Amounts are whole đồng; what nobody published says so.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hoaban.base.law import Law, Value
from hoaban.base.text import Text
from hoaban.plan.choice.instance import Pool
from hoaban.plan.money.counterpart import Pools
from hoaban.plan.money.sources import Source, Sources
from hoaban.web import figures, words

CONFIDENCE: dict[str, Text] = {
    "high": Text("cao", "high"),
    "medium": Text("trung bình", "medium"),
    "low": Text("thấp", "low"),
    "assumed": Text("giả định", "assumed"),
}
PURPOSES: dict[str, Text] = {
    "build": Text("xây dựng, thực hiện", "build"),
    "upkeep": Text("duy tu, vận hành", "upkeep"),
}
EVERY = Text("Mọi chương trình", "Every programme")
_POOL = re.compile(r"\b(\w+) (investment|recurrent) (\d{4})\b")


@dataclass(frozen=True, slots=True)
class Amounts:
    """A pool of one year, or several together."""

    budget: int
    spent: int

    @property
    def left(self) -> int:
        """What no work uses."""
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class Line:
    """One source and kind: what it has in each year (None: nothing), and in all."""

    source: Text
    kind: Text
    years: list[Amounts | None]
    total: Amounts


@dataclass(frozen=True, slots=True)
class Table:
    """All pools of a plan by source and kind, with the sums of each year under them."""

    years: list[int]
    lines: list[Line]
    sums: Line


def table(pools: Pools, sources: Sources | None) -> Table:
    """The pools by source and kind × year; what works spend beyond a pool's name counts too."""
    keys = sorted({*pools.budget, *pools.spent})
    years = sorted({year for year, _, _ in keys})
    flows = sorted({(source, kind) for _, kind, source in keys})

    def line(source: Text, kind: Text, own: Callable[[Pool], bool]) -> Line:
        by_year = [_sum(pools, [k for k in keys if k[0] == year and own(k)]) for year in years]
        whole = _sum(pools, [k for k in keys if own(k)]) or Amounts(0, 0)
        return Line(source, kind, by_year, whole)

    lines = [
        line(
            named(source, sources),
            words.label(words.MONEY, kind),
            lambda key, source=source, kind=kind: key[1:] == (kind, source),  # type: ignore[misc]
        )
        for source, kind in flows
    ]
    every = line(Text("Tất cả các nguồn", "All sources"), Text("", ""), lambda key: True)
    return Table(years, lines, every)


def _sum(pools: Pools, keys: list[Pool]) -> Amounts | None:
    if not keys:
        return None
    return Amounts(
        sum(pools.budget.get(key, 0) for key in keys), sum(pools.spent.get(key, 0) for key in keys)
    )


def named(source: str, sources: Sources | None) -> Text:
    """What a source is called: by the law, else by our own word for it."""
    if sources is not None and source in sources.by_id:
        return sources.by_id[source].label
    said = words.label(words.SOURCES, source)
    return Text(said.vi[:1].upper() + said.vi[1:], said.en[:1].upper() + said.en[1:])


def pool_name(pool: Pool, sources: Sources | None) -> Text:
    """A pool in words."""
    year, kind, source = pool
    what, who = words.label(words.MONEY, kind), named(source, sources)
    return Text(f"{year} · {who.vi} · {what.vi}", f"{year} · {who.en} · {what.en}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated rule of a source: what it says, by which act, since when, how sure."""

    what: Text
    says: Text
    cite: str
    since: date
    until: date | None
    confidence: Text
    assumed: bool


@dataclass(frozen=True, slots=True)
class SourceRules:
    """A source and its rules; ``used`` where the plan has money of it."""

    source: Text
    used: bool
    rules: list[Rule]


def rules(law: Law, sources: Sources, used: Iterable[str]) -> list[SourceRules]:
    """What each source may pay for on the day of ``sources``, those of the plan first."""
    own = set(used)
    listed = sorted(sources.by_id.values(), key=lambda one: (one.id not in own, one.id))
    return [SourceRules(one.label, one.id in own, _rules(law, one, sources.at)) for one in listed]


def _rules(law: Law, source: Source, at: date) -> list[Rule]:
    kinds = [words.label(words.MONEY, kind) for kind in source.money]
    packs = [words.label(words.PACKS, pack) for pack in source.packs or ()]
    found = [
        rule(Text("Loại chi", "Kinds"), _joined(kinds), source.by_money),
        rule(
            Text("Chương trình", "Programmes"),
            EVERY if source.packs is None else _joined(packs),
            source.by_packs,
        ),
    ]
    bands = law.find(f"source.{source.id}.counterpart", at)
    if bands is not None:
        found.append(rule(Text("Đối ứng", "Counterpart"), _bands(source), bands))
    return found


def rule(what: Text, says: Text, value: Value) -> Rule:
    """A dated value as a reader sees it."""
    return Rule(
        what,
        says,
        value.source,
        value.valid_from,
        value.valid_to,
        words.label(CONFIDENCE, value.confidence),
        value.assumed,
    )


def _joined(parts: list[Text]) -> Text:
    return Text(", ".join(one.vi for one in parts), ", ".join(one.en for one in parts))


def _bands(source: Source) -> Text:
    """The bands of the counterpart, the highest mark first."""
    marks = [
        (figures.share(least, 0), figures.share(share, 0)) for least, share in source.counterpart
    ]
    vi = "; ".join(f"từ {mark} thì thêm {part}" for mark, part in marks)
    en = "; ".join(f"from {mark} add {part}" for mark, part in marks)
    return Text(f"theo phần ngân sách do trung ương hỗ trợ: {vi}", f"by central support: {en}")


def spoken(said: Text, sources: Sources) -> Text:
    """A sentence of the money room with names in place of the ids of pools, sources, packs."""
    return Text(_spoken_vi(said.vi, sources), _POOL.sub(r"\1, \2, \3", said.en))


def _spoken_vi(text: str, sources: Sources) -> str:
    names = {one.id: _inside(one.label.vi) for one in sources.by_id.values()}

    def pool(found: re.Match[str]) -> str:
        kind = words.label(words.MONEY, found[2]).vi
        return f"{names.get(found[1], found[1])}, {kind} năm {found[3]}"

    text = _POOL.sub(pool, text)
    names |= {kind: label.vi for kind, label in words.MONEY.items()}
    names |= {pack: _inside(label.vi) for pack, label in words.PACKS.items()}
    ids = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(rf"(?<![\w.:])({ids})(?!\w|\.\w)", lambda found: names[found[1]], text)


def _inside(name: str) -> str:
    """A name within a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking whether money may move, ready to be read."""

    allowed: bool
    said: Text
    rule: Rule
    origin: Text
    target: Text
    amount: str
    origin_left: str
    target_left: str
    reason: str


def options(
    pools: Pools, sources: Sources, kinds: Mapping[str, Text]
) -> dict[int, list[tuple[str, str]]]:
    """Every pool that money may be asked to go to, by year: its code and its name."""
    years = sorted({year for year, _, _ in pools.budget})
    return {
        year: [
            (code((year, kind, source)), f"{named(source, sources).vi} · {label.vi}")
            for source in sources.by_id
            for kind, label in kinds.items()
        ]
        for year in years
    }


def code(pool: Pool) -> str:
    """A pool as a form names it: ``2026:investment:local``."""
    return ":".join(map(str, pool))
