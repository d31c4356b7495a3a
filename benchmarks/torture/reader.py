"""Reads, links and checks the files of one batch, and says what went wrong.

Run as a process of its own, so that whoever started it can end it. Each line on standard input is a
file's place. Each line of the answer is JSON: `{"file": …, "seconds": …, "error": …, "lost": …}`, the
last one, without a file, for linking and checking the batch.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.checks.run import run_checks
from data_etiquette.flow.link import link
from data_etiquette.frontends.read import language_of_content, read_file
from data_etiquette.model.facts import Facts


def main() -> None:
    sys.setrecursionlimit(5000)  # as the readers of a scan have it
    catalog = load_catalog(data_folder("rules"))
    facts: list[Facts] = []
    for number, line in enumerate(sys.stdin.read().splitlines()):
        place = Path(line)
        data = place.read_bytes()
        path = f"batch/{number:04}/{place.name}"
        if not language_of_content(path, data):
            continue
        began, error, lost = time.process_time(), "", False
        try:
            found = read_file(path, data)
            facts.append(found)
            lost = bool(data.strip()) and found.path != path
        except BaseException:  # noqa: BLE001 (whatever comes out of a reader is a defect)
            error = traceback.format_exc(limit=-3)
        _say(line, began, error, lost=lost)
    began, error = time.process_time(), ""
    try:
        graph = link(facts, catalog)
        run_checks(graph, catalog, None)
    except BaseException:  # noqa: BLE001 (as above)
        error = traceback.format_exc(limit=-3)
    _say("", began, error, lost=False)


def _say(file: str, began: float, error: str, *, lost: bool) -> None:
    seconds = round(time.process_time() - began, 2)
    print(json.dumps({"file": file, "seconds": seconds, "error": error, "lost": lost}), flush=True)


if __name__ == "__main__":
    main()
