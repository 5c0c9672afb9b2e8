"""Works for T4: courses for the post-holders of a commune who lack a leg."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hoaban.base import scope
from hoaban.base.text import Text
from hoaban.measure import staff
from hoaban.measure.staff import NATIONAL
from hoaban.measure.tables import Tables
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.finders.draft import Site, Terms, draft, on
from hoaban.plan.works import Work, WorkKind


@dataclass(frozen=True, slots=True)
class Post:
    """One post-holder: which legs are passed, and the languages that would pass the second."""

    id: str
    commune: str
    governance: bool
    language: bool
    needs: tuple[str, ...]


def posts(tables: Tables, course: str, at: date) -> list[Post]:
    """Everyone in post on a day, in order of id, judged as `measure.staff` judges them.

    ``needs`` are the minority languages of the people served, the most spoken first.
    """
    villages, communes = _languages(tables, at)
    governed, learned = staff.passed(tables, course, at)
    columns = ["id", "area", "role", "village", "languages", "native"]
    found = []
    for row in tables.valid("staff", at, columns).sort_by("id").to_pylist():
        commune = scope.commune_of(row["area"])
        in_village = row["role"] == "village"
        needs = villages.get(row["village"], ()) if in_village else communes.get(commune, ())
        native = bool(row["native"]) and bool(staff.codes(row["languages"]) & set(needs))
        spoken = not needs or native or bool(learned[row["id"]] & set(needs))
        found.append(Post(row["id"], commune, row["id"] in governed, spoken, needs))
    return found


def untrained(facts: Facts, kinds: Mapping[str, WorkKind]) -> list[Work]:
    """For each commune a course in each leg, for all who lack it. ``kinds`` is by leg.

    A post counts in T4 when both legs are passed: who lacks both earns half by each course.
    """
    course = facts.number("training.courses")["governance"]
    everyone = posts(facts.tables, course, facts.at)
    lacking: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in everyone:
        for leg in kinds:
            if not (post.governance if leg == "governance" else post.language):
                lacking[post.commune, leg].append(post)
    return [
        _course(facts, kinds[leg], commune, some, len(everyone))
        for (commune, leg), some in sorted(lacking.items())
    ]


_WORDS = {
    "governance": ("chưa qua bồi dưỡng quản trị xã hội", "have not passed social governance"),
    "language": (
        "chưa nói được tiếng của bản mình phục vụ",
        "have not passed the language of the village they serve",
    ),
}


def _course(facts: Facts, kind: WorkKind, commune: str, some: list[Post], of: int) -> Work:
    both = sum(not post.governance and not post.language for post in some)
    share = float((kind.effect("trains") or {"pass_share": 1.0})["pass_share"])
    code = commune.rstrip("/").rsplit("/", 1)[-1]
    name, (vi, en) = commune_name(facts, commune), _WORDS[str(kind.where["leg"])]
    villages = facts.in_commune(commune)
    return draft(
        facts,
        kind,
        Site(f"{kind.id}:{code}", commune, None, tuple(villages.tolist())),
        quantity=len(some),
        gains={"T4": share * (len(some) - both / 2) / max(of, 1)},
        effects=on(kind, *(post.id for post in some)),
        why=Text(
            f"{len(some)} cán bộ xã và bản ở {name} {vi}; một lớp tại xã dạy cho tất cả.",
            f"{len(some)} commune and village staff in {name} {en}; one course there is for all.",
        ),
        terms=Terms(people=len(some)),
    )


def _languages(
    tables: Tables, at: date
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Minority languages of each village, and of each commune, the most common first."""
    villages: dict[str, tuple[str, ...]] = {}
    communes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tables.valid("villages", at, ["id", "area", "languages"]).to_pylist():
        spoken = tuple(c for c in (row["languages"] or "").split(";") if c not in ("", NATIONAL))
        villages[row["id"]] = spoken
        communes[scope.commune_of(row["area"])].update(spoken)
    ordered = {
        commune: tuple(sorted(count, key=lambda code: (-count[code], code)))
        for commune, count in communes.items()
    }
    return villages, ordered
