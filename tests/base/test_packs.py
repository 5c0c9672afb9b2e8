"""Packs are found, read strictly, and refused with file, path and the nearest known key."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from hoaban.base import packfiles, packs
from hoaban.base.csvfile import MissingColumn, UnknownColumn
from hoaban.base.reading import MissingKey, UnknownKey

LABEL = {"vi": "Nước", "en": "Water"}
ACT: dict[str, Any] = {
    "first": "open",
    "states": {"open": LABEL, "done": LABEL},
    "steps": {"finish": {"label": LABEL, "from": ["open"], "to": "done", "by": ["commune"]}},
}
STORY = [
    {
        "story": "một việc được làm xong",
        "given": {"opened": "2026-08-01 06:00"},
        "do": [{"step": "finish", "by": "commune", "at": "2026-08-02 06:00"}],
        "expect": {"state": "done"},
    }
]


def write(folder: Path, name: str = "water", **stages: Any) -> Path:
    """A packs folder with one pack of these stages."""
    inner = folder / name
    inner.mkdir(exist_ok=True)
    manifest = {"name": LABEL, "about": LABEL, "version": 1}
    for stage, content in {"pack": manifest, **stages}.items():
        (inner / f"{stage}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
    return folder


def test_a_pack_knows_its_stages(tmp_path: Path) -> None:
    found = packs.find(write(tmp_path, act=ACT, story=STORY))["water"]
    assert (found.label.vi, found.version, found.stages) == ("Nước", 1, ("act", "story"))


def test_a_pack_is_summed_up(tmp_path: Path) -> None:
    summary = packs.check(write(tmp_path, act=ACT, story=STORY))[0]
    assert (summary.steps, summary.stories, summary.lists) == (1, 1, 0)


def test_an_unknown_pack_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(packs.NoSuchPack, match=r"“watr”.*“water”"):
        packs.spec(write(tmp_path), "watr", "act")


def test_an_absent_stage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(packs.NoSuchStage, match=r"act\.yaml"):
        packs.spec(write(tmp_path), "water", "act")


def test_an_unknown_key_names_file_path_and_nearest(tmp_path: Path) -> None:
    act = {**ACT, "steps": {"finish": {**ACT["steps"]["finish"], "with_in": {}}}}
    with pytest.raises(UnknownKey) as refused:
        packs.spec(write(tmp_path, act=act), "water", "act")
    assert refused.value.facts == {
        "file": "water/act.yaml",
        "path": "steps.finish",
        "key": "with_in",
        "nearest": "within",
    }


def test_an_unknown_state_role_or_evidence_is_refused(tmp_path: Path) -> None:
    for change, nearest in (
        ({"to": "don"}, "done"),
        ({"from": ["opn"]}, "open"),
        ({"by": ["comune"]}, "commune"),
        ({"needs": ["photo"]}, "—"),
    ):
        step = {**ACT["steps"]["finish"], **change}
        with pytest.raises(packfiles.UnknownWord) as refused:
            packfiles.check("act", {**ACT, "steps": {"finish": step}}, file="water/act.yaml")
        assert refused.value.facts["nearest"] == nearest


def test_a_limit_has_one_unit_and_a_source() -> None:
    def step(**limit: Any) -> dict[str, Any]:
        return {**ACT, "steps": {"finish": {**ACT["steps"]["finish"], "within": limit}}}

    with pytest.raises(MissingKey, match="source"):
        packfiles.check("act", step(days=2, **{"from": "opened"}), file="f")
    with pytest.raises(packfiles.WrongShape, match="đúng một"):
        packfiles.check(
            "act", step(days=2, hours=3, source="assumed", **{"from": "opened"}), file="f"
        )
    with pytest.raises(packfiles.WrongShape, match="số nguyên"):
        packfiles.check("act", step(days=-1, source="assumed", **{"from": "opened"}), file="f")


def test_yaml_that_turns_a_key_into_a_truth_value_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "water/record.yaml").write_text("on: 1\n")
    with pytest.raises(packfiles.WrongShape):
        packs.spec(folder, "water", "record")


def test_a_reference_to_an_unknown_list_is_refused(tmp_path: Path) -> None:
    lists: dict[str, Any] = {"lists": {"points": {"properties": {}}}}
    flow = {"label": LABEL, "unit": "share", "better": "higher", "from": ["water.point"]}
    with pytest.raises(packs.NoSuchList, match=r"“water\.points”"):
        packs.check(write(tmp_path, record=lists, measure={"indicators": {"flow": flow}}))


def test_steps_without_a_story_are_refused(tmp_path: Path) -> None:
    with pytest.raises(packs.NoStory):
        packs.check(write(tmp_path, act=ACT))


def test_no_result_carries_more_than_a_quarter() -> None:
    result = {
        "label": LABEL,
        "indicator": "flow",
        "measured": "services_joint",
        "points": 26,
        "verification": {"how": "visit", "label": LABEL},
        "lasts_months": 12,
    }
    with pytest.raises(packfiles.WrongShape, match="0–25"):
        packfiles.check("account", {"results": {"runs": result}}, file="f")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"minimum": 1.5}, r"runs\.minimum"),
        ({"level_from": True}, r"runs\.level_from"),
        ({"bands": []}, r"runs\.bands"),
        ({"bands": [{"least": 0.5, "score": 2}]}, r"bands 1\.score"),
        ({"bands": [{"least": 0.5, "score": 1, "above": "yes"}]}, r"bands 1\.above"),
    ],
)
def test_how_a_result_is_scored_is_given_in_shares(more: dict[str, Any], path: str) -> None:
    result = {
        "label": LABEL,
        "indicator": "flow",
        "measured": "services_joint",
        "points": 25,
        "verification": {"how": "visit", "label": LABEL},
        "lasts_months": 12,
    }
    fine = {"minimum": 0.4, "bands": [{"least": 0.5, "score": 1, "above": True}]}
    packfiles.check("account", {"results": {"runs": {**result, **fine}}}, file="f")
    with pytest.raises(packfiles.WrongShape, match=path):
        packfiles.check("account", {"results": {"runs": {**result, **more}}}, file="f")


def test_a_misspelt_stage_file_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, stroy=[])
    with pytest.raises(packs.UnknownFile, match=r"stroy\.yaml.*story\.yaml"):
        packs.find(folder)


def test_empty_words_are_listed_as_untranslated(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "water/words.csv").write_text("key,vi,en,blt,hmn\nsay.dry,Hết nước,No water,,\n")
    assert packs.untranslated(folder) == [("water", "say.dry", "blt"), ("water", "say.dry", "hmn")]


def test_an_option_without_a_word_is_refused(tmp_path: Path) -> None:
    kind = {"type": "choice", "options": ["spring"]}
    folder = write(tmp_path, record={"lists": {"points": {"properties": {"kind": kind}}}})
    with pytest.raises(packs.WordMissing, match=r"points\.kind\.spring"):
        packs.check(folder)


def test_words_need_their_columns(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (write(tmp_path / "a") / "water/words.csv").write_text("key,vi\nsay.dry,Hết nước\n")
    with pytest.raises(MissingColumn, match="en"):
        packs.words(tmp_path / "a", "water")
    (write(tmp_path / "b") / "water/words.csv").write_text("key,vi,en,Tiếng\n")
    with pytest.raises(UnknownColumn, match="Tiếng"):
        packs.words(tmp_path / "b", "water")
