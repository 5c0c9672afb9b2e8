"""The whole register of the small province: same seed, same bytes, and everything fits."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import rasterio

from hoaban.base.csvfile import Column, read_csv
from hoaban.base.law import Law
from hoaban.base.reading import MissingKey, UnknownKey, read_yaml
from hoaban.record.answers import ANSWERS
from hoaban.record.lists import read_lists, schema
from hoaban.record.province import Province, read_province
from hoaban.record.roads import RoadRules
from hoaban.record.synthetic.generate import NoReviewYet, assumptions, generate

ROOT = Path(__file__).resolve().parents[3]
NHO = ROOT / "tests/provinces/nho"
LOADED = [
    "villages",
    "road_nodes",
    "roads",
    "paths",
    "facilities",
    "closures",
    "four_on_the_spot",
    "households",
    "reviews",
    "reinterviews",
    "people",
    "staff",
    "training",
    "procedures",
    "deployments",
    "works",
    "money",
    "proposals",
    "absorption",
]
PROCEDURES = read_csv(
    ROOT / "law/procedures.csv",
    {
        "code": Column(),
        "name": Column(),
        "field": Column(),
        "basic": Column("flag"),
        "deadline_days": Column("decimal", required=False),
        "deadline_kind": Column(),
        "channel_online": Column("flag"),
        "source": Column(),
    },
    more=True,
)


def made(folder: Path, law: Law, layers: Path, seed: int = 1) -> dict[str, pa.Table]:
    rules = RoadRules.read(folder / "roads.yaml")
    province = read_province(folder)
    found = generate(province, law, rules, seed=seed, procedures=PROCEDURES, layers=layers)
    return dict(found)


def digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layers")


@pytest.fixture(scope="module")
def tables(rules_of_law: Law, layers: Path) -> dict[str, pa.Table]:
    return made(NHO, rules_of_law, layers)


def test_that_every_list_comes_in_the_order_of_loading(tables: dict[str, pa.Table]) -> None:
    assert list(tables) == LOADED


def test_that_the_same_seed_gives_the_same_bytes(
    tables: dict[str, pa.Table], rules_of_law: Law, layers: Path, tmp_path: Path
) -> None:
    again = made(NHO, rules_of_law, tmp_path)
    assert {n: digest(t) for n, t in again.items()} == {n: digest(t) for n, t in tables.items()}
    one, two = layers / "elevation.tif", tmp_path / "elevation.tif"
    assert one.read_bytes() == two.read_bytes()


def test_that_another_seed_gives_another_register(
    tables: dict[str, pa.Table], rules_of_law: Law, tmp_path: Path
) -> None:
    other = made(NHO, rules_of_law, tmp_path, seed=2)
    assert digest(other["reviews"]) != digest(tables["reviews"])
    assert len(other["households"]) == len(tables["households"])


def test_that_tables_have_the_columns_their_packs_declare(tables: dict[str, pa.Table]) -> None:
    lists = read_lists(ROOT / "packs")
    for name, table in tables.items():
        declared = schema(lists[name])
        assert set(table.column_names) == set(declared.names), name
        assert table.select(declared.names).schema.types == declared.types, name


def test_that_only_declared_properties_are_empty(tables: dict[str, pa.Table]) -> None:
    lists = read_lists(ROOT / "packs")
    for name, table in tables.items():
        for item in lists[name].properties.values():
            assert item.missing or table[item.name].null_count == 0, f"{name}.{item.name}"


def test_that_choices_are_among_their_options(tables: dict[str, pa.Table]) -> None:
    lists = read_lists(ROOT / "packs")
    for name, table in tables.items():
        for item in lists[name].properties.values():
            if item.options:
                used = set(table[item.name].drop_null().unique().to_pylist())
                assert used <= set(item.options), f"{name}.{item.name}"


def test_that_every_reference_leads_somewhere(tables: dict[str, pa.Table]) -> None:
    lists = read_lists(ROOT / "packs")
    for name, table in tables.items():
        for item in lists[name].properties.values():
            if item.list in tables:
                known = tables[item.list]["key"].combine_chunks()
                leads = pc.is_in(table[item.name].drop_null(), known)
                assert pc.all(leads).as_py() in (True, None), f"{name}.{item.name}"


def test_that_keys_are_unique_and_areas_exist(tables: dict[str, pa.Table], nho: Province) -> None:
    areas = {nho.path, *(f"{nho.path}{c.code}/" for c in nho.communes)}
    areas |= set(tables["villages"]["area"].to_pylist())
    for name, table in tables.items():
        assert len(table["key"].unique()) == len(table), name
        assert set(table["area"].unique().to_pylist()) <= areas, name


def test_that_every_drawn_row_says_so(tables: dict[str, pa.Table]) -> None:
    for name in set(LOADED) - {"procedures", "money"}:
        assert set(tables[name]["origin"].unique().to_pylist()) <= {"synthetic"}, name
        said = set(tables[name]["source"].unique().to_pylist())
        assert said <= {"hoaban synthetic, seed 1"}, name


def test_that_villages_hold_their_households_and_people(
    tables: dict[str, pa.Table], nho: Province
) -> None:
    villages = tables["villages"].to_pylist()
    homes = tables["households"]["village"].to_pylist()
    members = tables["households"]["members"].to_pylist()
    for village in villages:
        inside = [m for v, m in zip(homes, members, strict=True) if v == village["key"]]
        assert (len(inside), sum(inside)) == (village["households"], village["people"])
    assert len(tables["people"]) == sum(c.population for c in nho.communes)


def test_that_households_stand_as_the_last_completed_review_found_them(
    tables: dict[str, pa.Table],
) -> None:
    reviews = tables["reviews"].filter(pc.equal(tables["reviews"]["round"], 2025))
    homes = tables["households"]
    assert reviews["household"].to_pylist() == homes["key"].to_pylist()
    for name in ("members", "income_per_head_vnd", "water", "waste", "water_standard"):
        assert reviews[name].to_pylist() == homes[name].to_pylist()


def test_that_the_rule_gives_the_stated_poor(
    tables: dict[str, pa.Table], nho: Province, rules_of_law: Law
) -> None:
    reviews = tables["reviews"].filter(pc.equal(tables["reviews"]["round"], 2025))
    day = reviews["completed_on"][0].as_py()
    lines = [
        rules_of_law.number(f"poverty.income_line_{'rural' if c.rural else 'urban'}_vnd", day)
        for c in nho.communes
    ]
    codes = [c.code for c in nho.communes]
    commune = [codes.index(a.split("/")[1]) for a in reviews["area"].to_pylist()]
    below = reviews["income_per_head_vnd"].to_numpy() <= np.array(lines)[commune]
    counted = rules_of_law.number("poverty.indicators", day)
    lacks = np.sum([reviews[name].to_numpy() for name in counted], axis=0)
    assert int((below & (lacks >= 3)).sum()) == nho.totals["poor_households"].value
    assert int((below & (lacks < 3)).sum()) == nho.totals["near_poor_households"].value


def test_that_the_decided_class_is_the_rules_and_comes_with_the_completed_rounds(
    tables: dict[str, pa.Table], nho: Province, rules_of_law: Law
) -> None:
    rural = {c.code: c.rural for c in nho.communes}
    as_of = assumptions(nho)["people"]["as_of"]
    seen = set()
    for row in tables["reviews"].to_pylist():
        day = row["completed_on"]
        if day > as_of:
            assert row["decided"] is None
            continue
        place = "rural" if rural[row["area"].split("/")[1]] else "urban"
        lacks = sum(row[name] for name in rules_of_law.number("poverty.indicators", day))
        income = row["income_per_head_vnd"]
        if income <= rules_of_law.number(f"poverty.income_line_{place}_vnd", day):
            wanted = "poor" if lacks >= 3 else "near_poor"
        else:
            ceiling = rules_of_law.number(f"poverty.middle_line_{place}_vnd", day)
            wanted = "average" if income <= ceiling else "not_poor"
        assert row["decided"] == wanted
        seen.add(wanted)
    assert seen == {"poor", "near_poor", "average", "not_poor"}


def test_that_a_few_households_are_asked_again_and_mostly_say_the_same(
    tables: dict[str, pa.Table],
) -> None:
    last = tables["reviews"].filter(pc.equal(tables["reviews"]["round"], 2025))
    first = {row["household"]: row for row in last.to_pylist()}
    again = tables["reinterviews"].to_pylist()
    assert 0.01 < len(again) / len(first) < 0.06
    same = [row[name] == first[row["household"]][name] for row in again for name in ANSWERS]
    assert 0.9 < sum(same) / len(same) < 1
    assert all(row["completed_on"] > first[row["household"]]["completed_on"] for row in again)


def test_that_ethnicity_moves_nothing_else(
    tables: dict[str, pa.Table], rules_of_law: Law, tmp_path: Path
) -> None:
    other = tmp_path / "nho"
    shutil.copytree(NHO, other)
    text = (other / "synthetic.yaml").read_text("utf-8")
    (other / "synthetic.yaml").write_text(text.replace("main: 0.93", "main: 0.1"), "utf-8")
    found = made(other, rules_of_law, tmp_path)
    changed = {
        (name, column)
        for name, table in tables.items()
        for column in table.column_names
        if not table[column].equals(found[name][column])
    }
    assert changed == {("households", "ethnicity")}


def test_that_the_layer_is_whole_metres_on_a_90_m_grid(
    tables: dict[str, pa.Table], layers: Path
) -> None:
    assert tables["villages"]
    with rasterio.open(layers / "elevation.tif") as layer:
        assert (layer.dtypes[0], layer.nodata, layer.res) == ("int16", -32768, (90.0, 90.0))
        assert layer.crs.to_epsg() == 32648


@pytest.mark.parametrize(
    ("was", "becomes", "problem", "words"),
    [
        ("  latent:", "  latant:", UnknownKey, "latent"),
        ("works: {xã: 0.88, phường", "works: {phường", MissingKey, "people.persons.works.*xã"),
        ("        2024: 1650000\n", "", MissingKey, "people.income.xã.means.*2024"),
        ("as_of: 2026-11-24", "as_of: 2022-01-01", NoReviewYet, "2022-01-01"),
    ],
)
def test_that_a_faulty_assumption_is_named(
    tmp_path: Path, was: str, becomes: str, problem: type[Exception], words: str
) -> None:
    other = tmp_path / "nho"
    shutil.copytree(NHO, other)
    text = (other / "synthetic.yaml").read_text("utf-8")
    assert was in text
    (other / "synthetic.yaml").write_text(text.replace(was, becomes), "utf-8")
    with pytest.raises(problem, match=words):
        assumptions(read_province(other))


@pytest.mark.parametrize("folder", [NHO, ROOT / "provinces/dien_bien"])
def test_that_works_under_way_are_of_kinds_that_packs_offer(folder: Path) -> None:
    for kind, one in assumptions(read_province(folder))["people"]["works"].items():
        plan = read_yaml(ROOT / "packs" / one["pack"] / "plan.yaml")
        assert kind in plan["works"]


@pytest.mark.parametrize("folder", [NHO, ROOT / "provinces/dien_bien"])
def test_that_assumptions_and_facts_state_the_same_totals(folder: Path) -> None:
    province = read_province(folder)
    spec = assumptions(province)["people"]
    stated = {
        "households_wards": spec["households"]["phường"]["total"],
        "households_communes": spec["households"]["xã"]["total"],
        "poor_households": spec["rounds"][2025]["poor"],
        "near_poor_households": spec["rounds"][2025]["near_poor"],
        "commune_staff": spec["staff"]["commune_posts"],
    }
    assert stated == {name: province.totals[name].value for name in stated}
