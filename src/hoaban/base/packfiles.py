"""The closed keys and words of a pack's measure, act, account and story files.

Only shape is checked here: which keys, which of a closed set of words, which type. What the
words mean is known to the room that uses them.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import UnknownKey, check_keys, nearest

ROLES = ("village", "commune", "province", "verifier", "community")
UNITS = ("hours", "days", "working_days")
EVIDENCE = ("document", "photo", "number", "date", "text", "consent")
HOW = (
    "visit",
    "call_back",
    "reinterview",
    "head_count",
    "timed_ride",
    "lab_sample",
    "extract",
    "assessment",
    "receipts",
)
TARGETS = ("T1", "T2", "T3", "T4", "T5")
POINTS_MAX = 25  # of 100: no single result may carry an agreement


class WrongShape(Problem):
    vi = "Tệp {file}, mục {path}: cần {wanted}; hãy viết lại mục này."
    en = "File {file}, at {path}: {wanted_en} is wanted; write this entry anew."


class UnknownWord(Problem):
    vi = "Tệp {file}, mục {path}: không dùng được “{word}”; gần nhất là “{nearest}”."
    en = "File {file}, at {path}: “{word}” cannot be used; the nearest is “{nearest}”."


def check(stage: str, content: Any, *, file: str) -> None:
    """Refuse a stage file that has a wrong key, word or type; record and plan only need be maps.

    Raises `WrongShape`, `UnknownWord`, `UnknownKey` or `MissingKey`, with file and path.
    """
    _CHECKS.get(stage, _mapping)(content, file, stage)


def check_text(said: Any, *, file: str, path: str) -> None:
    """Refuse a label that is not ``{vi: …, en: …}`` with both filled."""
    _mapping(said, file, path)
    check_keys(said, required=("vi", "en"), file=file, path=path)
    for language, text in said.items():
        if not isinstance(text, str) or not text.strip():
            _refuse(file, f"{path}.{language}", "một câu chữ", "a text")


def _refuse(file: str, path: str, wanted: str, wanted_en: str) -> None:
    raise WrongShape(file=file, path=path, wanted=wanted, wanted_en=wanted_en)


def _mapping(said: Any, file: str, path: str) -> None:
    if not isinstance(said, Mapping) or not all(isinstance(key, str) for key in said):
        _refuse(file, path, "các cặp khoá: giá trị", "a mapping of names")


def _names(said: Any, file: str, path: str) -> None:
    """A mapping whose keys are ids."""
    _mapping(said, file, path)
    for name in said:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            _refuse(file, f"{path}.{name}", "tên gồm a–z, 0–9, _", "a name of a–z, 0–9, _")


def _list(said: Any, file: str, path: str) -> None:
    if not isinstance(said, list) or not said:
        _refuse(file, path, "một danh sách không rỗng", "a list with items")


def _words(said: Any, known: Collection[str], file: str, path: str) -> None:
    _list(said, file, path)
    for word in said:
        _word(word, known, file, path)


def _word(word: Any, known: Collection[str], file: str, path: str) -> None:
    if word not in known:
        raise UnknownWord(file=file, path=path, word=word, nearest=nearest(str(word), known))


def _whole(value: Any, low: int, high: int, file: str, path: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        _refuse(file, path, f"số nguyên {low}–{high}", f"a whole number {low}–{high}")


def _measure(content: Any, file: str, _: str) -> None:
    _mapping(content, file, "measure")
    check_keys(content, required=("indicators",), file=file, path="measure")
    _names(content["indicators"], file, "indicators")
    for name, said in content["indicators"].items():
        path = f"indicators.{name}"
        _mapping(said, file, path)
        check_keys(
            said,
            required=("label", "unit", "better", "from"),
            optional=("target",),
            file=file,
            path=path,
        )
        check_text(said["label"], file=file, path=f"{path}.label")
        _word(said["better"], ("higher", "lower"), file, f"{path}.better")
        _list(said["from"], file, f"{path}.from")
        _word(said.get("target", "T1"), TARGETS, file, f"{path}.target")


def _act(content: Any, file: str, _: str) -> None:
    _mapping(content, file, "act")
    check_keys(
        content,
        required=("first", "states", "steps"),
        optional=("evidence",),
        file=file,
        path="act",
    )
    states, evidence = content["states"], content.get("evidence", {})
    _names(states, file, "states")
    for state, label in states.items():
        check_text(label, file=file, path=f"states.{state}")
    _word(content["first"], states, file, "first")
    _names(evidence, file, "evidence")
    for name, said in evidence.items():
        path = f"evidence.{name}"
        _mapping(said, file, path)
        check_keys(said, required=("type", "label"), file=file, path=path)
        _word(said["type"], EVIDENCE, file, f"{path}.type")
        check_text(said["label"], file=file, path=f"{path}.label")
    _names(content["steps"], file, "steps")
    for name, said in content["steps"].items():
        _step(said, content, file, f"steps.{name}")


def _step(said: Any, act: Mapping[str, Any], file: str, path: str) -> None:
    _mapping(said, file, path)
    check_keys(
        said,
        required=("label", "from", "to", "by"),
        optional=("needs", "within", "after", "other_than", "majority"),
        file=file,
        path=path,
    )
    check_text(said["label"], file=file, path=f"{path}.label")
    _words(said["from"], act["states"], file, f"{path}.from")
    _word(said["to"], act["states"], file, f"{path}.to")
    _words(said["by"], ROLES, file, f"{path}.by")
    if "needs" in said:
        _words(said["needs"], act.get("evidence", {}), file, f"{path}.needs")
    if "other_than" in said:
        _words(said["other_than"], act["steps"], file, f"{path}.other_than")
    for key in ("within", "after"):
        limits = said.get(key, [])
        for limit in limits if isinstance(limits, list) else [limits]:
            _limit(limit, act["steps"], file, f"{path}.{key}")
    if "majority" in said:
        _majority(said, file, f"{path}.majority")


def _limit(said: Any, steps: Collection[str], file: str, path: str) -> None:
    _mapping(said, file, path)
    check_keys(said, required=("from", "source"), optional=UNITS, file=file, path=path)
    units = [unit for unit in UNITS if unit in said]
    if len(units) != 1:
        _refuse(file, path, "đúng một trong hours, days, working_days", "one of the units")
    _whole(said[units[0]], 1, 3660, file, f"{path}.{units[0]}")
    _word(said["from"], ("opened", *steps), file, f"{path}.from")


def _majority(step: Mapping[str, Any], file: str, path: str) -> None:
    said = step["majority"]
    _mapping(said, file, path)
    check_keys(said, required=("agree", "of", "share", "source"), file=file, path=path)
    for key in ("agree", "of"):
        _word(said[key], step.get("needs", ()), file, f"{path}.{key}")
    if not isinstance(said["share"], int | float) or not 0 < said["share"] <= 1:
        _refuse(file, f"{path}.share", "một tỷ lệ từ 0 đến 1", "a share from 0 to 1")


def _account(content: Any, file: str, _: str) -> None:
    _mapping(content, file, "account")
    check_keys(content, required=("results",), file=file, path="account")
    _names(content["results"], file, "results")
    for name, said in content["results"].items():
        path = f"results.{name}"
        _mapping(said, file, path)
        check_keys(
            said,
            required=("label", "indicator", "points", "verification", "lasts_months"),
            optional=("measured", "level_from", "minimum", "bands"),
            file=file,
            path=path,
        )
        _scoring(said, file, path)
        check_text(said["label"], file=file, path=f"{path}.label")
        _whole(said["points"], 0, POINTS_MAX, file, f"{path}.points")
        _whole(said["lasts_months"], 0, 120, file, f"{path}.lasts_months")
        if (said["points"] > 0) != ("measured" in said):
            _refuse(
                file,
                path,
                "khoá measured khi và chỉ khi points lớn hơn 0",
                "the key measured exactly when points are above 0",
            )
        path = f"{path}.verification"
        _mapping(said["verification"], file, path)
        check_keys(said["verification"], required=("how", "label"), file=file, path=path)
        _word(said["verification"]["how"], HOW, file, f"{path}.how")
        check_text(said["verification"]["label"], file=file, path=f"{path}.label")


def _scoring(said: Mapping[str, Any], file: str, path: str) -> None:
    """How a result is scored: shares, and bands of ``least``, ``score`` and perhaps ``above``."""
    for key in ("level_from", "minimum"):
        if key in said:
            _share(said[key], file, f"{path}.{key}")
    if "bands" not in said:
        return
    _list(said["bands"], file, f"{path}.bands")
    for number, band in enumerate(said["bands"], start=1):
        here = f"{path}.bands {number}"
        _mapping(band, file, here)
        check_keys(band, required=("least", "score"), optional=("above",), file=file, path=here)
        for key in ("least", "score"):
            _share(band[key], file, f"{here}.{key}")
        if not isinstance(band.get("above", False), bool):
            _refuse(file, f"{here}.above", "true hoặc false", "true or false")


def _share(said: Any, file: str, path: str) -> None:
    whole = isinstance(said, int | float) and not isinstance(said, bool)
    if not whole or not 0 <= said <= 1:
        _refuse(file, path, "một tỷ lệ từ 0 đến 1", "a share from 0 to 1")


def _story(content: Any, file: str, _: str) -> None:
    _list(content, file, "story")
    for number, said in enumerate(content, start=1):
        path = f"story {number}"
        _mapping(said, file, path)
        check_keys(said, required=("story", "given", "do", "expect"), file=file, path=path)
        given, expect = said["given"], said["expect"]
        _mapping(given, file, f"{path}.given")
        check_keys(
            given, required=("opened",), optional=("state", "area"), file=file, path=f"{path}.given"
        )
        _word(given.get("area", "commune"), ("village", "commune"), file, f"{path}.given.area")
        _list(said["do"], file, f"{path}.do")
        for act in said["do"]:
            _mapping(act, file, f"{path}.do")
            check_keys(
                act,
                required=("step", "by", "at"),
                optional=("who", "evidence", "reason"),
                file=file,
                path=f"{path}.do",
            )
            _word(act["by"], ROLES, file, f"{path}.do.by")
        _mapping(expect, file, f"{path}.expect")
        check_keys(
            expect,
            required=("state",),
            optional=("problem", "due", "late"),
            file=file,
            path=f"{path}.expect",
        )


_CHECKS: dict[str, Callable[[Any, str, str], None]] = {
    "measure": _measure,
    "act": _act,
    "account": _account,
    "story": _story,
}

__all__ = ["EVIDENCE", "HOW", "ROLES", "UNITS", "UnknownKey", "UnknownWord", "WrongShape", "check"]
