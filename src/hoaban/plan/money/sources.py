"""Sources of money and their rules: for what each may pay, by which act, since when.

The rules are dated, cited parameters (``law/sources.yaml``; a province's own go before them):
``source.<id>`` the name and the kinds of spending, ``source.<id>.packs`` the programmes, and
perhaps ``source.<id>.counterpart``, what the province adds from its own money.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hoaban.base.law import Law
from hoaban.base.law.parameters import Value
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text

SUPPORT = "budget.central_support_share"
_PREFIX, _ALL = "source.", "all"


class UnknownSource(Problem):
    vi = "{where}: không có nguồn vốn “{source}” vào ngày {at}; gần nhất là “{nearest}”."
    en = "{where}: there is no source of money “{source}” on {at}; the nearest is “{nearest}”."


class SourceMayNotPay(Problem):
    vi = (
        "{where}: nguồn vốn “{source}” không được chi cho việc này: {why} "
        "(quy định {rule}: {cite}); hãy chọn nguồn khác."
    )
    en = (
        "{where}: the source “{source}” may not pay for this: {why_en} "
        "(rule {rule}: {cite}); choose another source."
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a source may pay, by which dated rule. ``why`` is one clause, no full stop."""

    allowed: bool
    rule: str  # the parameter's name
    cite: str
    confidence: str  # high, medium, low, assumed
    why: Text


@dataclass(frozen=True, slots=True)
class Source:
    """One source on a day. ``packs`` None pays for every programme.

    ``counterpart`` rows (least share of central support, share to add), the highest mark first;
    empty where no act asks for any.
    """

    id: str
    label: Text
    money: tuple[str, ...]
    packs: tuple[str, ...] | None
    counterpart: tuple[tuple[float, float], ...]
    by_money: Value
    by_packs: Value


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources whose rules hold on the day ``at``, by id."""

    at: date
    by_id: Mapping[str, Source]

    @classmethod
    def of(cls, law: Law, at: date) -> "Sources":
        """From the law. Raises `hoaban.base.law.NoSuchParameter` where a rule is half given."""
        ids = sorted(
            name.removeprefix(_PREFIX)
            for name in law.values
            if name.startswith(_PREFIX) and name.count(".") == 1
        )
        found = {i: _source(law, i, at) for i in ids if law.find(_PREFIX + i, at) is not None}
        return cls(at, found)

    def named(self, source: str, where: str) -> Source:
        """The source of that id; ``where`` says who named it. Raises `UnknownSource`."""
        if source not in self.by_id:
            near = nearest(source, self.by_id)
            raise UnknownSource(where=where, source=source, at=self.at.isoformat(), nearest=near)
        return self.by_id[source]

    def may_pay(self, source: str, pack: str, money: str, *, where: str = "plan.yaml") -> Answer:
        """Whether a source may pay for a pack's works of one kind of spending, and by which rule.

        ``money`` is ``investment`` or ``recurrent``. Raises `UnknownSource`.
        """
        found = self.named(source, where)
        if money not in found.money:
            return _no(found.by_money, Text(*(t.format(money=money) for t in _NOT_KIND)))
        if found.packs is not None and pack not in found.packs:
            return _no(found.by_packs, Text(*(t.format(pack=pack) for t in _NOT_PACK)))
        value = found.by_packs
        return Answer(True, value.name, value.source, value.confidence, Text("được chi", "may pay"))

    def check(self, source: str, pack: str, money: str, *, where: str) -> None:
        """Refuse a source that may not pay. Raises `SourceMayNotPay`, `UnknownSource`."""
        found = self.may_pay(source, pack, money, where=where)
        if not found.allowed:
            raise SourceMayNotPay(
                where=where,
                source=source,
                why=found.why.vi,
                why_en=found.why.en,
                rule=found.rule,
                cite=found.cite,
            )

    def allowed(
        self, sources: Iterable[str], pack: str, money: str, *, where: str = "plan.yaml"
    ) -> tuple[str, ...]:
        """Those of some sources that may pay, in their order. Raises `UnknownSource`."""
        return tuple(s for s in sources if self.may_pay(s, pack, money, where=where).allowed)

    def counterpart_vnd(self, source: str, vnd: int, support: float) -> int:
        """What the province adds from its own money to an amount of a source, rounded up.

        ``support`` is the share of its budget that comes from central support
        (`SUPPORT`, 0-1). 0 where no act asks for any. Raises `UnknownSource`.
        """
        for least, share in self.named(source, SUPPORT).counterpart:
            if support >= least:
                return -int(-vnd * Fraction(str(share)) // 1)
        return 0


_NOT_KIND = ("nguồn này không chi loại {money}", "it does not pay for {money} spending")
_NOT_PACK = ("chương trình {pack} không nằm trong danh mục", "the pack {pack} is not on its list")


def _no(value: Value, why: Text) -> Answer:
    return Answer(False, value.name, value.source, value.confidence, why)


def _source(law: Law, name: str, at: date) -> Source:
    by_money = law.at(f"{_PREFIX}{name}", at)
    by_packs = law.at(f"{_PREFIX}{name}.packs", at)
    bands = law.find(f"{_PREFIX}{name}.counterpart", at)
    return Source(
        id=name,
        label=Text.read(by_money.value["label"]),
        money=tuple(by_money.value["money"]),
        packs=None if by_packs.value == _ALL else tuple(by_packs.value),
        counterpart=_bands([] if bands is None else bands.value),
        by_money=by_money,
        by_packs=by_packs,
    )


def _bands(rows: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple(sorted(((float(a), float(b)) for a, b in rows), reverse=True))
