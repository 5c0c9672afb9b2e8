"""Moving money between sources, and who pays for what: both exact to the đồng.

A move is asked for with a reason and either done or refused with the rule and its citation; the
rules are dated parameters (``law/virement.yaml``, and what each source may pay for in
``law/sources.yaml``). Kinds and years never mix; a source takes only money that may pay for all
the programmes it pays for itself, so that money named for some programmes stays with them; no pool
falls below what is used of it. So every year and kind keeps its sum.

The financing table says, work by work, which source pays how much in which year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoaban.base.law import Law
from hoaban.base.law.parameters import Value
from hoaban.base.money import format_vnd
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text
from hoaban.plan.choice.instance import Chosen, Item, Pool
from hoaban.plan.money.sources import Source, Sources
from hoaban.plan.works import MONEY

BUILD, UPKEEP = "build", "upkeep"


class MoveWithoutReason(Problem):
    vi = "Chuyển vốn, yêu cầu {number}: chưa có lý do; lý do được công khai, hãy ghi vào."
    en = "Moving money, request {number}: it has no reason; reasons are published, give one."


class NothingToMove(Problem):
    vi = (
        "Chuyển vốn, yêu cầu {number}: số tiền {found}, từ {origin} sang {target}; cần số đồng "
        "lớn hơn 0 và hai nguồn khác nhau."
    )
    en = (
        "Moving money, request {number}: {found} đồng from {origin} to {target}; it takes whole "
        "đồng above 0 and two different pools."
    )


class UnknownKindOfMoney(Problem):
    vi = "Chuyển vốn, yêu cầu {number}: không có loại vốn “{kind}”; gần nhất là “{nearest}”."
    en = "Moving money, request {number}: no kind of money “{kind}”; the nearest is “{nearest}”."


class DoesNotAddUp(Problem):
    vi = "Việc {work}: các nguồn trả {found}, nhưng chi phí là {cost}; hãy lập lại kế hoạch."
    en = "Work {work}: its sources pay {found}, but it costs {cost}; make the plan anew."
    status = 409


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to move whole đồng from one pool to another, with its reason."""

    origin: Pool
    target: Pool
    vnd: int
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """What came of a request, by which dated rule. ``why`` is one sentence.

    ``left`` is what the origin holds afterwards and no work uses.
    """

    request: Request
    allowed: bool
    rule: str
    cite: str
    confidence: str
    why: Text
    left: int

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "from": _pool(self.request.origin),
            "to": _pool(self.request.target),
            "vnd": self.request.vnd,
            "reason": self.request.reason,
            "allowed": self.allowed,
            "rule": self.rule,
            "cite": self.cite,
            "assumed": self.confidence == "assumed",
            "why": self.why.vi,
            "why_en": self.why.en,
            "left_vnd": self.left,
        }


@dataclass(frozen=True, slots=True)
class Blended:
    """The pools after all moves, and the log of every request in order."""

    pools: Mapping[Pool, int]
    log: tuple[Move, ...]

    @property
    def moved(self) -> int:
        """All that was moved, đồng."""
        return sum(move.request.vnd for move in self.log if move.allowed)

    @property
    def blocked(self) -> list[Move]:
        """The requests refused."""
        return [move for move in self.log if not move.allowed]


def blend(
    pools: Mapping[Pool, int],
    requests: Sequence[Request],
    law: Law,
    *,
    at: date,
    used: Mapping[Pool, int] | None = None,
) -> Blended:
    """The pools with the requests done in their order, each on what those before it left.

    pools
        Whole đồng by year, kind and source.
    at
        The day whose rules hold.
    used
        What works already take from each pool: it is not moved.

    Raises `MoveWithoutReason`, `NothingToMove`, `UnknownKindOfMoney` and
    `hoaban.plan.money.sources.UnknownSource`; what a rule forbids is a line of the log, no error.
    """
    rules = _Rules(law, at)
    now, taken = dict(pools), used or {}
    log: list[Move] = []
    for number, request in enumerate(requests, start=1):
        origin, target = rules.read(number, request)
        free = now.get(request.origin, 0) - taken.get(request.origin, 0)
        value, why = rules.judge(request, origin, target, free)
        allowed = why is None
        if allowed:
            now[request.origin] -= request.vnd
            now[request.target] = now.get(request.target, 0) + request.vnd
            free -= request.vnd
        told = why or Text("Được chuyển: cùng loại vốn, cùng năm, cùng chương trình.", _ALLOWED)
        cite, sure = value.source, value.confidence
        log.append(Move(request, allowed, value.name, cite, sure, told, free))
    return Blended(now, tuple(log))


_ALLOWED = "It may be moved: the same kind of money, year and programmes."


