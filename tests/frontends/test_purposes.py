from __future__ import annotations

import pytest

from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import Catalog
from tests.support import link_texts


def _purposes(text: str) -> list[tuple[int, str, str]]:
    facts = read_file("shop/billing.py", text.encode())
    return [(fact.line, fact.purpose, fact.scope) for fact in facts.purposes]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('@purpose("billing")\ndef pay(): ...\n', [(1, "billing", "pay")]),
        (
            'import privacy\n\n@privacy.purpose("payment", "accounting")\nasync def pay(): ...\n',
            [(3, "accounting", "pay"), (3, "payment", "pay")],
        ),
        (
            'class Invoices:\n    @app.task\n    @purpose("accounting")\n    def make(self): ...\n',
            [(3, "accounting", "Invoices.make")],
        ),
        ("# purpose: payment, accounting\nimport os\n",
         [(1, "accounting", ""), (1, "payment", "")]),
        ("x = 1\n\n# purpose: payment\n# for the books\n@task\ndef pay(): ...\n",
         [(3, "payment", "pay")]),
        ("def pay():\n    x = 1  # purpose: payment\n", [(2, "payment", "pay")]),
        ("class A:\n    def b(self):\n        pass\n    # purpose: payment\n    c = 1\n",
         [(4, "payment", "A")]),
        ("# purpose: this module takes payments\n# Purpose: billing\n", []),
        ('TEXT = "# purpose: payment"\n', []),
        ("@purpose\ndef a(): ...\n\n@purpose(NAME)\ndef b(): ...\n", []),
        ("# the purpose: payment\n", []),
    ],
)  # fmt: skip
def test_purposes_in_code(text: str, found: list[tuple[int, str, str]]) -> None:
    assert _purposes(text) == found


def test_the_graph_names_the_scope_in_full(catalog: Catalog) -> None:
    graph = link_texts(
        {"shop/billing.py": '# purpose: payment\n\n@purpose("accounting")\ndef pay(): ...\n'},
        catalog,
    )
    assert [(note.purpose, note.location.line, note.scope) for note in graph.purposes] == [
        ("payment", 1, "shop.billing"),
        ("accounting", 3, "shop.billing.pay"),
    ]
