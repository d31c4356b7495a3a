from __future__ import annotations

import os
from pathlib import Path

from data_etiquette.catalog.file import find_files, state_of


def _write(place: Path, text: str = "a") -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def test_yaml_files_below_the_folders_sorted(tmp_path: Path) -> None:
    for name in ("words/b.yaml", "data/x/a.yml", "data/x/a.txt", "severity.yaml", "words/a.yaml"):
        _write(tmp_path / name)
    found = [(file.path, file.kind, file.shown) for file in find_files(tmp_path)]
    assert found == [
        ("data/x/a.yml", "data", "data/x/a.yml"),
        ("words/a.yaml", "words", "words/a.yaml"),
        ("words/b.yaml", "words", "words/b.yaml"),
    ]


def test_a_users_files_come_last_and_are_shown_with_what_leads_to_them(tmp_path: Path) -> None:
    _write(tmp_path / "rules/words/b.yaml")
    _write(tmp_path / "own/words/a.yaml")
    found = find_files(tmp_path / "rules", [tmp_path / "own"])
    assert [file.shown for file in found] == ["words/b.yaml", f"{tmp_path}/own/words/a.yaml"]


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/again").symlink_to(tmp_path)
    assert find_files(tmp_path) == []


def test_the_state_follows_size_time_and_name(tmp_path: Path) -> None:
    place = tmp_path / "words/a.yaml"
    _write(place)
    os.utime(place, ns=(1, 1))
    states = [state_of(find_files(tmp_path))]
    os.utime(place, ns=(1, 2))
    states.append(state_of(find_files(tmp_path)))
    _write(place, "ab")
    os.utime(place, ns=(1, 1))
    states.append(state_of(find_files(tmp_path)))
    place.rename(tmp_path / "words/b.yaml")
    states.append(state_of(find_files(tmp_path)))
    _write(tmp_path / "words/b.yaml", "a")
    (tmp_path / "words/b.yaml").rename(place)
    os.utime(place, ns=(1, 1))
    assert sorted(set(states)) == sorted(states)
    assert state_of(find_files(tmp_path)) == states[0]
