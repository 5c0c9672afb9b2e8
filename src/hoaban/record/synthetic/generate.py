"""The whole synthetic register of a province: every list, in the order it is loaded.

One seed gives one register, to the byte. Draws belong to the things they describe, so a changed
assumption moves only what follows from it. Every row says ``synthetic`` and its seed, but for
what is published: the procedures and the money.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.reading import MissingKey, check_keys, read_yaml
from hoaban.record.province import Province
from hoaban.record.roads import RoadRules
from hoaban.record.synthetic import (
    absorption,
    answers,
    benefits,
    calibrate,
    carry_over,
    closures,
    columns,
    decisions,
    facilities,
    households,
    network,
    people,
    places,
    proposals,
    services,
    tables,
)
from hoaban.record.synthetic.households import Frame, Homes, Reviewed
from hoaban.record.synthetic.terrain import land

_PEOPLE_KEYS = (
    "as_of",
    "households",
    "rounds",
    "model",
    "sizes",
    "latent",
    "income",
    "answers",
    "insurance",
    "persons",
    "benefits",
    "reinterviews",
    "ethnicity",
    "staff",
    "training",
    "deployments",
    "four_on_the_spot",
    "works",
    "arrears",
    "safeguards",
    "proposals",
    "absorption",
)
_BY_KIND = (  # sections with an item for every kind of unit
    ("households",),
    ("income",),
    ("answers", "water"),
    ("answers", "standard_water"),
    ("answers", "waste"),
    ("persons", "works"),
    ("persons", "employees"),
    ("persons", "upper_school"),
    ("benefits", "pension", "share"),
)


class NoReviewYet(Problem):
    vi = "synthetic.yaml: đến ngày {at} chưa có kỳ rà soát nào hoàn thành; hãy sửa rounds."
    en = "synthetic.yaml: no review round was completed by {at}; mend rounds."


def assumptions(province: Province) -> dict[str, Any]:
    """All numbers of the generator (``synthetic.yaml`` of the folder): ``places`` and ``people``.

    Raises a `Problem` for a missing or unknown key.
    """
    spec: dict[str, Any] = read_yaml(province.folder / "synthetic.yaml")
    check_keys(spec, required=("places", "people"), file="synthetic.yaml", path="/")
    check_keys(spec["people"], required=_PEOPLE_KEYS, file="synthetic.yaml", path="people")
    for names in _BY_KIND:
        section, path = spec["people"], ".".join(("people", *names))
        for name in names:
            section = section.get(name, {})
        _check_kinds(province, section, path)
    _check_years(spec["people"])
    return spec


def _check_kinds(province: Province, section: Mapping[str, Any], path: str) -> None:
    """Every kind of unit of the province has its item in a section that is by kind."""
    for kind in dict.fromkeys(c.kind for c in province.communes):
        if kind not in section:
            raise MissingKey(file="synthetic.yaml", path=path, key=kind)


def _check_years(assumed: Mapping[str, Any]) -> None:
    """Every round has its incomes and its water; one was completed by the register's day."""
    income = {
        f"income.{k}.means": v["means"]
        for k, v in assumed["income"].items()
        if isinstance(v, Mapping)
    }
    water = assumed["answers"]["water"].items()
    given = income | {f"answers.water.{k}.percents": v["percents"] for k, v in water}
    for year in assumed["rounds"]:
        for path, by_year in given.items():
            if year not in by_year:
                raise MissingKey(file="synthetic.yaml", path=f"people.{path}", key=year)
    if all(one["completed_on"] > assumed["as_of"] for one in assumed["rounds"].values()):
        raise NoReviewYet(at=assumed["as_of"])


def generate(
    province: Province,
    law: Law,
    rules: RoadRules,
    *,
    seed: int,
    procedures: Sequence[Mapping[str, Any]],
    layers: Path,
) -> Iterator[tuple[str, pa.Table]]:
    """Yields (list name, its rows) and writes the elevation layer into ``layers``.

    ``procedures``: the rows of the national list, by column. Raises a `Problem` when no
    numbers can meet the published figures or ``synthetic.yaml`` is at fault.
    """
    spec = assumptions(province)
    assumed = spec["people"]
    where = _ground(province, spec["places"], assumed, seed=seed, layers=layers)
    villages = homes(province, where)
    frame = households.frame(seed, province, villages, assumed)
    net = network.build(where, province, spec["places"], rules, seed)
    people_of = np.bincount(frame.village, frame.members, len(villages.code))
    yield "villages", places.table(where, net.village_node, people_of, seed, province)
    yield "road_nodes", net.road_nodes
    yield "roads", net.roads
    yield "paths", net.paths
    yield "facilities", facilities.build(where, net, province, spec["places"], seed)
    yield "closures", closures.build(net, province, spec["places"], seed, assumed["as_of"])
    yield "four_on_the_spot", carry_over.plans_table(seed, province, assumed)
    yield from inhabitants(province, law, villages, frame, seed=seed, spec=assumed)
    yield from offices(province, law, villages, seed=seed, spec=assumed, procedures=procedures)
    yield "works", carry_over.works_table(seed, province, villages, net.roads, assumed)
    yield "money", carry_over.money_table(province)
    yield "proposals", proposals.table(seed, province, villages, net, assumed)
    yield "absorption", absorption.table(seed, province, villages, assumed)


