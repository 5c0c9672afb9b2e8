"""Every pack loads, keeps the rules, and tells its own stories; this file reads them aloud."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from hoaban.account.drafting.baselines import MEASURED
from hoaban.act import operations, workflow
from hoaban.act.models import Case
from hoaban.base import packfiles, packs
from hoaban.base.models import Area, Event
from hoaban.base.problems import Problem
from hoaban.plan.works import EFFECTS, VERBS, read_works
from hoaban.record.lists import ABOUT, LEVELS, PURPOSES, TYPES, read_lists, schema
from tests import highland

PACKS: Path = settings.PACKS
OF_THE_ISSUE = (
    "poverty_review",
    "road_closure",
    "roads",
    "health_station",
    "water",
    "school",
    "staff_training",
    "procedures",
    "outreach",
)
STORIES = [
    pytest.param(name, story, id=f"{name}: {story['story']}")
    for name, stories in packs.with_stage(PACKS, "story")
    for story in stories
]
DENIED = re.compile(
    r"religio|belief|faith|politic|opinion|loyal|suspect|password|ton_?giao|tin_?nguong|quan_?diem"
    r"|doi_?tuong|phone|cccd|lich_?su_?di_?chuyen|(movement|location)_?history|extrem",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("pack", "story"), STORIES)
def test_story(pack: str, story: dict[str, Any], db: None) -> None:
    areas = highland.build()
    case = _begin(pack, story["given"], areas)
    seen: dict[str, Any] = {}

    for act in story["do"]:
        user = highland.user(act.get("who", act["by"]), act["by"], _area_of(act["by"], case, areas))
        try:
            operations.take(
                step=act["step"],
                case=case.pk,
                user=user,
                at=highland.instant(act["at"]),
                evidence=_plain(act.get("evidence", {})),
                reason=act.get("reason", ""),
            )
        except Problem as problem:
            seen["problem"] = problem.code

    case.refresh_from_db()
    seen["state"] = case.state
    if "due" in story["expect"]:
        seen["due"] = case.due_at and case.due_at.astimezone(highland.LOCAL).strftime("%F %H:%M")
    if late := [e.data["step"] for e in operations.history(case) if e.data.get("late")]:
        seen["late"] = late
    assert seen == story["expect"]


def _area_of(role: str, case: Case, areas: dict[str, Area]) -> Area:
    """Where somebody of this role works: a village head where the case is."""
    return {"village": case.area, "commune": areas["11/00104/"]}.get(role, areas["11/"])


def _begin(pack: str, given: dict[str, Any], areas: dict[str, Area]) -> Case:
    area = areas["11/00104/0001/" if given.get("area") == "village" else "11/00104/"]
    case = Case(
        pack=pack,
        version=1,
        area=area,
        state=given.get("state", operations.flow_of(pack).first),
        opened_at=highland.instant(given["opened"]),
    )
    case.due_at = operations.due_at(case)
    case.save()
    return case


def _plain(evidence: dict[str, Any]) -> dict[str, Any]:
    """Dates as the text in which a form sends them."""
    return {k: v if isinstance(v, int | float) else str(v) for k, v in evidence.items()}


def test_every_pack_is_sound() -> None:
    found = {summary.pack.name: summary for summary in packs.check(PACKS)}

    assert set(OF_THE_ISSUE) <= set(found)
    assert all(found[name].stories >= 2 for name in OF_THE_ISSUE)
    assert all(found[name].indicators >= 2 for name in OF_THE_ISSUE)


def test_every_pack_of_the_issue_tells_a_refusal() -> None:
    refusing = {
        name
        for name, stories in packs.with_stage(PACKS, "story")
        if any("problem" in story["expect"] for story in stories)
    }
    assert set(OF_THE_ISSUE) <= refusing


def test_every_workflow_reaches_all_its_states_and_ends() -> None:
    for name, spec in packs.with_stage(PACKS, "act"):
        flow = workflow.read(spec, name)
        assert any(flow.final(state) for state in flow.states), name


def test_every_work_kind_of_a_plan_has_steps_to_go_through() -> None:
    acting = {name for name, _ in packs.with_stage(PACKS, "act")}
    without = {kind.pack for kind in read_works(PACKS).values()} - acting
    assert without <= {"power", "telecom"}  # they go through the common steps of works
    assert "works" in acting


def test_every_list_has_a_schema_with_distinct_columns() -> None:
    lists = read_lists(PACKS)
    assert len(lists) == 24
    for spec in lists.values():
        names = schema(spec).names
        assert len(names) == len(set(names)), spec.name


def test_no_pack_names_what_must_never_be_recorded() -> None:
    said = [name for name, _ in packs.with_stage(PACKS, "record")]
    for name in packs.find(PACKS):
        for stage in packs.pack(PACKS, name).stages:
            said += _keys(packs.spec(PACKS, name, stage))
        said += [word.key for word in packs.words(PACKS, name) if not word.key.startswith("say.")]
    assert [key for key in said if DENIED.search(key)] == []


def _keys(content: Any) -> list[str]:
    """Every key of a pack file, at any depth."""
    if isinstance(content, dict):
        return [*map(str, content), *(k for v in content.values() for k in _keys(v))]
    return [k for item in content for k in _keys(item)] if isinstance(content, list) else []


def test_no_minority_text_is_made_up() -> None:
    empty = packs.untranslated(PACKS)
    words = [word for name in packs.find(PACKS) for word in packs.words(PACKS, name)]
    assert len(empty) == sum(len(word.said) for word in words)


def test_a_result_is_never_a_count_of_the_poor() -> None:
    for name, account in packs.with_stage(PACKS, "account"):
        for result in account["results"].values():
            assert "poor" not in result["indicator"], name
            assert result["points"] <= 25


def test_moving_a_case_tells_an_event(db: None) -> None:
    areas = highland.build()
    case = _begin("works", {"opened": "2027-01-11 08:00"}, areas)
    an = highland.user("an", "commune", areas["11/00104/"])
    given = {"minutes": "BB-1", "posting_record": "NY-1"}

    at = highland.instant("2027-01-20 08:00")
    operations.take(step="sum_up", case=case.pk, user=an, at=at, evidence=given)

    event = Event.objects.get(name="act.moved")
    assert (event.actor, event.data["before"], event.data["after"]) == (an, "proposed", "summed_up")


def test_every_key_and_word_of_a_pack_is_documented() -> None:
    page = (settings.HOME / "docs/writing-a-pack.md").read_text("utf-8")
    text = re.sub("```.*?```", "", page, flags=re.DOTALL)
    said = {word for found in re.findall("`([^`]+)`", text) for word in re.findall(r"\w+", found)}
    words: set[str] = {*TYPES, *ABOUT, *LEVELS, *PURPOSES, *MEASURED}
    words |= {*packfiles.ROLES, *packfiles.UNITS, *packfiles.EVIDENCE, *packfiles.HOW}
    words |= {*VERBS, *EFFECTS}
    for required, optional in (*VERBS.values(), *EFFECTS.values()):
        words |= {*required, *optional}
    for _, acts in packs.with_stage(PACKS, "act"):
        words |= {key for step in acts["steps"].values() for key in step}
    assert sorted(words - said) == []
    assert all(f"## {stage}.yaml" in page for stage in packs.STAGES)
