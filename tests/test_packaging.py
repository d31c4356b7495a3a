"""What the package asks for: every dependency has bounds at both ends, and a reason."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

TEXT = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(TEXT)["project"]


def test_every_dependency_is_bounded_and_has_a_reason() -> None:
    extras = PROJECT["optional-dependencies"].values()
    wanted = [*PROJECT["dependencies"], *(item for extra in extras for item in extra)]
    unbounded = [item for item in wanted if not re.search(r">=[\d.]+,<[\d.]+$", item)]
    unexplained = [
        item for item in wanted if not re.search(rf'"{re.escape(item)}",\s+# \S.{{10,}}', TEXT)
    ]
    assert (unbounded, unexplained) == ([], [])