def _ground(
    province: Province,
    spec: Mapping[str, Any],
    assumed: Mapping[str, Any],
    *,
    seed: int,
    layers: Path,
) -> places.Places:
    """Villages with their calibrated households, on ground that is written as a layer."""
    ground = land(province, seed)
    ground.write(layers / "elevation.tif")
    counts = calibrate.household_counts(province, assumed)
    return places.build(province, spec, seed, counts, ground)


def homes(province: Province, where: places.Places) -> Homes:
    """The villages as their people need them."""
    position = {c.code: i for i, c in enumerate(province.communes)}
    return Homes(
        code=tuple(where.code.tolist()),
        path=tuple(where.path.tolist()),
        languages=tuple(tuple(found.split(";")) for found in where.languages.tolist()),
        number=where.code.astype(np.int64),
        commune=np.array([position[code] for code in where.commune.tolist()], dtype=np.int64),
        households=where.households,
        remoteness=where.remoteness,
        difficult=where.special_difficulty.astype(np.float64),
    )


def inhabitants(
    province: Province,
    law: Law,
    villages: Homes,
    frame: Frame,
    *,
    seed: int,
    spec: Mapping[str, Any],
) -> Iterator[tuple[str, pa.Table]]:
    """Households, reviews and people of given villages."""
    source = columns.drawn(seed)
    classes = calibrate.classes(province, spec)
    persons = people.build(seed, province, frame, spec["persons"])
    reviewed = rounds(seed, frame, persons, classes, law=law, spec=spec)
    last = max((r for r in reviewed if r[0] <= spec["as_of"]), key=lambda r: r[0])
    group = tables.ethnicity(seed, frame, villages, province, spec["ethnicity"])
    since, day = province.valid_from, last[0]
    yield (
        "households",
        tables.households(frame, villages, last, ethnicity=group, valid_from=since, source=source),
    )
    classed = {r[1].year: decisions.decided(frame, r, law, spec["as_of"]) for r in reviewed}
    yield "reviews", tables.reviews(frame, villages, reviewed, source, decided=classed)
    asked = {"household": tables.household_keys(frame), "spec": spec["reinterviews"]}
    yield "reinterviews", decisions.reinterviews(seed, frame, villages, last, **asked)
    zone = np.array([c.zone == "III" for c in province.communes])[frame.commune]
    difficult = zone | (villages.difficult[frame.village] > 0)
    lives = people.lives(seed, persons, frame, last, difficult=difficult, spec=spec)
    has = benefits.draw(
        seed,
        persons,
        lives,
        frame,
        last[1],
        difficult=difficult,
        birth_year=day.year - persons.age,
        at=spec["as_of"],
        pensions=_pensions(law, spec["as_of"]),
        spec=spec["benefits"],
    )
    yield (
        "people",
        tables.people(
            persons, lives, has, frame, villages, valid_from=since, at=day, source=source
        ),
    )


def _pensions(law: Law, at: date) -> benefits.Pensions:
    names = ("pension.age", "pension.age_poor", "pension.amount_vnd")
    return benefits.Pensions(*(int(law.number(name, at)) for name in names))


def rounds(
    seed: int,
    homes: Frame,
    persons: people.People,
    classes: calibrate.Classes,
    *,
    law: Law,
    spec: Mapping[str, Any],
) -> list[Reviewed]:
    """Every review round in order of year: classes and incomes, then answers that agree."""
    possible = people.possible(persons, homes.members)
    dependants = possible["dependants"].astype(np.float64)
    kept = households.latent(seed, homes, dependants, spec["latent"])
    found: list[Reviewed] = []
    for year, given in sorted(spec["rounds"].items()):
        day: date = given["completed_on"]
        lines = {k: int(law.number(spec["income"][k]["line"], day)) for k in homes.kinds}
        one = households.review(
            seed, year, homes, kept=kept, classes=classes, people=spec, lines=lines
        )
        said = answers.answer(
            seed,
            homes,
            one,
            possible=possible,
            people=spec,
            counted=law.number("poverty.indicators", day),
            needed=int(law.number("poverty.deprivations_needed", day)),
        )
        found.append((day, one, said))
    return found


def offices(
    province: Province,
    law: Law,
    villages: Homes,
    *,
    seed: int,
    spec: Mapping[str, Any],
    procedures: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, pa.Table]]:
    """Staff, training, procedures and deployments of given villages."""
    at: date = spec["as_of"]
    source = columns.drawn(seed)
    titles = law.number("staff.village_titles", at)
    posts = services.posts(seed, province, villages, titles, spec["staff"])
    staff = services.staff_table(posts, province, villages, source)
    yield "staff", staff
    yield "training", services.training_table(seed, posts, staff, at, spec["training"])
    listed = services.procedures_table(province, procedures)
    yield "procedures", listed
    live = services.live(seed, villages, listed, spec["deployments"])
    yield "deployments", services.deployments_table(live, listed, villages, province, at)