class _Rules:
    """The rules of a day."""

    def __init__(self, law: Law, at: date) -> None:
        self.sources = Sources.of(law, at)
        names = ("kinds", "years", "programmes", "balance")
        self.by_name = {name: law.at(f"virement.{name}", at) for name in names}

    def read(self, number: int, request: Request) -> tuple[Source, Source]:
        """The sources of a request that makes sense."""
        if not request.reason.strip():
            raise MoveWithoutReason(number=number)
        if request.vnd <= 0 or request.origin == request.target:
            raise NothingToMove(
                number=number,
                found=request.vnd,
                origin=_told(request.origin),
                target=_told(request.target),
            )
        for _, kind, _ in (request.origin, request.target):
            if kind not in MONEY:
                near = nearest(kind, MONEY)
                raise UnknownKindOfMoney(number=number, kind=kind, nearest=near)
        where = f"Chuyển vốn, yêu cầu {number}"
        first, second = (pool[2] for pool in (request.origin, request.target))
        return self.sources.named(first, where), self.sources.named(second, where)

    def judge(
        self, request: Request, origin: Source, target: Source, free: int
    ) -> tuple[Value, Text | None]:
        """The rule that decides, and why the move is refused; None when it is not."""
        if request.origin[1] != request.target[1]:
            return self._refused("kinds", "", "")
        if request.origin[0] != request.target[0]:
            return self._refused("years", "", "")
        kind = request.target[1]
        if kind not in target.money:
            return target.by_money, Text(
                f"Không chuyển: nguồn {target.id} không chi loại {kind}.",
                f"Refused: the source {target.id} does not pay for {kind} spending.",
            )
        if origin.packs is not None:
            return self._programmes(request, origin, target, free)
        return self._balance(request, free)

    def _programmes(
        self, request: Request, origin: Source, target: Source, free: int
    ) -> tuple[Value, Text | None]:
        """Money named for some programmes stays with them."""
        known = origin.packs or ()
        wide = ("*",) if target.packs is None else target.packs
        beyond = [pack for pack in wide if pack not in known]
        if not beyond:
            return self._balance(request, free)
        every = beyond == ["*"]
        vi = "mọi chương trình" if every else ", ".join(beyond)
        en = "every programme" if every else ", ".join(beyond)
        named = f"{origin.by_packs.name}: {origin.by_packs.source}"
        return self._refused(
            "programmes",
            f"; nguồn {target.id} chi cho {vi}, còn tiền của {origin.id} thì không ({named})",
            f"; {target.id} pays for {en}, the money of {origin.id} may not ({named})",
        )

    def _balance(self, request: Request, free: int) -> tuple[Value, Text | None]:
        if request.vnd <= free:
            return self.by_name["programmes"], None
        return self._refused(
            "balance",
            f"; {_told(request.origin)} chưa dùng {format_vnd(free)}, xin chuyển "
            f"{format_vnd(request.vnd)}",
            f"; {_told(request.origin)} has {free:,} đồng not used, {request.vnd:,} are asked for",
        )

    def _refused(self, name: str, vi: str, en: str) -> tuple[Value, Text]:
        value = self.by_name[name]
        words = Text.read(value.value)
        return value, Text(f"Không chuyển: {words.vi}{vi}.", f"Refused: {words.en}{en}.")


def _told(pool: Pool) -> str:
    return f"{pool[2]} {pool[1]} {pool[0]}"


def _pool(pool: Pool) -> dict[str, Any]:
    return {"year": pool[0], "kind": pool[1], "source": pool[2]}


@dataclass(frozen=True, slots=True)
class Line:
    """What one source pays for one work in one year; ``purpose`` is build or upkeep."""

    work: str
    source: str
    kind: str
    year: int
    purpose: str
    vnd: int


@dataclass(frozen=True, slots=True)
class Financing:
    """Who pays for what. The lines of a work add up to what it takes, to the đồng."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """All lines together."""
        return sum(line.vnd for line in self.lines)

    def by_work(self) -> dict[str, dict[str, int]]:
        """By work: đồng by source."""
        found: dict[str, dict[str, int]] = {}
        for line in self.lines:
            row = found.setdefault(line.work, {})
            row[line.source] = row.get(line.source, 0) + line.vnd
        return found

    def by_year(self) -> dict[tuple[str, str], dict[int, int]]:
        """By source and kind of money: đồng by year."""
        found: dict[tuple[str, str], dict[int, int]] = {}
        for line in self.lines:
            row = found.setdefault((line.source, line.kind), {})
            row[line.year] = row.get(line.year, 0) + line.vnd
        return found

    def counterpart(self, sources: Sources, support: float) -> dict[tuple[str, int], int]:
        """What the province adds from its own money, by source and year, where an act asks for it.

        ``support`` is the share of its budget that is central support, 0-1. Raises
        `hoaban.plan.money.sources.UnknownSource`.
        """
        found: dict[tuple[str, int], int] = {}
        for (source, _), row in self.by_year().items():
            for year, vnd in row.items():
                found[source, year] = found.get((source, year), 0) + vnd
        owed = {key: sources.counterpart_vnd(key[0], vnd, support) for key, vnd in found.items()}
        return {key: vnd for key, vnd in sorted(owed.items()) if vnd}

    def as_json(self) -> list[dict[str, Any]]:
        """One object a line, ready for JSON."""
        names = ("work", "source", "kind", "year", "purpose", "vnd")
        return [{name: getattr(line, name) for name in names} for line in self.lines]


def financing(items: Iterable[Item], chosen: Iterable[Chosen]) -> Financing:
    """The financing table of a plan, work by work in the order chosen, then by year and source.

    Raises `DoesNotAddUp` where the sources of a work do not pay exactly what it costs.
    """
    cost = {item.id: item.cost for item in items}
    lines: list[Line] = []
    for one in chosen:
        built = sum(one.built.values())
        if built != cost[one.id]:
            raise DoesNotAddUp(work=one.id, found=built, cost=cost[one.id])
        for purpose, pools in ((BUILD, one.built), (UPKEEP, one.kept_up)):
            lines += [
                Line(one.id, source, kind, year, purpose, vnd)
                for (year, kind, source), vnd in sorted(pools.items())
                if vnd
            ]
    return Financing(tuple(lines))
