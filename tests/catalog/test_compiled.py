from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from data_etiquette.catalog import load
from data_etiquette.catalog.compiled import read_compiled, write_compiled
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.catalog import Catalog, KnownRecipient
from data_etiquette.model.error import RuleError


def _only(folder: Path) -> Path:
    (place,) = folder.iterdir()
    return place


def _forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Catalog:
        raise AssertionError("the YAML files were read")

    monkeypatch.setattr(load, "_parse", refuse)


def test_the_second_load_reads_no_yaml(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_catalog(rules, tmp_path / "cache")
    _forbid_reading(monkeypatch)
    assert load_catalog(rules, tmp_path / "cache") == first


def test_the_file_is_private(rules: Path, tmp_path: Path) -> None:
    load_catalog(rules, tmp_path / "cache")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE(_only(tmp_path / "cache").stat().st_mode) == 0o600


def test_a_changed_file_is_read_again_and_replaces_the_copy(
    rules: Path, tmp_path: Path, write_rule: Callable[[Path, str, str], Path]
) -> None:
    load_catalog(rules, tmp_path / "cache")
    write_rule(rules, "recipients/acme.yaml", "id: acme\nname: Acme\nkind: crm\n")
    found = load_catalog(rules, tmp_path / "cache")
    assert [item.id for item in found.recipients] == ["acme", "stripe"]
    assert _only(tmp_path / "cache").suffix == ".msgpack"


def test_cases_are_never_taken_from_the_copy(rules: Path, tmp_path: Path) -> None:
    assert load_catalog(rules, tmp_path / "cache").elements[0].cases == ()
    found = load_catalog(rules, tmp_path / "cache", with_cases=True)
    assert [case.field for case in found.elements[0].cases] == ["email", "email_count"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"junk",
        b"\x82\xa3key",
        b"\x82\xa3key\xa1k\xa7catalog" + b"\x91" * 100_000,
        b"\x82\xa3key\xa1k\xa7catalog\x01",
    ],
)
def test_a_damaged_copy_is_ignored_and_rebuilt(rules: Path, tmp_path: Path, content: bytes) -> None:
    expected = load_catalog(rules, tmp_path / "cache")
    place = _only(tmp_path / "cache")
    whole = place.read_bytes()
    place.write_bytes(content)
    assert load_catalog(rules, tmp_path / "cache") == expected
    assert place.read_bytes() == whole


def test_a_copy_with_values_of_wrong_types_is_no_catalog(tmp_path: Path) -> None:
    wrong = Catalog(recipients=(KnownRecipient("a", "A", 7),))  # type: ignore[arg-type]
    write_compiled(tmp_path / "c", "k", wrong)
    assert read_compiled(tmp_path / "c", "k") is None


def test_a_copy_for_another_state_is_no_catalog(tmp_path: Path) -> None:
    write_compiled(tmp_path / "c", "k", Catalog(digest="d"))
    assert read_compiled(tmp_path / "c", "k") == Catalog(digest="d")
    assert read_compiled(tmp_path / "c", "l") is None


def test_sets_of_folders_do_not_compete(
    rules: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_rule: Callable[[Path, str, str], Path],
) -> None:
    write_rule(tmp_path / "own", "recipients/acme.yaml", "id: acme\nname: Acme\nkind: crm\n")
    load_catalog(rules, tmp_path / "cache")
    load_catalog(rules, tmp_path / "cache", [tmp_path / "own"])
    _forbid_reading(monkeypatch)
    plain = load_catalog(rules, tmp_path / "cache")
    more = load_catalog(rules, tmp_path / "cache", [tmp_path / "own"])
    assert [item.id for item in plain.recipients] == ["stripe"]
    assert [item.id for item in more.recipients] == ["stripe", "acme"]


def test_mistakes_are_never_compiled(
    rules: Path, tmp_path: Path, write_rule: Callable[[Path, str, str], Path]
) -> None:
    write_rule(rules, "recipients/acme.yaml", "id: acme\n")
    for _ in range(2):
        with pytest.raises(RuleError):
            load_catalog(rules, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_no_error(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert load_catalog(rules, tmp_path / "cache").recipients[0].id == "stripe"
    assert sorted(place.name for place in tmp_path.iterdir()) == ["cache", "rules"]
