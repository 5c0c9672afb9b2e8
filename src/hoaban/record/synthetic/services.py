"""Synthetic staff and their courses, and procedures live in villages.

Posts of communes follow the planned total; every village has its paid titles (law). Nothing is
published about who speaks what, who finished a course or where a procedure is used: those
shares are assumed (``people:`` of synthetic.yaml) and fall with remoteness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.record.province import Province
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.calibrate import largest_remainder
from hoaban.record.synthetic.draws import Floats, Whole
from hoaban.record.synthetic.households import Flags, Homes

LEVELS = ("commune", "village")
FORMS = ("self", "helped", "on_behalf")
_STATE_LANGUAGE = "vi"  # everybody in a post knows it
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Posts:
    """Post-holders: communes' first, then villages' (``village`` is -1 for a commune's).

    ``key`` belongs to a post (its place, and its turn there) and keys draws; ``language`` is
    the position in ``languages`` of the language of the place served; ``speaks`` and
    ``native`` say whether the holder does and is.
    """

    key: tuple[Any, Whole]
    commune: Whole
    village: Whole
    title: Whole
    titles: tuple[str, ...]
    language: Whole
    languages: tuple[str, ...]
    native: Flags
    speaks: Flags

    def __len__(self) -> int:
        return len(self.commune)


def posts(
    seed: int,
    province: Province,
    homes: Homes,
    village_titles: Sequence[str],
    spec: Mapping[str, Any],
) -> Posts:
    """Every post of communes and villages, with the languages of its holder."""
    of_commune = _commune_posts(province, spec)
    count, some = len(of_commune), len(village_titles)
    village = np.repeat(np.arange(len(homes.code)), some)
    place = [province.communes[i].code for i in of_commune] + [homes.code[i] for i in village]
    turn = np.arange(count) - np.searchsorted(of_commune, of_commune)
    key = (np.array(place), np.concatenate([turn, np.tile(np.arange(some), len(homes.code))]))
    weights = np.array([float(w) for w in spec["titles"].values()])
    title = draws.choice(seed, "post.title", (key[0][:count], turn), weights)
    served = np.concatenate([_served(seed, province, of_commune, turn, homes), village])
    level = np.array([0] * count + [1] * len(village))
    first = [found[0] if found else _STATE_LANGUAGE for found in homes.languages]
    languages = tuple(dict.fromkeys([_STATE_LANGUAGE, *first]))
    language = np.array([languages.index(code) for code in first], dtype=np.int64)[served]
    mark = draws.uniform(seed, "post.language", key)
    share = {n: np.array([float(spec[n][k]) for k in LEVELS]) for n in ("native", "speaks")}
    return Posts(
        key=key,
        commune=np.concatenate([of_commune, homes.commune[village]]),
        village=np.concatenate([np.full(count, -1), village]),
        title=np.concatenate([title, len(weights) + key[1][count:]]),
        titles=(*spec["titles"], *village_titles),
        language=language,
        languages=languages,
        native=(language == 0) | (mark < share["native"][level]),
        speaks=(language == 0) | (mark < share["speaks"][level]),
    )


def _commune_posts(province: Province, spec: Mapping[str, Any]) -> Whole:
    """The commune (position) of each commune post: a base each, the rest by people."""
    total, communes = int(spec["commune_posts"]), len(province.communes)
    base = min(int(spec["base_posts"]), total // communes)
    people = np.array([c.population for c in province.communes], dtype=np.float64)
    counts = base + largest_remainder(people, total - base * communes)
    return np.repeat(np.arange(communes), counts)


def _served(seed: int, province: Province, commune: Whole, turn: Whole, homes: Homes) -> Whole:
    """The village whose language a commune's post needs most: drawn by households."""
    found = np.zeros(len(commune), dtype=np.int64)
    for at in np.unique(commune):
        here, villages = np.flatnonzero(commune == at), np.flatnonzero(homes.commune == at)
        if len(villages):
            weights = homes.households[villages].astype(np.float64)
            key = (province.communes[at].code, turn[here])
            found[here] = villages[draws.choice(seed, "post.village", key, weights)]
    return found


def staff_table(posts: Posts, province: Province, homes: Homes, source: str) -> pa.Table:
    """The staff list; a commune's post stands in the commune's area."""
    in_village = posts.village >= 0
    communes = [f"{province.path}{c.code}/" for c in province.communes]
    at = np.where(in_village, len(communes) + posts.village, posts.commune)
    skills = (_STATE_LANGUAGE, *(f"{_STATE_LANGUAGE};{code}" for code in posts.languages))
    skill = np.where(posts.speaks & (posts.language > 0), posts.language + 1, 0)
    return columns.table(
        key=_staff_keys(np.arange(len(posts))),
        area=columns.taken([*communes, *homes.path], at),
        source=source,
        valid_from=province.valid_from,
        columns={
            "role": columns.taken(LEVELS, in_village.astype(np.int64)),
            "title": columns.taken(posts.titles, posts.title),
            "village": columns.taken(homes.code, posts.village),
            "languages": columns.taken(skills, skill),
            "native": pa.array(posts.native),
        },
    )


def _staff_keys(at: Whole) -> Any:
    return columns.numbered("S", at + 1, 5)


def training_table(
    seed: int, posts: Posts, staff: pa.Table, at: date, spec: Mapping[str, Any]
) -> pa.Table:
    """Finished courses: governance for anybody, the language for who is no native speaker."""
    level = (posts.village >= 0).astype(np.int64)
    holder, course = [], []
    for number, name in enumerate(("governance", "language")):
        share = np.array([float(spec[name][k]) for k in LEVELS])[level]
        gone = draws.chance(seed, f"course.{name}", posts.key, share)
        if name == "language":
            gone &= ~posts.native & (posts.language > 0)
        holder.append(np.flatnonzero(gone))
        course.append(np.full(len(holder[-1]), number))
    who, what = np.concatenate(holder), np.concatenate(course)
    key = (posts.key[0][who], posts.key[1][who], what)
    ago = draws.integers(seed, "course.on", key, 20, int(spec["years"]) * _YEAR)
    holder_key = columns.taken(staff["key"].to_pylist(), who)
    name_of = columns.taken(["social_governance", "language"], what)
    taught = np.where(what == 1, posts.language[who], -1)
    grade = draws.choice(seed, "course.level", key, np.array([2.0, 1.0]))
    return columns.table(
        key=columns.joined(holder_key, name_of),
        area=staff["area"].take(pa.array(who)),
        source=staff["source"].take(pa.array(who)),
        valid_from=staff["valid_from"][0].as_py(),
        columns={
            "staff": holder_key,
            "course": name_of,
            "language": columns.taken(posts.languages, taught),
            "level": columns.taken(["basic", "spoken_1", "spoken_2"], what * (1 + grade)),
            "on": columns.days(at, -ago),
            "passed": pa.array(draws.chance(seed, "course.passed", key, float(spec["passed"]))),
        },
    )


def procedures_table(province: Province, procedures: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The national list of procedures; hours are parts of a day, no deadline is null."""
    units = {"h": 1 / 24}
    deadline = [
        None
        if row["deadline_days"] in (None, "") or row["deadline_kind"] == "none"
        else float(row["deadline_days"]) * units.get(str(row["deadline_kind"]), 1.0)
        for row in procedures
    ]
    text = {
        n: pa.array([str(row[n]) for row in procedures], pa.string())
        for n in ("code", "name", "field", "source")
    }
    return columns.table(
        key=text["code"],
        area=columns.same(province.path, len(procedures)),
        source=text["source"],
        origin="official",
        label=text["name"],
        valid_from=province.valid_from,
        columns={
            "code": text["code"],
            "name": text["name"],
            "field": text["field"],
            "basic": pa.array([_yes(row["basic"]) for row in procedures], pa.bool_()),
            "deadline_days": pa.array(deadline, pa.float64()),
            "digital": pa.array([_yes(row["channel_online"]) for row in procedures], pa.bool_()),
        },
    )


def _yes(cell: Any) -> bool:
    return str(cell).lower() in ("1", "true")


@dataclass(frozen=True, slots=True)
class Live:
    """Procedures live in villages, one item a pair: positions, and what became of it.

    ``ago`` days passed since the last completed case, ``since`` days since it went live (of
    days that the register has: see `deployments_table`); ``cases`` in the last 12 months.
    """

    seed: int
    village: Whole
    procedure: Whole
    done: Flags
    ago: Whole
    since: Floats
    cases: Whole
    form: Whole


def live(seed: int, homes: Homes, procedures: pa.Table, spec: Mapping[str, Any]) -> Live:
    """Which procedure is live in which village, and whether a case was completed of late."""
    code = draws.words(0, "procedure", procedures["code"].to_pylist()).astype(np.int64)
    online = np.where(procedures["digital"].to_numpy(), 1.0, float(spec["not_online"]))
    share = _between(spec["live"], homes.remoteness)[:, None] * online
    key = (homes.number[:, None], code[None, :])
    village, procedure = np.nonzero(draws.chance(seed, "live", key, share))
    key = (homes.number[village], code[procedure])
    far = homes.remoteness[village]
    done = draws.chance(seed, "live.done", key, _between(spec["done"], far))
    late = draws.integers(seed, "live.long.ago", key, _YEAR + 5, 2 * _YEAR)
    mean = float(spec["cases"]) * homes.households[village] / 100
    near, remote = (np.array(spec["forms"][k], dtype=np.float64) for k in ("near", "far"))
    return Live(
        seed=seed,
        village=village.astype(np.int64),
        procedure=procedure.astype(np.int64),
        done=done,
        ago=np.where(done, draws.integers(seed, "live.ago", key, 1, _YEAR - 5), late),
        since=draws.uniform(seed, "live.since", key),
        cases=np.where(done, draws.poisson(seed, "live.cases", key, mean) + 1, 0),
        form=draws.choice(seed, "live.form", key, near + (remote - near) * far[:, None]),
    )


def deployments_table(
    found: Live, procedures: pa.Table, homes: Homes, province: Province, at: date
) -> pa.Table:
    """The deployments list; nothing is older than the communes of today."""
    days = (at - province.valid_from).days
    never = found.ago > days
    began = np.minimum(np.maximum(np.floor(found.since * days), found.ago * ~never), days)
    village = columns.taken(homes.code, found.village)
    procedure = columns.taken(procedures["key"].to_pylist(), found.procedure)
    tongue = [spoken[0] if spoken else None for spoken in homes.languages]
    return columns.table(
        key=columns.joined(village, procedure),
        area=columns.taken(homes.path, found.village),
        source=columns.drawn(found.seed),
        valid_from=province.valid_from,
        columns={
            "procedure": procedure,
            "village": village,
            "form": columns.taken(FORMS, found.form),
            "language": columns.taken(tongue, np.where(found.form > 0, found.village, -1)),
            "since": columns.days(at, -began),
            "last_completed_on": columns.days(at, -found.ago, mask=never),
            "completed_12m": pa.array(found.cases),
        },
    )


def _between(ends: Mapping[str, Any], far: Floats) -> Floats:
    """From the value ``near`` (remoteness 0) to ``far`` (remoteness 1)."""
    return np.asarray(float(ends["near"]) + (float(ends["far"]) - float(ends["near"])) * far)
