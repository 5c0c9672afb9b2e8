"""The reason slip on paper: what it says, that it can be listened to, that nothing is cut."""

import json
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import typst
from rasterio.io import MemoryFile

from hoaban.base.models import Area, User
from hoaban.web.papers import slip
from tests.web.conftest import signed_in

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def said(vi: str, en: str = "") -> dict[str, str]:
    return {"vi": vi, "en": en}


def sheet(**more: Any) -> dict[str, Any]:
    """A sheet as `verdicts.sheet` makes it, with what the slip reads."""
    reason = {
        "said": said("Thu nhập không quá chuẩn.", "Income at most the line."),
        "article": said("Điều 3 Nghị định 07/2021/NĐ-CP", "Decree 07/2021, article 3"),
    }
    standard = {
        "title": said("Chuẩn nghèo đa chiều 2022–2026", "Standard 2022–2026"),
        "when": said("từ 01/01/2022 đến 31/12/2026"),
        "reasons": [reason] * 3,
        "change": [said("Nếu thu nhập trên 1.500.000 đồng.", "With an income above.")],
        "notes": [said("Chưa đọc được Phụ lục IV.", "Not read.")],
    }
    return {
        "household": "H1",
        "commune": "Xã Mường Một",
        "synthetic": True,
        "facts": [{"name": said("Bản", "Village"), "value": "Bản Na Ư"}] * 6,
        "foot": said("Sổ bộ hộ đang dùng, phiên bản 1.", "Live register, version 1."),
        "standards": [standard, standard],
        "compared": [
            {"name": said("Hạng hộ", "Class"), "strong": True, "cells": [said("Hộ nghèo")] * 2}
        ],
        "appeal": [reason],
        **more,
    }


def pixels(picture: bytes) -> npt.NDArray[np.uint8]:
    """(height, width) the darkest of the three colours."""
    with MemoryFile(picture) as file, file.open() as image:
        found: npt.NDArray[np.uint8] = image.read()[:3].min(axis=0)
        return found


def headings(given: dict[str, Any]) -> str:
    """The headings that typst set, as text."""
    found = typst.query(
        slip.TEMPLATE,
        "heading",
        root=slip.TEMPLATE.parent,
        sys_inputs={"sheet": json.dumps(given, ensure_ascii=False)},
    )
    return json.dumps(json.loads(found), ensure_ascii=False)


def test_the_slip_is_a_tagged_pdf_with_a_title_and_its_language() -> None:
    made = slip.pdf(sheet())

    assert made.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert "Phiếu giải thích kết quả rà soát – hộ H1".encode() in made
    assert b"/Lang" in made


def test_the_sheet_of_a_household_fits_two_pages(register: Area, an: User) -> None:
    answer = signed_in(an).get("/ho/H1/phieu.pdf?purpose=poverty_review")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="phieu-H1.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", answer.content)) in (1, 2)


def test_headings_say_what_and_why_for_each_standard() -> None:
    told = headings(sheet())

    for words in ("PHIẾU", "Kết", "chuẩn,", "Nếu", "2022–2026"):
        assert words in told


@pytest.mark.parametrize("length", [1, 6])
def test_long_names_wrap_and_stay_inside_the_margins(length: int) -> None:
    name = "Xã Nậm Kè Chà Nưa Mường Toong " * length
    key = "H" + "0123456789" * length
    facts = [{"name": said("Hộ số", "Household"), "value": value} for value in (key, name) * 3]

    pages = slip.pictures(sheet(commune=name, household=key, facts=facts), ppi=72)

    assert len(pages) <= 2
    for page in pages:
        image = pixels(page)
        right = round(image.shape[1] * (210 - 15.5) / 210)
        assert (image[:, right:] > 250).all()
        assert (image[:, : round(image.shape[1] * 23 / 210)] > 250).all()


def test_illustrative_data_is_said_on_top_and_only_then() -> None:
    def top(synthetic: bool) -> npt.NDArray[np.uint8]:
        image = pixels(slip.pictures(sheet(synthetic=synthetic), ppi=72)[0])
        return image[55:70, 72:500]

    yellow = 0xCC  # the banner's blue, the least of its colours

    assert (top(True) == yellow).mean() > 0.5
    assert (top(False) == yellow).mean() < 0.1


def test_the_decided_class_and_that_it_differs_stand_on_the_slip() -> None:
    def ink(given: dict[str, Any]) -> int:
        return sum(int((pixels(page) < 128).sum()) for page in slip.pictures(given, ppi=72))

    decided = {"decided": said("Hộ cận nghèo", "Near-poor household")}
    differs = {"differs": said("Hạng theo quyết định khác kết quả.", "It differs.")}

    assert ink(sheet()) == ink(sheet(decided=None, differs=None))
    assert ink(sheet()) < ink(sheet(**decided)) < ink(sheet(**decided, **differs))


def test_vietnamese_marks_come_from_the_packages_own_font() -> None:
    made = slip.pdf(sheet())

    assert b"BeVietnamPro-Regular" in made
    assert b"BeVietnamPro-Bold" in made
    assert b"NotoS" not in made
    assert b"Libertinus" not in made


def test_a_file_name_has_nothing_that_a_header_could_trip_over() -> None:
    assert slip.file_name('H"7\r\n số 8') == "phieu-H-7-s-8.pdf"
