"""Who is entitled and goes without: counts by village from the live register.

A gap is a person who is entitled for certain and certainly has not: no card or one whose last
day is past, no allowance. Where either cannot be told, so that the gap cannot be told, the
person counts in ``cannot_tell``: somebody has to look. Deciding a person's case is not done here.

Who is entitled to both the social pension and social assistance is owed the higher one: a gap and
its money are counted there alone (ties: the social pension), so that no đồng is counted twice.
Who receives either of them has no gap, even where it is less than what they are entitled to: what
somebody is paid is not recorded.

A benefit of which the law says nothing on the day is not counted, with the reason: 0 would be
wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.law import Law, NotInForce
from hoaban.base.text import Text
from hoaban.measure.entitlement import allowances, insurance, people
from hoaban.measure.entitlement.conditions import CHOICES, UNKNOWN, Facts, Flags, Truth, Whole
from hoaban.measure.entitlement.people import Register
from hoaban.measure.entitlement.rules import Entitled, Rule
from hoaban.measure.figures import rolled_up
from hoaban.measure.tables import weakest

METHOD = "gaps-2"
PURPOSE = "named_benefit"
BENEFITS = ("insurance", "pension", "allowances")
# Persons but for the last two: households with somebody who goes without, and VND a month.
COLUMNS = ("people", "entitled", "without", "expiring", "cannot_tell", "households", "monthly_vnd")
PERSONS = COLUMNS[1:5]
SCHEMA = pa.schema(
    [
        ("area", pa.string()),
        ("benefit", pa.string()),
        *((name, pa.int64()) for name in COLUMNS),  # monthly_vnd missing: no price is published
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One group over the whole province: persons of whom it is the first, and households."""

    rule: Rule
    entitled: int
    without: int
    entitled_households: int
    without_households: int


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """One benefit.

    counts
        (villages, len(COLUMNS)).
    homes
        (villages, 4) households with a person counted in each of `PERSONS`.
    groups
        Those that hold anybody, in the order of law.
    unchecked
        Groups of the law that ask for what the register does not hold.
    priced
        Whether the law says what the benefit is worth.
    """

    counts: Whole
    homes: Whole
    groups: tuple[Group, ...]
    unchecked: tuple[Rule, ...]
    priced: bool


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """The gaps of a day in every village where people live (paths, sorted), by benefit.

    people
        How many the register holds on that day.
    expiring_days
        Missing where insurance is not counted.
    not_counted
        Why a benefit is not in ``found``.
    """

    on: date
    origin: str
    people: int
    expiring_days: int | None
    premium_vnd: int | None
    villages: tuple[str, ...]
    found: Mapping[str, Counted]
    not_counted: Mapping[str, Text]

    def everywhere(self, tops: tuple[str, ...]) -> pa.Table:
        """Counts of some areas above and of every village, as `SCHEMA`."""
        parts = [SCHEMA.empty_table()]
        for benefit, counted in self.found.items():
            counts = np.vstack([rolled_up(self.villages, tops, counted.counts), counted.counts])
            columns = dict(zip(COLUMNS, counts.T, strict=True))
            areas = [*tops, *self.villages]
            vnd = pa.array(columns.pop("monthly_vnd"), mask=np.full(len(areas), not counted.priced))
            parts.append(
                pa.table(
                    {
                        "area": areas,
                        "benefit": pa.repeat(benefit, len(areas)),
                        **columns,
                        "monthly_vnd": vnd,
                    },
                    schema=SCHEMA,
                )
            )
        return pa.concat_tables(parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Folk:
    """Whose village and household everybody is; someone without a household is one alone."""

    village: Whole
    villages: int
    household: Whole
    village_of: Whole  # by household

    @classmethod
    def of(cls, register: Register, village: Whole, villages: int) -> "_Folk":
        home = register.household()
        count = len(register.households)
        home = np.where(home == UNKNOWN, count + np.arange(len(home)), home)
        village_of = np.zeros(count + len(home), np.int64)
        village_of[home] = village
        return cls(village, villages, home, village_of)

    def persons(self, some: Flags) -> Whole:
        return np.bincount(self.village[some], minlength=self.villages).astype(np.int64)

    def homes(self, some: Flags) -> Whole:
        here = np.zeros(len(self.village_of), np.bool_)
        here[self.household[some]] = True
        return np.bincount(self.village_of[here], minlength=self.villages).astype(np.int64)

    def money(self, some: Flags, vnd: Whole) -> Whole:
        """Sums are exact: below 2^53 a float is a whole number."""
        total = np.bincount(self.village[some], vnd[some].astype(float), self.villages)
        return total.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Owed:
    """What everybody is entitled to of one benefit, and whether the law says what it is worth."""

    entitled: Entitled
    priced: bool


def by_village(register: Register, law: Law, on: date) -> Gaps:
    """Gaps in health insurance, social pension and social assistance on a day.

    A benefit without rules, or without a value that they need, in force on the day is left out
    and stands in ``not_counted``. Raises what else the readers of the rules raise, and
    `NoSuchParameter` where a value they need is in no law.
    """
    facts = people.facts(register, on)
    villages, village = people.villages_of(register)
    folk = _Folk.of(register, village, len(villages))
    owed, not_counted = _owed(facts, law, on)
    found, days, premium = {}, None, None
    if "insurance" in owed:
        days, premium = int(law.number(insurance.EXPIRING, on)), insurance.premium(law, on)
        found["insurance"] = _counted(owed["insurance"], *_cards(register, on, days), folk)
    receives_none, nobody = _receives_none(facts), np.zeros(facts.count, np.bool_)
    for benefit, here in _charged(owed).items():
        lacks = receives_none & Truth(here, here)
        found[benefit] = _counted(owed[benefit], lacks, nobody, folk)
    return Gaps(
        on=on,
        origin=_origin(register, law, on),
        people=facts.count,
        expiring_days=days,
        premium_vnd=_whole(premium),
        villages=villages,
        found=found,
        not_counted=not_counted,
    )


def _owed(facts: Facts, law: Law, on: date) -> tuple[dict[str, _Owed], dict[str, Text]]:
    """What everybody is entitled to by benefit, and why a benefit is left out."""
    found, left = {}, {}
    for benefit, count in _BENEFITS.items():
        try:
            owed = count(facts, law, on)
        except NotInForce as problem:
            left[benefit] = Text(problem.text("vi"), problem.text("en"))
            continue
        if owed is None:
            left[benefit] = Text(
                f"Chưa có quy định về chế độ này có hiệu lực ngày {on:%d/%m/%Y} trong tệp luật.",
                f"The law folder has no rules of this benefit in force on {on.isoformat()}.",
            )
        else:
            found[benefit] = owed
    return found, left


def _insured(facts: Facts, law: Law, on: date) -> _Owed | None:
    """Raises `NotInForce` also where no term of expiry is in force."""
    rules, premium = insurance.groups(law, on), insurance.premium(law, on)
    if not rules:
        return None
    law.number(insurance.EXPIRING, on)
    return _Owed(insurance.entitled(facts, rules, premium), premium is not None)


def _pensioned(facts: Facts, law: Law, on: date) -> _Owed | None:
    rules = allowances.pension_groups(law, on)
    return _Owed(allowances.pensioned(facts, rules), True) if rules else None


def _assisted(facts: Facts, law: Law, on: date) -> _Owed | None:
    rules, base = allowances.groups(law, on), allowances.base(law, on)
    return _Owed(allowances.assisted(facts, rules, base), base is not None) if rules else None


_BENEFITS = dict(zip(BENEFITS, (_insured, _pensioned, _assisted), strict=True))


def _charged(owed: Mapping[str, _Owed]) -> dict[str, Flags]:
    """Whose gap counts under the social pension and whose under assistance: who is entitled to
    both for certain under the higher one, the pension where they are equal."""
    pair = {name: owed[name].entitled for name in BENEFITS[1:] if name in owed}
    if len(pair) < len(BENEFITS[1:]):
        return {name: np.ones(len(one.monthly), np.bool_) for name, one in pair.items()}
    pension, assistance = pair.values()
    both = pension.truth.yes & assistance.truth.yes
    higher = assistance.monthly > pension.monthly
    return dict(zip(pair, (~(both & higher), ~(both & ~higher)), strict=True))


def _counted(owed: _Owed, lacks: Truth, expiring: Flags, folk: _Folk) -> Counted:
    entitled = owed.entitled
    gap = entitled.truth & lacks
    some = {
        "entitled": entitled.truth.yes,
        "without": gap.yes,
        "expiring": entitled.truth.yes & expiring,
        "cannot_tell": gap.open,
    }
    counts = [
        folk.persons(np.ones(len(gap.yes), np.bool_)),
        *(folk.persons(some[name]) for name in PERSONS),
        folk.homes(gap.yes),
        folk.money(gap.yes, entitled.monthly),
    ]
    return Counted(
        counts=np.stack(counts, axis=1),
        homes=np.stack([folk.homes(some[name]) for name in PERSONS], axis=1),
        groups=_groups(entitled, gap.yes, folk),
        unchecked=entitled.fits.unchecked,
        priced=owed.priced,
    )


def _groups(entitled: Entitled, without: Flags, folk: _Folk) -> tuple[Group, ...]:
    first = entitled.fits.first
    found = []
    for number, rule in enumerate(entitled.fits.rules):
        inside = first == number
        gone = inside & without
        if inside.any():
            group = Group(
                rule,
                int(inside.sum()),
                int(gone.sum()),
                len(np.unique(folk.household[inside])),
                len(np.unique(folk.household[gone])),
            )
            found.append(group)
    return tuple(found)


def _cards(register: Register, on: date, days: int) -> tuple[Truth, Flags]:
    """Whether everybody is without a card in force, and whose card ends within some days.

    A card of which no last day is recorded is in force and is not called expiring.
    """
    table = register.people
    has = _column(table, "insured", pa.int8(), UNKNOWN)
    last = _column(table, "insured_until", pa.int32(), 0)
    dated = np.zeros(len(last), np.bool_)
    if "insured_until" in table.column_names:
        dated = np.asarray(pc.is_valid(table["insured_until"]))
    today = (on - date(1970, 1, 1)).days
    past = dated & (last < today)
    runs = dated & ~past & (has != 0)
    without = np.where(
        runs, 0, np.where(past & (has != 0), 1, np.where(has >= 0, 1 - has, UNKNOWN))
    )
    return Truth.of(without), runs & (last <= today + days)


def _column(table: pa.Table, name: str, kind: pa.DataType, missing: int) -> npt.NDArray[Any]:
    if name not in table.column_names:
        return np.full(len(table), missing)
    return np.asarray(pc.fill_null(table[name].cast(kind), missing))


def _receives_none(facts: Facts) -> Truth:
    """Whether everybody receives neither assistance nor a social pension: one of them is enough,
    for who is entitled to both takes the higher one."""
    received = facts.codes.get("allowance", np.full(facts.count, UNKNOWN, np.int8))
    none = received == CHOICES["allowance"]["none"]
    return Truth(none, none | (received == UNKNOWN))


def _origin(register: Register, law: Law, on: date) -> str:
    """The weakest of the rows and of the parameters."""
    found: set[str] = set()
    for table in (register.people, register.households, register.villages):
        found |= set(pc.unique(table["origin"]).to_pylist())
    days = law.find(insurance.EXPIRING, on)
    if days is not None and days.assumed:
        found.add("assumed")
    return weakest(found)


def _whole(vnd: Fraction | None) -> int | None:
    return None if vnd is None else int(vnd)
