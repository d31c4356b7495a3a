"""git in a folder of a test, whatever the machine's own settings say."""

from __future__ import annotations

import subprocess
from pathlib import Path

_SETTINGS = (
    *("-c", "user.name=t", "-c", "user.email=t@example.org"),
    *("-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"),
)


def git(folder: Path, *arguments: str) -> str:
    """What git prints; `CalledProcessError` where it refuses."""
    done = subprocess.run(
        ["git", *_SETTINGS, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
