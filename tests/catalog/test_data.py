from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.catalog import data


def test_the_checkout_has_the_rules_beside_the_source_root() -> None:
    root = Path(__file__).resolve().parents[2]
    assert data.data_folder("rules") == root / "rules"
    assert data.data_folder("reports") == root / "reports"


def test_the_wheel_has_them_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_data/rules").mkdir(parents=True)
    monkeypatch.setattr(data, "_PACKAGE", tmp_path)
    assert data.data_folder("rules") == tmp_path / "_data/rules"
