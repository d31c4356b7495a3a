"""Values in literals that look like a real person's: told by kind and line, never kept.

What they are has to be decided here, where the text is: facts hold no values. A value counts when
its checksum fits and it is not one of the published examples, an address when it is of a mail
service for private people and its name is no obvious sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.model.facts import ValueFact

MAX_VALUES = 200
"""Of one file."""
MAX_TEXT = 4_000_000
"""Characters that are looked at: a longer file is data, and the first of it tell."""

_DOMAIN = re.compile(
    r"@(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|web|proton(?:mail)?|mail|yandex"
    r"|qq|163|126|orange|free|laposte|libero|wanadoo|t-online|posteo|mailbox|btinternet|msn|me"
    r"|fastmail)\.(?:com|net|org|de|fr|it|es|nl|at|ch|co\.uk|ru|me|pt|br|com\.br|cn|in)\b"
)
_LOCAL = re.compile(r"[\w.+-]{3,40}$")
_SAMPLES = re.compile(
    r"test|example|sample|demo|dummy|fake|foo|bar|user|name|some|any|your|my|first|last|john|jane|doe"
    r"|max\.?muster|erika|admin|info|support|contact|hello|noreply|no-reply|sales|team|dev|bot|mail|abc|xyz|me$"
    r"|\d{3,}|alice|bob|carol|joe|smith|person|customer|client|account|sender|recipient|from|to$|reply",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.-])([3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7})(?![\w.-])")
_SAMPLE_CARDS = frozenset(
    [
        "4111111111111111",
        "4242424242424242",
        "4012888888881881",
        "4222222222222",
        "5555555555554444",
        "5105105105105100",
        "378282246310005",
        "371449635398431",
        "378734493671000",
        "6011111111111117",
        "6011000990139424",
        "3530111333300000",
        "3566002020360505",
        "4000056655665556",
        "4000000000000002",
        "4000000000003220",
        "2223003122003222",
        "4917610000000000",
        "4484070000000000",
        "4000000000009995",
        "30569309025904",
        "38520000023237",
        "5200828282828210",
        "4000002500003155",
        "4012001037141112",
        "4988438843884305",
        "4166676667666746",
        "5454545454545454",
        "5424000000000015",
        "4007000000027",
    ]
)
_IBAN = re.compile(r"(?<!\w)([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)")
_SAMPLE_IBANS = frozenset(
    [
        "DE89370400440532013000",
        "GB82WEST12345698765432",
        "GB29NWBK60161331926819",
        "NL91ABNA0417164300",
        "FR1420041010050500013M02606",
        "ES9121000418450200051332",
        "AT611904300234573201",
        "BE68539007547034",
        "CH9300762011623852957",
        "IT60X0542811101000000123456",
        "GB33BUKB20201555555555",
        "PT50000201231234567890154",
        "DE75512108001245126199",
        "FR7630006000011234567890189",
        "IE29AIBK93115212345678",
        "LU280019400644750000",
    ]
)
_SSN = re.compile(r"(?<![\w-])((?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?![\w-])")
_SAMPLE_SSNS = frozenset(
    ["078-05-1120", "219-09-9999", "123-45-6789", "111-11-1111", "987-65-4321"]
)
_NUMBERS = re.compile(r"\d{4}[ -]?\d{4}|\d-\d\d-\d{4}")
"""Without one of these no number can match; most files have none."""
_AUTHORS = re.compile(
    r"author|maintainer|translator|contributor|copyright|credits?\b|licen[cs]e", re.IGNORECASE
)
"""Who wrote a program wants to be named by it."""
_MAX_LINE = 400
_MAX_LIST = 4_000
"""Characters that are looked back for the line that a list begins on."""
_QUOTES = "'\""
_LUHN_NINE = 9
_CARD_DIGITS = range(13, 20)
_SAME = 3
"""A number of so few different digits is made up."""


def find_values(text: str, language: str) -> tuple[ValueFact, ...]:
    """Kind and line of all values that look real, by line; values in comments are left out."""
    text = text[:MAX_TEXT]
    found = {
        ValueFact(element, text.count("\n", 0, at) + 1)
        for element, at in _matches(text)
        if _is_literal(text, at, language)
    }
    return tuple(sorted(found, key=lambda item: (item.line, item.element))[:MAX_VALUES])


def _matches(text: str) -> Iterator[tuple[str, int]]:
    """Element and place of each value whose form fits."""
    if "@" in text:
        for match in _DOMAIN.finditer(text):
            local = _LOCAL.search(text, max(0, match.start() - 40), match.start())
            if local is not None and not _SAMPLES.search(local.group()):
                yield "email", local.start()
    done = -1
    for hit in _NUMBERS.finditer(text):
        if hit.start() <= done:
            continue
        # Only the lines with a long number are looked at closely.
        start, done = text.rfind("\n", 0, hit.start()) + 1, text.find("\n", hit.start())
        done = len(text) if done < 0 else done
        yield from _numbers(text, start, done)


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    for match in _CARD.finditer(text, start, end):
        if _is_card(match.group(1)):
            yield "card_number", match.start()
    for match in _IBAN.finditer(text, start, end):
        if _is_iban(match.group(1)):
            yield "iban", match.start()
    for match in _SSN.finditer(text, start, end):
        if match.group(1) not in _SAMPLE_SSNS:
            yield "us_ssn", match.start()


def _is_literal(text: str, at: int, language: str) -> bool:
    """Whether a place is inside quotes and outside a comment, as far as its line tells.

    In rows of data everything is a value. Authors of the program are named on purpose.
    """
    start = text.rfind("\n", 0, at) + 1
    before = text[start:at]
    if _AUTHORS.search(before) or _AUTHORS.search(_opening(text, start)):
        return False
    if language == "rows":
        return True
    mark = "--" if language == "sql" else "#"
    head, _, _ = before.partition(mark)
    if head != before and not any(head.count(quote) % 2 for quote in _QUOTES):
        return False
    return any(before.count(quote) % 2 for quote in _QUOTES)


def _opening(text: str, start: int) -> str:
    """The line that a list's or a call's further lines hang on: the last one indented less."""
    indent = _indent(text[start : start + _MAX_LINE])
    for line in reversed(text[max(0, start - _MAX_LIST) : start].splitlines()):
        if line.strip() and _indent(line) < indent:
            return line[:_MAX_LINE]
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_card(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    if digits in _SAMPLE_CARDS or len(digits) not in _CARD_DIGITS or len(set(digits)) <= _SAME:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > _LUHN_NINE else number
    # Grouped by fours it is written as a card; in one run it might be any number.
    return total % 10 == 0 and (len(digits) != len(text) or digits[0] in "45")


def _is_iban(text: str) -> bool:
    compact = text.replace(" ", "")
    if compact in _SAMPLE_IBANS or len(set(compact[4:])) <= _SAME:
        return False
    number = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return int(number) % 97 == 1
