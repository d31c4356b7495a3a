"""etiquette beside semgrep and bandit on one real application, as ratios of one interleaved run.

    python benchmarks/speed.py [PACKAGE==VERSION] [--rounds N]

The application and the other tools are fetched into `benchmarks/corpus/`, which is not in the
repository. CPU is user and system seconds of the process and its children; memory is the largest
resident set of any one of them. All tools run from compiled bytecode, as pip leaves what it installs.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import data_etiquette

sys.path.insert(0, str(Path(__file__).resolve().parent / "accuracy"))
from corpus import CORPUS, source

HERE = Path(__file__).resolve().parent
TOOLS = CORPUS / "tools"
FIRST = "semgrep"
"""The tool that all ratios are taken to."""
CHANGES = {
    "etiquette, one file changed": "\nCHANGED = 1\n",
    "etiquette, hook on five files": "\nCHANGED = 1\n",
    "etiquette, hook, a remark more": "# says nothing\n",
}
"""What is added to the largest file before a run."""


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    wall: float
    cpu: float
    memory: float
    """Mebibytes."""


def install_tools() -> None:
    """The other tools in an environment of their own."""
    if (TOOLS / "bin" / "semgrep").exists() and (TOOLS / "bin" / "bandit").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
    pip = [str(TOOLS / "bin" / "pip"), "install", "--quiet", "semgrep", "bandit"]
    subprocess.run(pip, check=True)


def compiled(environment: dict[str, str]) -> dict[str, str]:
    """An environment in which etiquette runs from bytecode, even out of a checkout."""
    compileall.compile_dir(Path(data_etiquette.__file__).parent, quiet=2)
    return {key: value for key, value in environment.items() if key != "PYTHONDONTWRITEBYTECODE"}


def measure(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command once; its findings don't matter, a crash does."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, _mebibytes(usage))


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def runs(folder: Path) -> dict[str, list[str]]:
    """The commands of one round, in order: each etiquette run leaves the cache for the next."""
    program = [sys.executable, "-m", "data_etiquette"]
    etiquette = [*program, "scan", "--fail-on", "never"]
    largest = sorted(folder.rglob("*.py"), key=lambda path: (-path.stat().st_size, path))[:5]
    bin_folder = TOOLS / "bin"
    single = max(folder.rglob("models.py"), key=lambda path: path.stat().st_size, default=folder)
    return {
        "etiquette, cold": [*etiquette, str(folder)],
        "etiquette, warm": [*etiquette, str(folder)],
        "etiquette, one file changed": [*etiquette, str(folder)],
        "etiquette, hook on five files": [
            *program, "hook", "--fail-on", "never", "--root", str(folder), *map(str, largest),
        ],
        "etiquette, hook, a remark more": [
            *program, "hook", "--fail-on", "never", "--root", str(folder), *map(str, largest),
        ],
        "etiquette, one file alone": [*etiquette, str(single)],
        "semgrep": [
            str(bin_folder / "semgrep"), "scan", "--config", str(HERE / "speed" / "rules.yaml"),
            "--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet",
            str(folder),
        ],
        "bandit": [str(bin_folder / "bandit"), "-r", "-q", str(folder)],
    }  # fmt: skip


def round_of_runs(folder: Path) -> dict[str, Cost]:
    """Every command once, with a fresh cache folder."""
    costs = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        application = scratch / folder.name
        shutil.copytree(folder, application)
        environment = {
            **compiled(dict(os.environ)),
            "XDG_CACHE_HOME": str(scratch / "cache"),
            "HOME": str(scratch),
            "PATH": f"{TOOLS / 'bin'}:{os.environ['PATH']}",
        }
        for label, command in runs(application).items():
            if label in CHANGES:
                changed = max(application.rglob("*.py"), key=lambda path: path.stat().st_size)
                with changed.open("a") as file:
                    file.write(CHANGES[label])
            costs[label] = measure(command, environment)
    return costs


def table(rounds: list[dict[str, Cost]]) -> list[str]:
    """Markdown: medians, and ratios to the first tool taken within each round."""
    lines = [
        f"| run | wall s | CPU s | MiB | wall, {FIRST} = 1 | CPU, {FIRST} = 1 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for label in rounds[0]:
        wall = statistics.median(item[label].wall for item in rounds)
        cpu = statistics.median(item[label].cpu for item in rounds)
        memory = statistics.median(item[label].memory for item in rounds)
        wall_ratio = statistics.median(item[label].wall / item[FIRST].wall for item in rounds)
        cpu_ratio = statistics.median(item[label].cpu / item[FIRST].cpu for item in rounds)
        lines.append(
            f"| {label} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {wall_ratio:.3f} "
            f"| {cpu_ratio:.3f} |"
        )
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("package", nargs="?", default="pretix==2026.8.0")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    name, _, version = chosen.package.partition("==")
    install_tools()
    folder = source({"package": name, "version": version, "archive": "wheel"})
    lines = sum(len(path.read_bytes().splitlines()) for path in folder.rglob("*.py"))
    rounds = [round_of_runs(folder) for _ in range(chosen.rounds)]
    print(f"{chosen.package}: {lines} lines of Python, {chosen.rounds} interleaved rounds, medians")
    print()
    print("\n".join(table(rounds)))


if __name__ == "__main__":
    main()
