"""Reading YAML that people write: unknown keys are refused with file, path and nearest key."""

import difflib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from hoaban.base.problems import Problem


class NotYaml(Problem):
    vi = "Tệp {file} không đọc được như YAML ở dòng {line}; hãy sửa dòng đó."
    en = "File {file} cannot be read as YAML at line {line}; mend that line."


class NoSuchFile(Problem):
    vi = "Không có tệp {file}; hãy kiểm tra đường dẫn."
    en = "There is no file {file}; check the path."
    status = 404


class UnknownKey(Problem):
    vi = "Tệp {file}, mục {path}: không có khoá “{key}”; gần nhất là “{nearest}”."
    en = "File {file}, at {path}: there is no key “{key}”; the nearest is “{nearest}”."


class MissingKey(Problem):
    vi = "Tệp {file}, mục {path}: thiếu khoá “{key}”; hãy thêm vào."
    en = "File {file}, at {path}: the key “{key}” is missing; add it."


class NotOfKind(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không phải {kind}; hãy sửa giá trị này."
    en = "File {file}, at {path}: “{value}” is not {kind_en}; mend this value."


def read_yaml(file: Path) -> Any:
    """The content of a YAML file. Raises `NoSuchFile` or `NotYaml`."""
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    try:
        return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise NotYaml(file=file.name, line=line) from None


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_keys(
    found: Mapping[str, Any],
    *,
    required: Collection[str] = (),
    optional: Collection[str] = (),
    file: str,
    path: str,
) -> None:
    """Refuse keys that are neither required nor optional, and required keys that are missing."""
    allowed = [*required, *optional]
    for key in found:
        if key not in allowed:
            raise UnknownKey(file=file, path=path, key=key, nearest=nearest(str(key), allowed))
    for key in required:
        if key not in found:
            raise MissingKey(file=file, path=path, key=key)


_KINDS: dict[type, tuple[str, str]] = {
    dict: ("các dòng “khoá: giá trị”", "lines of “key: value”"),
    list: ("một danh sách", "a list"),
    date: ("một ngày (năm-tháng-ngày)", "a day (year-month-day)"),
    str: ("chữ trong dấu nháy", "text in quotes"),
}


def check_kind(value: object, kind: type, *, file: str, path: str) -> None:
    """Refuse a value that is no mapping, list, day or text, whichever is asked for.

    A moment is no day. Raises `NotOfKind`.
    """
    if not isinstance(value, kind) or isinstance(value, datetime):
        vi, en = _KINDS[kind]
        raise NotOfKind(file=file, path=path, value=value, kind=vi, kind_en=en)


def nearest(word: str, known: Collection[str]) -> str:
    """The known word most like this one, or ``—`` when nothing is alike."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.4)
    return found[0] if found else "—"
