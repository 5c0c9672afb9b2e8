"""That pages find the built front end by its manifest, and say so when there is none."""

import json
from pathlib import Path

from hoaban.web import assets

ROOT = Path(__file__).resolve().parents[2]


def built(folder: Path) -> Path:
    dist = folder / "dist"
    (dist / "assets").mkdir(parents=True)
    entry = {"file": "assets/main-1.js", "css": ["assets/main-2.css"], "isEntry": True}
    (dist / "manifest.json").write_text(json.dumps({"src/main.js": entry}), "utf-8")
    css = "@font-face{font-family:X;src:url(x.woff2)}body{color:#123}"
    (dist / "assets/main-2.css").write_text(css, "utf-8")
    return dist


def test_hashed_names_come_from_the_manifest(tmp_path: Path) -> None:
    dist = built(tmp_path)

    assert assets.styles(dist) == ["dist/assets/main-2.css"]
    assert assets.scripts(dist) == ["dist/assets/main-1.js"]


def test_the_style_for_a_report_fetches_no_font(tmp_path: Path) -> None:
    assert assets.style_text(built(tmp_path)) == "body{color:#123}"


def test_without_a_build_there_is_nothing_to_link(tmp_path: Path) -> None:
    assert assets.styles(tmp_path / "none") == []
    assert assets.style_text(tmp_path / "none") == ""


def test_the_front_end_lock_names_no_address() -> None:
    lock = (ROOT / "frontend/package-lock.json").read_text("utf-8")

    assert '"integrity"' in lock
    assert "://" not in lock
    assert '"resolved"' not in lock
