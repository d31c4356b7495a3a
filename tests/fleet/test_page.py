"""What docs/fleet.md shows."""

from __future__ import annotations

import re
from pathlib import Path

from data_etiquette.app.fleet.members import _KEYS, find_members
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")


def test_the_list_on_the_page_is_one_and_shows_every_key(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml fleet\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    place = tmp_path / "group.yaml"
    place.write_text(block)
    assert [item.name for item in find_members(place).systems] == ["shop", "crm", "clinic"]
    assert [key for key in _KEYS if f"{key}:" not in block] == []
