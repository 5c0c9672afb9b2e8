"""That report.html opens offline and carries the whole answer."""

import re
from pathlib import Path
from typing import Any

from hoaban.web import report
from tests.web import sample
from tests.web.test_svgmap import commune, squares


def data() -> dict[str, Any]:
    return {
        "plan": sample.planned(),
        "measure": sample.measured(),
        "names": sample.NAMES,
        "communes": {"T2": [commune(code, 0.5) for code in "ABCD"]},
        "boundaries": squares(),
        "grown": True,
        "agreements": [
            {"commune": "Xã Mường Một", "pilot": True, "amount_vnd": 900_000_000, "results": 4}
        ],
        "assumptions": [
            {"name": "plan.weight_T1", "value": 1, "unit": "", "source": "giả định"}
        ],
    }  # fmt: skip


def test_one_file_is_written_and_found_where_it_was_asked_for(tmp_path: Path) -> None:
    file = report.write(tmp_path / "new" / "folder", data())

    assert file == tmp_path / "new" / "folder" / "report.html"
    assert file.read_text("utf-8") == report.render(data())


def test_nothing_is_fetched_from_anywhere() -> None:
    text = report.render(data())

    assert re.findall(r'(?:src|href)="(?!#)', text.replace('href="?', 'href="#')) == []
    assert [one for one in re.findall(r"\w+://[^\"' ]+", text) if "www.w3.org" not in one] == []
    assert "url(" not in re.sub(r"url\((&quot;|\")?#", "", text)
    assert "default-src 'none'" in text


def test_targets_map_works_money_agreements_sample_and_assumptions_are_there() -> None:
    text = report.render(data())

    assert "14,32\u00a0%" in text
    assert 'data-code="A"' in text
    assert text.count("Cứng hoá đường bản") == 12
    assert "250 tỷ" in text
    assert "45 dự thảo cam kết kết quả" in text
    assert "<code>b2</code>" in text
    assert "plan.weight_T1" in text


def test_the_report_tells_no_border_village() -> None:
    text = report.render({**data(), "border": ["11/00001/"]})

    assert "Na Ư" not in text
    assert "chi tiết cấp bản chưa công khai" in text


def test_the_report_says_what_is_illustrative() -> None:
    assert "Dữ liệu minh hoạ." in report.render(data())
    assert "Hình minh hoạ" in report.render(data())


def test_a_bare_plan_is_enough() -> None:
    text = report.render(sample.planned(origin="official"))

    assert "14,32\u00a0%" in text
    assert "Dữ liệu minh hoạ" not in text


def test_the_map_of_poverty_names_its_standard_and_its_snapshot() -> None:
    given = data()
    text = report.render({**given, "communes": {"T1": given["communes"]["T2"]}})

    told = text[text.index("Tỷ lệ hộ nghèo, chuẩn 2022-2026") :]
    assert f"24/11/2026 · <code>{sample.SNAPSHOT}</code>" in told
