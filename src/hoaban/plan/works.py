"""The kinds of works that packs offer: what each costs, where it may be proposed, what it does.

A pack's ``plan.yaml`` holds ``works``: a map from a kind's id (for ever) to its description.
All that a work can do is said in the seven effects below, and all the places where one is
proposed are found by the named verbs of ``VERBS``: a pack holds no expression and no code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import UnknownKey, check_keys, nearest, read_yaml
from hoaban.base.text import Text

MONEY = ("investment", "recurrent")
PROPOSERS = ("village", "commune", "province", "generated")
UNITS = ("km", "each", "household", "person", "village", "commune", "pair")
ASSUMED = "assumed"
MILESTONE = "milestone"  # no work: what a commune gains when all that it lacks is done

# Effect -> the keys it must have, and the keys it may have.
EFFECTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "link": (
        (),
        ("surface", "width_m", "bridge", "ford", "drain", "susceptibility", "susceptibility_share"),
    ),
    "service": (("kind",), ("capacity", "standard_met")),
    "clears": (("answer", "take_up"), ()),
    "earns": (("low", "likely", "high", "take_up", "source"), ()),
    "trains": (("course", "pass_share"), ()),
    "deploys": (("form", "take_up"), ("digital",)),
    "visits": (("rounds_a_year",), ()),
}

# Verb of ``where`` -> the keys it must have, and the keys it may have.
VERBS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "weak_links": ((), ("classes",)),
    "weak_exits": ((), ()),
    "beyond_station": ((), ("people_min", "people_max")),
    "below_standard": (("kind",), ()),
    "beyond_school": (("stage",), ()),
    "lacking": (("answer",), ("households_min",)),
    "broken": (("kind",), ()),
    "without": (("flag",), ()),
    "untrained": (("leg",), ()),
    "undeployed": ((), ("reach",)),
    "undigitised": ((), ()),
    "far_villages": (("minutes_over",), ()),
    "poor_villages": (("households_min",), ()),
    "on_application": ((), ()),
}

# What a key of an effect or verb may hold, where the list is closed.
CHOICES: dict[str, tuple[str, ...]] = {
    "surface": ("asphalt", "concrete", "gravel", "earth"),
    "form": ("self", "helped", "on_behalf"),
    "course": ("social_governance", "language"),
    "classes": ("national", "provincial", "commune", "village"),
    "leg": ("governance", "language"),
    "stage": ("primary", "lower", "upper", "boarding"),
    "flag": ("grid_power", "mobile_4g"),
    "reach": ("signal", "no_signal"),
    "answer": (
        *("employment", "dependants", "nutrition", "insurance", "adult_education"),
        *("child_attendance", "house_quality", "house_area", "water", "toilet", "telecom"),
        *("devices", "waste", "water_standard"),
    ),
}
SHARES = ("take_up", "pass_share", "susceptibility", "susceptibility_share")
YES_NO = ("bridge", "ford", "drain", "digital", "standard_met")
NUMBERS = (
    *("width_m", "capacity", "low", "likely", "high", "rounds_a_year"),
    *("people_min", "people_max", "households_min", "minutes_over"),
)


class NoWorks(Problem):
    vi = "Không gói nào trong thư mục {folder} có tệp plan.yaml; hãy kiểm tra đường dẫn."
    en = "No pack in the folder {folder} has a plan.yaml; check the path."


class NotAllowed(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không dùng được; hãy chọn một trong: {allowed}."
    en = "File {file}, at {path}: “{value}” cannot be used; choose one of: {allowed}."


class NotANumber(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” phải là số từ {low} đến {high}; hãy sửa giá trị này."
    en = "File {file}, at {path}: “{value}” must be a number from {low} to {high}; mend it."


class CostsOutOfOrder(Problem):
    vi = "Tệp {file}, mục {path}: phải có thấp ≤ khả dĩ ≤ cao, nhưng là {low}, {likely}, {high}."
    en = "File {file}, at {path}: it must be low ≤ likely ≤ high, but is {low}, {likely}, {high}."


class NotOfThisForm(Problem):
    vi = "Tệp {file}, mục {path}: phải là {form}; hãy viết lại mục này."
    en = "File {file}, at {path}: it must be {form_en}; write it so."


class AfterItself(Problem):
    vi = "Tệp {file}, mục {path}: “{kind}” phải chờ chính nó; hãy bỏ bớt một mã trong after."
    en = "File {file}, at {path}: “{kind}” would wait for itself; take one id out of after."


class WorkTwice(Problem):
    vi = "Tệp {file}: công trình “{kind}” đã có trong gói {other}; hãy đổi mã."
    en = "File {file}: the work “{kind}” stands in pack {other} too; give it another id."


@dataclass(frozen=True, slots=True)
class Cost:
    """Whole đồng for one ``unit`` in prices of ``year``; ``upkeep`` is for one unit a year."""

    unit: str
    low: int
    likely: int
    high: int
    upkeep: int
    year: int
    source: str  # a citation, or ``assumed``

    @property
    def assumed(self) -> bool:
        """Whether nobody published this price."""
        return self.source == ASSUMED


@dataclass(frozen=True, slots=True)
class Effect:
    """One of the seven effects. ``on`` names what it touches: road, village, staff … keys.

    A kind's effect has an empty ``on``; a work's effect says where.
    """

    kind: str
    given: Mapping[str, Any]
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkKind:
    """What a pack offers. ``after`` names kinds that must come first in the same village."""

    id: str
    pack: str
    label: Text
    cost: Cost
    money: str
    sources: tuple[str, ...]
    proposed_by: tuple[str, ...]
    on_application: bool
    build_years: int
    verb: str
    where: Mapping[str, Any]
    effects: tuple[Effect, ...]
    after: tuple[str, ...] = ()

    def effect(self, kind: str) -> Mapping[str, Any] | None:
        """What the effect of this kind is given; None when the work has no such effect."""
        return next((e.given for e in self.effects if e.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Work:
    """One candidate on the ground, one under way (``carry_over``), or one still owed (``owed``).

    Money is whole đồng in prices of the plan's first year; ``upkeep_vnd`` is for one year.
    ``gains`` is the additive gain of each target, in the target's own unit (share 0-1).
    ``requires`` names works that must be chosen too; at most one work of a non-empty ``rival``
    group may be chosen. An ``owed`` one is finished and waits for the rest of its money:
    it has no effects. ``safeguards`` holds what is on record (`hoaban.plan.safeguards.COLUMNS`).
    """

    id: str
    kind: str
    pack: str
    label: Text
    commune: str
    village: str | None
    cost_vnd: int
    cost_low_vnd: int
    cost_high_vnd: int
    upkeep_vnd: int
    money: str
    sources: tuple[str, ...]
    proposed_by: str
    carry_over: bool
    effects: tuple[Effect, ...]
    gains: Mapping[str, float]
    why: Text
    cost_source: str = ASSUMED
    people: int = 0
    build_years: int = 1
    requires: tuple[str, ...] = ()
    rival: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    owed: bool = False
    safeguards: Mapping[str, Any] = field(default_factory=dict)


def read_works(packs: Path) -> dict[str, WorkKind]:
    """Every kind of work by id, from the ``plan.yaml`` of each pack, in order of pack and file.

    Raises `NoWorks` for a folder without any, and a problem naming file and key for the first
    thing that is wrong: an unknown key, effect or verb, a negative cost, low > likely > high.
    """
    kinds: dict[str, WorkKind] = {}
    for file in sorted(packs.glob("*/plan.yaml")):
        for kind in read_pack(file):
            if kind.id in kinds:
                raise WorkTwice(file=_name(file), kind=kind.id, other=kinds[kind.id].pack)
            kinds[kind.id] = kind
    if not kinds:
        raise NoWorks(folder=packs.name)
    _check_after(packs, kinds)
    return kinds


def read_pack(file: Path) -> list[WorkKind]:
    """The kinds of one ``plan.yaml``. Raises as `read_works`."""
    content = read_yaml(file) or {}
    name = _name(file)
    _map(name, "/", content)
    check_keys(content, required=("works",), file=name, path="/")
    kinds = _map(name, "works", content["works"])
    return [_kind(name, file.parent.name, str(kind), item) for kind, item in kinds.items()]


def _map(file: str, path: str, item: Any) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise NotOfThisForm(file=file, path=path, form="các khoá và giá trị", form_en="a map")
    return item


def _list(file: str, path: str, item: Any) -> list[Any]:
    if not isinstance(item, list):
        raise NotOfThisForm(file=file, path=path, form="một danh sách", form_en="a list")
    return item


def _names(file: str, path: str, item: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in _list(file, path, item))


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _check_after(packs: Path, kinds: Mapping[str, WorkKind]) -> None:
    for kind in kinds.values():
        for other in kind.after:
            if other not in kinds:
                raise UnknownKey(
                    file=f"{kind.pack}/plan.yaml",
                    path=f"works.{kind.id}.after",
                    key=other,
                    nearest=nearest(other, kinds),
                )
    for kind in kinds.values():
        if kind.id in _before(kind, kinds):
            path = f"works.{kind.id}.after"
            raise AfterItself(file=f"{kind.pack}/plan.yaml", path=path, kind=kind.id)


def _before(kind: WorkKind, kinds: Mapping[str, WorkKind]) -> set[str]:
    """The kinds that must come before one, directly or not."""
    found: set[str] = set()
    waiting = list(kind.after)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += kinds[one].after
    return found


def _kind(file: str, pack: str, kind: str, item: Mapping[str, Any]) -> WorkKind:
    path = f"works.{kind}"
    check_keys(
        _map(file, path, item),
        required=("label", "cost", "money", "sources", "proposed_by", "where", "effects"),
        optional=("on_application", "build_years", "after"),
        file=file,
        path=path,
    )
    label = _map(file, f"{path}.label", item["label"])
    check_keys(label, required=("vi", "en"), file=file, path=f"{path}.label")
    applied = bool(item.get("on_application", False))
    verb, where = _where(file, f"{path}.where", item["where"], applied=applied)
    years = _number(file, f"{path}.build_years", item.get("build_years", 1), 1, 5)
    return WorkKind(
        id=kind,
        pack=pack,
        label=Text.read(label),
        cost=_cost(file, f"{path}.cost", item["cost"]),
        money=_choice(file, f"{path}.money", item["money"], MONEY),
        sources=_names(file, f"{path}.sources", item["sources"]),
        proposed_by=tuple(
            _choice(file, f"{path}.proposed_by", one, PROPOSERS)
            for one in _names(file, f"{path}.proposed_by", item["proposed_by"])
        ),
        on_application=applied,
        build_years=int(years),
        verb=verb,
        where=where,
        effects=tuple(
            _effect(file, f"{path}.effects.{n}", one)
            for n, one in enumerate(_list(file, f"{path}.effects", item["effects"]))
        ),
        after=_names(file, f"{path}.after", item.get("after", [])),
    )


def _cost(file: str, path: str, item: Mapping[str, Any]) -> Cost:
    keys = ("unit", "low", "likely", "high", "upkeep", "year", "source")
    check_keys(_map(file, path, item), required=keys, file=file, path=path)
    low, likely, high, upkeep = (
        int(_number(file, f"{path}.{key}", item[key], 0, 10**13)) for key in keys[1:5]
    )
    _ordered(file, path, low, likely, high)
    return Cost(
        unit=_choice(file, f"{path}.unit", item["unit"], UNITS),
        low=low,
        likely=likely,
        high=high,
        upkeep=upkeep,
        year=int(_number(file, f"{path}.year", item["year"], 2000, 2100)),
        source=str(item["source"]),
    )


def _where(
    file: str, path: str, item: Mapping[str, Any], *, applied: bool
) -> tuple[str, Mapping[str, Any]]:
    given = dict(_map(file, path, item))
    verb = str(given.pop("verb", ""))
    if verb not in VERBS:
        raise UnknownKey(file=file, path=path, key=verb, nearest=nearest(verb, VERBS))
    if applied != (verb == "on_application"):
        raise NotAllowed(
            file=file,
            path=path,
            value=verb,
            allowed="on_application + on_application: true",
        )
    required, optional = VERBS[verb]
    check_keys(given, required=required, optional=optional, file=file, path=path)
    return verb, {key: _held(file, f"{path}.{key}", key, value) for key, value in given.items()}


def _effect(file: str, path: str, item: Mapping[str, Any]) -> Effect:
    kind = next(iter(_map(file, path, item)), "")
    if len(item) != 1 or kind not in EFFECTS:
        wrong = next((key for key in item if key not in EFFECTS), kind)
        raise UnknownKey(file=file, path=path, key=wrong, nearest=nearest(wrong, EFFECTS))
    required, optional = EFFECTS[kind]
    given = _map(file, f"{path}.{kind}", item[kind])
    check_keys(given, required=required, optional=optional, file=file, path=f"{path}.{kind}")
    held = {key: _held(file, f"{path}.{kind}.{key}", key, v) for key, v in given.items()}
    if kind == "earns":
        _ordered(file, f"{path}.earns", held["low"], held["likely"], held["high"])
    return Effect(kind, held)


def _held(file: str, path: str, key: str, value: Any) -> Any:
    """The value, checked by what its key may hold."""
    if isinstance(value, list):
        return tuple(_held(file, path, key, one) for one in value)
    if key in CHOICES:
        return _choice(file, path, value, CHOICES[key])
    if key in SHARES:
        return float(_number(file, path, value, 0, 1))
    if key in YES_NO and not isinstance(value, bool):
        raise NotAllowed(file=file, path=path, value=value, allowed="true, false")
    if key == "standard_met" and value is False:  # a work that makes things worse is none
        raise NotAllowed(file=file, path=path, value="false", allowed="true")
    return _number(file, path, value, 0, 10**13) if key in NUMBERS else value


def _choice(file: str, path: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise NotAllowed(file=file, path=path, value=value, allowed=", ".join(allowed))
    return str(value)


def _number(file: str, path: str, value: Any, low: float, high: float) -> float:
    sound = isinstance(value, int | float) and not isinstance(value, bool)
    if not sound or not low <= value <= high:
        raise NotANumber(file=file, path=path, value=value, low=low, high=f"{high:,.0f}")
    return float(value) if isinstance(value, float) else value


def _ordered(file: str, path: str, low: float, likely: float, high: float) -> None:
    if not low <= likely <= high:
        raise CostsOutOfOrder(file=file, path=path, low=low, likely=likely, high=high)
