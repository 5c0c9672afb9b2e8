"""Groups entitled by law, read from dated values, and who belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from hoaban.base.law import Law, Value
from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys
from hoaban.base.text import Text
from hoaban.measure.entitlement import conditions
from hoaban.measure.entitlement.conditions import Facts, Truth, When, Whole

NOT, ENTITLED, CANNOT = 0, 1, -1
STATUS = {ENTITLED: "entitled", NOT: "not", CANNOT: "cannot_tell"}
NOBODY = -1  # number of a rule where none fits
MOST = 62  # rules of one benefit: a mask has 63 bits


class CodeTwice(Problem):
    vi = "Tệp {file}, mục {path}: mã nhóm “{code}” có hai lần; hãy đặt mã khác."
    en = "File {file}, at {path}: the group's code “{code}” stands twice; choose another."


class TooManyGroups(Problem):
    vi = "Tệp {file}, mục {path}: có {count} nhóm, nhiều nhất được {most}."
    en = "File {file}, at {path}: there are {count} groups, at most {most} may be."


class NotAGroup(Problem):
    vi = "Tệp {file}, mục {path}: {key} không nhận “{value}”; hãy xem các nhóm khác trong tệp."
    en = "File {file}, at {path}: {key} does not take “{value}”; see the other groups of the file."


class NotAnAmount(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không phải là số từ 0 trở lên."
    en = "File {file}, at {path}: “{value}” is no number of 0 and more."


@dataclass(frozen=True, slots=True)
class Rule:
    """One group: who belongs to it, what it is worth, by which article.

    ``worth`` is a share of the premium, a coefficient or an amount, by benefit; exact.
    """

    code: str
    label: Text
    when: When
    worth: Fraction
    article: str
    source: str
    confidence: str
    clause: int = 0
    adds_to: tuple[int, ...] = ()  # clauses to whose highest this one is added
    each: str = ""  # the number by which it is multiplied

    @property
    def needs(self) -> frozenset[str]:
        """The facts it asks for."""
        return conditions.needs(self.when) | ({self.each} if self.each else frozenset())

    def as_json(self) -> dict[str, Any]:
        """Its code, label, article and source."""
        return {
            "code": self.code,
            "label": {"vi": self.label.vi, "en": self.label.en},
            "article": self.article,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """To which groups n people belong: bit j of a mask is ``rules[j]``; all of shape (n,).

    certain, possible
        Those they belong to for certain; those of which it cannot be told.
    unchecked
        Groups left out because they ask for what is not recorded.
    """

    rules: tuple[Rule, ...]
    certain: Whole
    possible: Whole
    unchecked: tuple[Rule, ...]

    @property
    def truth(self) -> Truth:
        """Whether they belong to any group."""
        yes = self.certain != 0
        return Truth(yes, yes | (self.possible != 0))

    @property
    def first(self) -> Whole:
        """Number of the first group they certainly belong to, in the order of law; -1 none."""
        lowest = self.certain & -self.certain
        number = np.bitwise_count(lowest - 1).astype(np.int64)
        return np.where(self.certain == 0, NOBODY, number)


@dataclass(frozen=True, slots=True, eq=False)
class Entitled:
    """What n people are entitled to for certain, and by which groups.

    monthly
        VND a month that the state owes; 0 where they are not entitled for certain.
    share
        Highest share of the premium that the state pays, 0–1; only for insurance.
    """

    fits: Fits
    monthly: Whole
    share: conditions.Floats | None = None

    @property
    def truth(self) -> Truth:
        """Whether they are entitled."""
        return self.fits.truth

    @property
    def status(self) -> conditions.Small:
        """`ENTITLED`, `NOT` or `CANNOT` of each."""
        truth = self.truth
        return np.where(truth.yes, ENTITLED, np.where(truth.may, CANNOT, NOT)).astype(np.int8)

    def trace(self, at: int) -> dict[str, Any]:
        """Why one person has this answer: first group, all groups, those still open, articles."""
        fits = self.fits
        first = int(fits.first[at])
        inside = [r for bit, r in enumerate(fits.rules) if fits.certain[at] >> bit & 1]
        still = [r for bit, r in enumerate(fits.rules) if fits.possible[at] >> bit & 1]
        return {
            "status": STATUS[int(self.status[at])],
            "first": None if first == NOBODY else fits.rules[first].code,
            "article": None if first == NOBODY else fits.rules[first].article,
            "groups": [rule.as_json() for rule in inside],
            "cannot_tell": [rule.as_json() for rule in still],
            "share": None if self.share is None else float(self.share[at]),
            "monthly_vnd": int(self.monthly[at]),
        }


def read(law: Law, name: str, on: date, *, file: str, worth: str) -> tuple[Rule, ...]:
    """The groups of a parameter on a day, in their order; none where the law has none then.

    ``worth`` is the key of what a group is worth. Raises `UnknownKey`, `MissingKey` (file,
    place, key, nearest), `NotAGroup`, `CodeTwice`, `TooManyGroups`, `NotAnAmount` and the
    problems of `conditions.read`.
    """
    value = law.find(name, on)
    if value is None:
        return ()
    if len(value.value) > MOST:
        raise TooManyGroups(file=file, path=name, count=len(value.value), most=MOST)
    found: dict[str, Rule] = {}
    for number, item in enumerate(value.value, 1):
        path = f"{name} › {_code(item, f'{number}')}"
        _check(item, worth, file=file, path=path)
        if item["code"] in found:
            raise CodeTwice(file=file, path=name, code=item["code"])
        found[item["code"]] = _rule(law, item, value, on, file=file, path=path, worth=worth)
    return tuple(found.values())


def fit(rules: Sequence[Rule], facts: Facts) -> Fits:
    """To which groups everybody belongs. Groups that ask for what is not recorded are left out."""
    checked = tuple(rule for rule in rules if facts.has(rule.needs))
    certain, possible = np.zeros(facts.count, np.int64), np.zeros(facts.count, np.int64)
    for bit, rule in enumerate(checked):
        truth = conditions.hold(rule.when, facts)
        certain |= truth.yes.astype(np.int64) << bit
        possible |= truth.open.astype(np.int64) << bit
    left = tuple(rule for rule in rules if rule not in checked)
    return Fits(checked, certain, possible, left)


def belongs(mask: Whole, bit: int) -> conditions.Flags:
    """Where a bit of a mask is set."""
    return (mask >> bit & 1).astype(np.bool_)


def highest(fits: Fits, worth: Sequence[int]) -> Whole:
    """(n,) the highest of what their certain groups are worth, one whole number a rule; else 0."""
    found = np.zeros(len(fits.certain), np.int64)
    for bit, value in enumerate(worth):
        np.maximum(found, belongs(fits.certain, bit) * value, out=found)
    return found


def dong(amount: Fraction) -> int:
    """Whole đồng, half up."""
    return int(amount + Fraction(1, 2))


def _code(item: Any, number: str) -> str:
    return str(item.get("code", number)) if isinstance(item, dict) else number


def _check(item: Any, worth: str, *, file: str, path: str) -> None:
    """Refuse a group whose keys, or the shape of what they hold, are not those of a rule."""
    where = {"file": file, "path": path}
    if not isinstance(item, dict):
        raise NotAGroup(key="—", value=item, **where)
    required = ("code", "label", "when", worth, "article")
    check_keys(item, required=required, optional=("clause", "adds_to", "each"), **where)
    shapes = {
        "code": isinstance(item["code"], str),
        "article": isinstance(item["article"], str),
        "label": isinstance(item["label"], dict),
        "each": item.get("each", conditions.CHILDREN) == conditions.CHILDREN,
        "clause": isinstance(item.get("clause", 0), int),
        "adds_to": isinstance(item.get("adds_to", []), list),
    }
    for key, fits in shapes.items():
        if not fits:
            raise NotAGroup(key=key, value=item[key], **where)
    check_keys(item["label"], required=("vi", "en"), file=file, path=f"{path} › label")


def _rule(
    law: Law, item: dict[str, Any], value: Value, on: date, *, file: str, path: str, worth: str
) -> Rule:
    return Rule(
        code=item["code"],
        label=Text.read(item["label"]),
        when=conditions.read(
            item["when"],
            file=file,
            path=f"{path} › when",
            number=lambda parameter: law.number(parameter, on),
        ),
        worth=_worth(law, item[worth], on, file=file, path=f"{path} › {worth}"),
        article=item["article"],
        source=value.source,
        confidence=value.confidence,
        clause=item.get("clause", 0),
        adds_to=tuple(item.get("adds_to", ())),
        each=item.get("each", ""),
    )


def _worth(law: Law, value: Any, on: date, *, file: str, path: str) -> Fraction:
    """Exactly what is written: 0.7 is seven tenths."""
    plain = law.number(value, on) if isinstance(value, str) else value
    if isinstance(plain, bool) or not isinstance(plain, int | float) or plain < 0:
        raise NotAnAmount(file=file, path=path, value=plain)
    return Fraction(str(plain))
