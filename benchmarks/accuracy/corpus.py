"""Fetches and scans the labelled applications; knows nothing of what is labelled in them."""

from __future__ import annotations

import fnmatch
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"


def source(spec: dict[str, str]) -> Path:
    """The unpacked application, fetched if it is not there."""
    folder = CORPUS / f"{spec['package']}-{spec['version']}"
    if not folder.exists():
        downloads = CORPUS / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        kind = (
            ["--no-binary", ":all:"] if spec["archive"] == "sdist" else ["--only-binary", ":all:"]
        )
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
        ]
        wanted = f"{spec['package']}=={spec['version']}"
        subprocess.run([*command, *kind, "--dest", str(downloads), wanted], check=True)
        stem = spec["package"].replace("-", "[-_]")
        archive = next(
            p
            for p in sorted(downloads.iterdir())
            if fnmatch.fnmatch(p.name.lower(), f"{stem}-{spec['version']}*".lower())
        )
        unpack(archive, folder)
    return folder / (spec.get("root") or ".")


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a wheel or an sdist; its single top folder is kept."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as handle:
            handle.extractall(folder)
    else:
        with tarfile.open(archive) as handle:
            handle.extractall(folder, filter="data")


def scan(root: Path) -> dict[str, Any]:
    """The JSON report of a scan with the defaults."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "data_etiquette", "scan", str(root)]
        command += ["--output", f"json:{report}", "--fail-on", "never"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        loaded: dict[str, Any] = json.loads(report.read_text())
        return loaded
