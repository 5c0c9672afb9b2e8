"""The national poverty standards as the law folder gives them, and a province's own beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoaban.base.law import NATIONAL, Law, Value
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest

NAME = "poverty.standard"
UNKNOWN = "poverty.answers_unknown"
TREATMENTS = ("cannot_classify", "deprived", "not_deprived")
# Field of `Standard` -> parameter; the second kind may be absent: not published.
FIELDS = {
    "line_rural_vnd": "poverty.income_line_rural_vnd",
    "line_urban_vnd": "poverty.income_line_urban_vnd",
    "needed": "poverty.deprivations_needed",
    "indicators": "poverty.indicators",
}
OPTIONAL = {
    "middle_rural_vnd": "poverty.middle_line_rural_vnd",
    "middle_urban_vnd": "poverty.middle_line_urban_vnd",
    "points_rural": "poverty.points_a_rural",
    "points_urban": "poverty.points_a_urban",
    "unknown": UNKNOWN,
}


class NoStandard(Problem):
    vi = "Không có chuẩn nghèo nào cho ngày {at}; các chuẩn đang có: {spans}."
    en = "No poverty standard covers {at}; those at hand: {spans}."


class NoSuchStandard(Problem):
    vi = "Không có chuẩn nghèo “{name}”; gần nhất là “{nearest}”."
    en = "There is no poverty standard “{name}”; the nearest is “{nearest}”."
    status = 404


class ChangesWithin(Problem):
    vi = "“{name}” không giữ một giá trị suốt chuẩn nghèo “{standard}”; hãy tách chuẩn theo ngày."
    en = (
        "“{name}” does not keep one value throughout the poverty standard “{standard}”; "
        "divide the standard by date."
    )


class LineWithoutStandard(Problem):
    vi = (
        "“{name}” của địa bàn {territory} từ {at} không thuộc chuẩn nghèo nào của địa bàn đó; "
        "hãy thêm poverty.standard có tên riêng."
    )
    en = (
        "“{name}” of territory {territory} from {at} belongs to no poverty standard of that "
        "territory; add a poverty.standard with a name of its own."
    )


class NoSuchTreatment(Problem):
    vi = "{name}: “{answer}” không thể là “{treatment}”; gần nhất là “{nearest}”."
    en = "{name}: “{answer}” cannot be “{treatment}”; the nearest is “{nearest}”."


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard: its lines (đồng a head a month), its list, how many of it make poor.

    ``valid_to`` is the last day (None: still in force). ``middle_…_vnd`` is the ceiling of the
    average living standard, None where none is published. ``points_…`` is the highest score of
    form B1 (score A) that counts as at most the line, None where no scoring is published.
    ``unknown`` says what a missing answer (or ``income``) counts as: ``deprived``,
    ``not_deprived`` or ``cannot_classify`` (also what is not named); given as a mapping, kept
    as pairs so that a standard can be hashed.
    """

    name: str  # "2022-2026"
    valid_from: date
    valid_to: date | None
    line_rural_vnd: int
    line_urban_vnd: int
    needed: int
    indicators: tuple[str, ...]
    middle_rural_vnd: int | None = None
    middle_urban_vnd: int | None = None
    points_rural: int | None = None
    points_urban: int | None = None
    unknown: Mapping[str, str] | tuple[tuple[str, str], ...] = ()
    territory: str = NATIONAL

    def __post_init__(self) -> None:
        object.__setattr__(self, "unknown", tuple(sorted(dict(self.unknown).items())))

    @property
    def column(self) -> str:
        """Its name as an identifier: ``2022_2026``."""
        return self.name.replace("-", "_")

    def missing(self, answer: str) -> str:
        """What a missing answer (or ``income``) counts as under this standard."""
        return dict(self.unknown).get(answer, "cannot_classify")

    def holds(self, at: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= at and (self.valid_to is None or at <= self.valid_to)


def standards(law: Law) -> tuple[Standard, ...]:
    """Every standard the law folder holds, in order of date, whatever the day.

    A province's own standard (a ``poverty.standard`` with its territory) stands beside the
    national ones; what it does not set for itself it takes from them. Raises `ChangesWithin`,
    `LineWithoutStandard`, `NoSuchTreatment`, and `NoSuchParameter` or `NotInForce` where a line,
    the list or the number needed is not there.
    """
    names = law.values.get(NAME, ())
    for parameter in (*FIELDS.values(), *OPTIONAL.values()):
        for value in law.values.get(parameter, ()):
            _belongs(value, names)
    return tuple(_standard(law, found) for found in sorted(names, key=lambda v: v.valid_from))


def in_force(law: Law, at: date) -> Standard:
    """The standard in force on a day, a province's own before the national one.

    Raises `NoStandard`, which names the days that are covered.
    """
    found = law.find(NAME, at)
    if found is None:
        names = sorted(law.values.get(NAME, ()), key=lambda v: v.valid_from)
        spans = [f"{v.value} ({v.valid_from} – {v.valid_to or '…'})" for v in names]
        raise NoStandard(at=at.isoformat(), spans="; ".join(spans) or "—")
    return named(law, str(found.value))


def named(law: Law, name: str) -> Standard:
    """The standard of a name. Raises `NoSuchStandard`, which names the nearest."""
    found = {rule.name: rule for rule in standards(law)}
    if name not in found:
        raise NoSuchStandard(name=name, nearest=nearest(name, found))
    return found[name]


def _standard(law: Law, found: Value) -> Standard:
    must = {field: law.at(p, found.valid_from, found.territory) for field, p in FIELDS.items()}
    may = {field: law.find(p, found.valid_from, found.territory) for field, p in OPTIONAL.items()}
    fields: dict[str, Any] = {}
    for field, value in {**must, **may}.items():
        if value is not None:
            _lasts(value, found)
            fields[field] = value.value
    fields["indicators"] = tuple(fields["indicators"])
    fields["unknown"] = _treatments(fields.get("unknown", {}), fields["indicators"])
    return Standard(
        name=str(found.value),
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        territory=found.territory,
        **fields,
    )


def _lasts(value: Value, standard: Value) -> None:
    """A standard has one value of each thing from its first day to its last."""
    end = value.valid_to
    if end is not None and (standard.valid_to is None or end < standard.valid_to):
        raise ChangesWithin(name=value.name, standard=standard.value)


def _belongs(value: Value, names: tuple[Value, ...]) -> None:
    """A place cannot move the line of a national standard: it needs a standard of its own."""
    own = (n for n in names if n.territory == value.territory)
    if value.territory != NATIONAL and not any(n.holds(value.valid_from) for n in own):
        raise LineWithoutStandard(
            name=value.name, territory=value.territory, at=value.valid_from.isoformat()
        )


def _treatments(given: Mapping[str, str], indicators: tuple[str, ...]) -> dict[str, str]:
    """``default`` spread over all answers; what cannot be classified need not be named."""
    known = ("default", "income", *indicators)
    for answer, treatment in given.items():
        if answer not in known or treatment not in TREATMENTS:
            near = nearest(treatment, TREATMENTS) if answer in known else nearest(answer, known)
            raise NoSuchTreatment(name=UNKNOWN, answer=answer, treatment=treatment, nearest=near)
    default = given.get("default", TREATMENTS[0])
    full = {answer: given.get(answer, default) for answer in indicators}
    full["income"] = given.get("income", TREATMENTS[0])
    return {answer: how for answer, how in full.items() if how != TREATMENTS[0]}
