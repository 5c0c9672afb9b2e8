"""Works for T5: a desk in the villages that have a signal, rounds or a digital point elsewhere."""

import numpy as np
import pyarrow.compute as pc

from hoaban.base.text import Text
from hoaban.measure.network import Flags, Ints
from hoaban.measure.procedures import months_before
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.finders.draft import Site, Terms, at_village, draft, in_commune, on
from hoaban.plan.works import Work, WorkKind


def undeployed(facts: Facts, kind: WorkKind) -> list[Work]:
    """With a signal: one work a commune for all its villages. Without: one work a village."""
    signal = facts.flag("mobile_4g")
    short = _short(facts)
    if kind.where.get("reach", "signal") == "signal":
        return _desks(facts, kind, np.flatnonzero(signal & (short > 0)))
    return [_point(facts, kind, int(v)) for v in np.flatnonzero(~signal & (short > 0))]


def far_villages(facts: Facts, kind: WorkKind) -> list[Work]:
    """Rounds of the outreach team to each village without a signal that is far from its seat."""
    some = np.flatnonzero(_far(facts, kind) & ~facts.flag("mobile_4g") & (_short(facts) > 0))
    rounds = int((kind.effect("visits") or {"rounds_a_year": 1})["rounds_a_year"])
    works = []
    for village in some.tolist():
        name, people = facts.village_name(village), int(facts.people[village])
        works.append(
            draft(
                facts,
                kind,
                at_village(facts, village, kind),
                quantity=1,
                gains={"T5": _gain(facts, kind, np.array([village]))},
                effects=on(kind, str(facts.code[village])),
                why=Text(
                    f"{name} ({people} người) xa trung tâm xã và chưa có sóng; {rounds} đợt lưu "
                    "động một năm làm thủ tục ngay tại bản.",
                    f"{name} ({people} people) is far from the commune's seat and without a "
                    f"signal; {rounds} rounds a year do the procedures in the village.",
                ),
                terms=Terms(rival=f"desk:{facts.code[village]}"),
            )
        )
    return works


def undigitised(facts: Facts, kind: WorkKind) -> list[Work]:
    """Putting online each basic procedure that is not: pairs used already count from then on."""
    columns = ["id", "code", "name", "basic", "digital"]
    table = facts.tables.valid("procedures", facts.at, columns).sort_by("id")
    used = _used(facts)
    everywhere = tuple(range(len(facts.code)))
    works = []
    for row in table.to_pylist():
        if not row["basic"] or row["digital"]:
            continue
        pairs = used.get(row["id"], 0)
        site = Site(f"{kind.id}:{row['id']}", facts.place.centre_path, None, everywhere)
        works.append(
            draft(
                facts,
                kind,
                site,
                quantity=1,
                gains={"T5": pairs / _pairs(facts)},
                effects=on(kind, row["id"]),
                why=Text(
                    f"Thủ tục “{row['name']}” chưa làm được trực tuyến; đưa lên thì {pairs} bản "
                    "đang dùng được tính là số hoá.",
                    f"The procedure {row['code']} is not online yet; putting it there makes "
                    f"{pairs} villages that use it count as digitised.",
                ),
            )
        )
    return works


def _desks(facts: Facts, kind: WorkKind, villages: Ints) -> list[Work]:
    works = []
    for commune in sorted(set(facts.commune[villages].tolist())):
        here = villages[facts.commune[villages] == commune]
        name, pairs = commune_name(facts, commune), int(_short(facts)[here].sum())
        works.append(
            draft(
                facts,
                kind,
                in_commune(facts, commune, here, kind),
                quantity=len(here),
                gains={"T5": _gain(facts, kind, here)},
                effects=on(kind, *facts.code[here].tolist()),
                why=Text(
                    f"Ở {len(here)} bản có sóng của {name} còn {pairs} lượt thủ tục chưa về bản; "
                    "người hướng dẫn tại bản giúp dân nộp.",
                    f"In {len(here)} villages of {name} that have a signal {pairs} procedures "
                    "are not in use yet; a helper in the village files them with people.",
                ),
            )
        )
    return works


def _point(facts: Facts, kind: WorkKind, village: int) -> Work:
    name, pairs = facts.village_name(village), int(_short(facts)[village])
    return draft(
        facts,
        kind,
        at_village(facts, village, kind),
        quantity=1,
        gains={"T5": _gain(facts, kind, np.array([village]))},
        effects=on(kind, str(facts.code[village])),
        why=Text(
            f"{name} chưa có sóng và còn {pairs} thủ tục chưa về bản; có sóng rồi, một điểm số có "
            "người hướng dẫn đưa chúng về.",
            f"{name} has no signal and {pairs} procedures are not in use there; once it has one, "
            "a digital point with a helper brings them.",
        ),
        terms=Terms(rival=f"desk:{facts.code[village]}"),
    )


def _far(facts: Facts, kind: WorkKind) -> Flags:
    mode, season = facts.number("access.mode"), facts.number("access.season")
    minutes = facts.decimals(f"minutes_seat_{mode}_{season}")
    near: Flags = minutes <= float(kind.where["minutes_over"])
    return ~near


def _short(facts: Facts) -> Ints:
    """(villages,) digitised basic procedures that are not in use there."""
    short: Ints = np.maximum(facts.procedures[1] - facts.whole("procedures_live"), 0)
    return short


def _pairs(facts: Facts) -> int:
    return max(facts.procedures[0] * len(facts.code), 1)


def _gain(facts: Facts, kind: WorkKind, villages: Ints) -> float:
    share = float((kind.effect("deploys") or {"take_up": 0.0})["take_up"])
    return share * float(_short(facts)[villages].sum()) / _pairs(facts)


def _used(facts: Facts) -> dict[str, int]:
    """In how many villages each procedure had a case completed within the window."""
    since = months_before(facts.at, int(facts.number("procedures.window_months")))
    columns = ["procedure", "village", "last_completed_on", "completed_12m"]
    table = facts.tables.valid("deployments", facts.at, columns)
    recent = pc.and_(
        pc.fill_null(pc.greater(table["last_completed_on"], since), False),
        pc.fill_null(pc.greater(table["completed_12m"], 0), False),
    )
    counted = (
        table.filter(recent)
        .group_by("procedure")
        .aggregate([("village", "count_distinct")])
        .to_pylist()
    )
    return {row["procedure"]: row["village_count_distinct"] for row in counted}
