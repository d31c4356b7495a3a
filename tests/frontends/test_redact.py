"""What is replaced in a literal, and what an honest literal keeps."""

from __future__ import annotations

import pytest

from data_etiquette.frontends.redact import MAX_LITERAL, redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to anna.schmidt@mail.example now", "write to <e-mail> now"),
        ("pat.o'brien@mail.example", "<e-mail>"),
        ("'a+b@sub.mail.example'", "'<e-mail>'"),
        ("mailto:größe@mail.example", "mailto:<e-mail>"),
        ("postgres://user:pass@db/x", "postgres://<credentials>@db/x"),
        ("+49 171 5557788", "<number>"),
        ("+49 (0)171 5557788", "<number>"),
        ("(555) 123-9876", "<number>"),
        ("555.123.9876", "<number>"),
        ("0171/55 57 78", "<number>"),
        ("tel.0301234567", "tel.<number>"),
        ("4111-1111-1111-1111", "<number>"),
        ("born 1980-02-29", "born <number>"),
        ("DE89 3704 0044 0532 0130 00", "<iban>"),
        ("gb29nwbk60161331926819", "<iban>"),
        ("from 203.0.113.77:80", "from <ip>:80"),
        ("key ghp_16C7e42F292c6912E7710c838347Ae178B4a", "key <token>"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "<token>"),
        ("d41d8cd98f00b204e9800998ecf8427e", "<token>"),
    ],
)
def test_values_are_replaced_by_their_kind(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "customer_email_address_2",
        "max_length=100, decimal_places=2",
        "Decimal(10, 2)",
        "f(1)(2)[3]",
        "version 1.2.3",
        "10 - 20 - 30",
        "12:30:45",
        "{user}@mail.example",
        "@app.route",
        "https://api.example.com/v1/customers",
        "%Y-%m-%d",
        "deadbeefdeadbeefdeadbeefdeadbeefdead",
    ],
)
def test_other_text_is_kept(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("offset", range(MAX_LITERAL - 30, MAX_LITERAL + 1))
def test_the_cut_leaves_no_half_of_a_value(offset: int) -> None:
    shown = redact("x" * offset + " anna.schmidt@mail.example and more")
    assert "anna" not in shown
    assert len(shown) <= MAX_LITERAL + 1


@pytest.mark.parametrize("offset", range(MAX_LITERAL * 4 - 30, MAX_LITERAL * 4 + 1))
def test_a_cut_far_out_leaves_no_half_of_a_value(offset: int) -> None:
    """Values before it shrink, so that what the first cut goes through could come into view."""
    filler = ("a" * 60 + "@mail.example ") * (offset // 74)
    shown = redact(filler + "anna.schmidt@mail.example and more")
    assert "anna" not in shown
    assert shown.endswith("…")


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert redact("a\ud800b").encode() == b"a?b"
