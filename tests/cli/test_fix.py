"""`etiquette fix`: what it says, writes and refuses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from data_etiquette.app import fix as module
from data_etiquette.frontends.editing.source import Replacement, applied, read_source
from tests.command import invoke

pytestmark = pytest.mark.usefixtures("warm_catalog")

SHOP = """\
import logging
import sentry_sdk
from django.db import models

sentry_sdk.init(dsn="https://key@sentry.example/1", send_default_pii=True)


class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
    newsletter_consent = models.BooleanField(default=True)


def tell(customer: Customer):
    logging.info("%s %s", customer.email, customer.phone)  # both
    logging.info("mail " + customer.email)
"""
MENDED = (
    SHOP.replace("send_default_pii=True", "send_default_pii=False")
    .replace("default=True", "default=False")
    .replace('"%s %s", customer.email, customer.phone', '"%s %s", customer.pk, customer.pk')
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    return folder


def test_fix_mends_proves_and_tells_what_is_left(shop: Path) -> None:
    (shop / "shop.py").chmod(0o640)
    done = invoke("fix", shop)
    assert (shop / "shop.py").read_text() == MENDED
    assert (shop / "shop.py").stat().st_mode & 0o777 == 0o640
    assert done.code == 1
    told = done.out.split("Left to you")[0].splitlines()
    assert [line.split()[0] for line in told if line.startswith("  ETQ")] == [
        "ETQ315", "ETQ201", "ETQ301", "ETQ301",
    ]  # fmt: skip
    assert "    then: For a Django model, run makemigrations;" in done.out
    assert "shop.py:16: ETQ301" in done.out
    assert "what to change is not clear from the code at this place" in done.out
    assert "    +     updated_at" not in done.out
    assert "    + updated_at = models.DateTimeField(auto_now=True)" in done.out
    assert sorted(place.name for place in shop.iterdir()) == ["shop.py"]


def test_a_second_run_changes_nothing(shop: Path) -> None:
    invoke("fix", shop)
    again = invoke("fix", shop)
    assert (shop / "shop.py").read_text() == MENDED
    assert again.out.splitlines()[-1].startswith("0 findings fixed in 0 files, ")


def test_diff_is_a_patch_and_changes_nothing(shop: Path) -> None:
    done = invoke("fix", shop, "--diff")
    assert done.code == 1
    assert (shop / "shop.py").read_text() == SHOP
    assert "4 findings can be fixed in 1 file" in done.err
    subprocess.run(["git", "init", "-q"], cwd=shop, check=True)
    subprocess.run(["git", "apply", "-"], cwd=shop, input=done.out.encode(), check=True)
    assert (shop / "shop.py").read_text() == MENDED
    assert invoke("fix", shop, "--diff").code == 0


def test_one_rule(shop: Path) -> None:
    done = invoke("fix", shop, "--rule", "etq201")
    assert done.code == 0
    text = (shop / "shop.py").read_text()
    assert text == SHOP.replace("default=True", "default=False")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--rule", "ETQ999"), "error: there is no rule ETQ999"),
        (("--purpose", "x\nimport os"), "error: 'x\\nimport os' is no purpose"),
        (("/nowhere/at/all",), "error: "),
    ],
)
def test_trouble(shop: Path, arguments: tuple[str, ...], told: str) -> None:
    done = invoke("fix", shop, *arguments)
    assert done.code == 2
    assert done.err.startswith(told)
    assert (shop / "shop.py").read_text() == SHOP


@pytest.mark.parametrize(
    ("head", "encoding", "newline"),
    [
        ("", "utf-8", "\r\n"),
        ("\ufeff", "utf-8", "\n"),
        ("# coding: latin-1\n# é\n", "latin-1", "\n"),
        ("# größe \U0001f600\n", "utf-8", "\n"),
        ("'''a\f\x0bb'''\n", "utf-8", "\n"),
    ],
    ids=["crlf", "mark", "latin", "wide", "feed"],
)
def test_everything_else_stays(tmp_path: Path, head: str, encoding: str, newline: str) -> None:
    place = tmp_path / "shop.py"
    place.write_bytes((head + SHOP).replace("\n", newline).encode(encoding))
    invoke("fix", tmp_path)
    assert place.read_bytes() == (head + MENDED).replace("\n", newline).encode(encoding)


def test_suppressed_and_known_findings_stay(shop: Path) -> None:
    text = SHOP.replace(
        "default=True)", 'default=True)  # etiquette: ignore[ETQ201] reason="asked on paper, 2019"'
    )
    (shop / "shop.py").write_text(text)
    invoke("fix", shop, "--rule", "ETQ201")
    assert (shop / "shop.py").read_text() == text


def test_a_change_that_does_not_help_is_taken_back(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def useless(source, target, edit):
        del source, target, edit
        return [Replacement(0, 0, "# mended\n")]

    monkeypatch.setitem(module.FUNCTIONS, "keyword", useless)
    done = invoke("fix", shop, "--rule", "ETQ201")
    assert (shop / "shop.py").read_text() == SHOP
    assert "with the change the scan still finds it" in done.out


def test_a_change_that_does_harm_is_taken_back(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyword = module.FUNCTIONS["keyword"]

    def harmful(source, target, edit):
        end = len(source.text)
        leak = "\n\ndef more(customer: Customer):\n    print(customer.phone)\n"
        found = keyword(source, target, edit)
        return [*found, Replacement(end, end, leak)] if found else []

    monkeypatch.setitem(module.FUNCTIONS, "keyword", harmful)
    done = invoke("fix", shop, "--rule", "ETQ201")
    assert (shop / "shop.py").read_text() == SHOP
    assert "with the change the scan finds something else in this file" in done.out


def test_a_file_that_changes_meanwhile_is_left(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prove = module._prove

    def slow(*arguments):
        prove(*arguments)
        (shop / "shop.py").write_text(SHOP + "# mine\n")

    monkeypatch.setattr(module, "_prove", slow)
    done = invoke("fix", shop)
    assert done.code == 2
    assert "it changed while it was scanned" in done.err
    assert (shop / "shop.py").read_text() == SHOP + "# mine\n"


def test_what_is_not_safe_is_made_when_asked_for(tmp_path: Path) -> None:
    place = tmp_path / "labels.py"
    text = (
        'import requests\ndef f(user):\n    requests.post("http://a.example/x", data=user.email)\n'
    )
    place.write_text(text)
    assert "--unsafe writes it" in invoke("fix", tmp_path, "--rule", "ETQ306").out
    assert place.read_text() == text
    assert invoke("fix", tmp_path, "--rule", "ETQ306", "--unsafe").code == 0
    assert place.read_text() == text.replace("http:", "https:")


def test_hostile_names_steer_no_terminal(tmp_path: Path) -> None:
    place = tmp_path / "::error::\u202ea\n.py"
    place.write_text(SHOP.replace("Customer", "Customer\u02ee"))
    done = invoke("fix", tmp_path)
    assert not {"\u202e", "\x1b"} & set(done.out)
    assert not [line for line in done.out.splitlines() if line.strip().startswith("::")]
    place.write_text(SHOP)
    patch = invoke("fix", tmp_path, "--diff").out
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)
    assert place.read_text() == MENDED


def test_several_paths(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.py").write_text(SHOP)
    invoke("fix", tmp_path / "one", tmp_path / "two" / "shop.py")
    assert (tmp_path / "one" / "shop.py").read_text() == MENDED
    assert (tmp_path / "two" / "shop.py").read_text() == MENDED


def test_replacements_that_overlap() -> None:
    found = [Replacement(0, 2, "x"), Replacement(1, 3, "y"), Replacement(3, 3, "z")]
    assert applied("abcd", found) == "xczd"


DEEP = [
    "(" * 3_000 + ")" * 3_000, "x = " + "1 + " * 20_000 + "1\n", "x" + ".a" * 20_000 + "\n",
    "x = " + "not " * 20_000 + "1\n", "x = " + "[" * 300 + "]" * 300, "f" + "()" * 20_000 + "\n",
    "if a:\n pass\n" + "elif a:\n pass\n" * 5_000, "x = " + "lambda: " * 3_000 + "1\n",
    "x = " + "a if b else " * 3_000 + "c\n", "".join(" " * n + "if a:\n" for n in range(300)),
]  # fmt: skip


@pytest.mark.parametrize("text", ["def (:\n", "\x00", "print 'x'\n", "(" * 3_000, *DEEP])
def test_what_is_no_python_is_not_edited(text: str) -> None:
    assert read_source(text) is None


@pytest.mark.parametrize(
    "text", ["(" * 90 + "1" + ")" * 90, "x = " + "1 + " * 150 + "1", "x" + ".a" * 150, "\ufeffx=1"]
)
def test_what_people_write_is_edited(text: str) -> None:
    source = read_source(text)
    assert source is not None
    assert source.module.code.removeprefix("\ufeff") == text.removeprefix("\ufeff")
