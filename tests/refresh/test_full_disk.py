"""A disk that becomes full during a save: an error, an intact database, and a next refresh that works."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.servers import Server, rss, server

__all__ = ["server"]

LARGE = 400
"""Articles that do not fit on the disk."""
NO_DISKS = 77

REFRESH = """
import json, subprocess, sys, time
from pathlib import Path
from roya_tui.config import Config, Paths, Refresh
from roya_tui.model import NewSource
from roya_tui.query import Query
from roya_tui.refresh.runner import run
from roya_tui.store.articles import lookup
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

disk, first, *others = sys.argv[1:]
home = Path(disk) / "home"
paths = Paths(home / "config.toml", home / "data", home / "cache")

def refresh():
    events = []
    config = Config(refresh=Refresh(spacing=0, per_host=1, timeout=30))
    run(paths, config, all_now=True, report=events.append, now=lambda: int(time.time()))
    db = open_store(paths.database)
    by_label = {e["label"]: [e["state"], e.get("kind", ""), e["message"]] for e in events if e["event"] == "source"}
    found = lookup.load_headlines(db, results.find(db, Query(), int(time.time())))
    print(json.dumps({
        "events": by_label,
        "problems": find_problems(db),
        "articles": [headline.source for headline in found],
        "starred": sum(headline.starred for headline in found),
    }), flush=True)
    db.close()

db = open_store(paths.database)
subscriptions.add(db, NewSource(first, name="first"), 1)
db.close()
refresh()
db = open_store(paths.database)
article_state.mark(db, results.find(db, Query(), int(time.time())), 1, starred=True)
for address in others:
    subscriptions.add(db, NewSource(address, name=address.rpartition("/")[2]), 2)
db.close()
refresh()
subprocess.run(["mount", "-o", "remount,size=100m", "none", disk], check=True)
refresh()
"""


@dataclass(frozen=True)
class RefreshResult:
    """Events and database after one refresh."""

    events: dict[str, Any]
    problems: list[str]
    articles: list[str]
    starred: int


def _random_articles(name: str, count: int) -> tuple[tuple[str, str, str], ...]:
    """Return articles that hardly compress."""
    dice = random.Random(name)
    return tuple(
        (f"{name}-{number}", f"Report {number}", " ".join(f"{dice.getrandbits(40):x}" for _ in range(500)))
        for number in range(count)
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system of its own")
def test_full_disk_loses_nothing_and_the_next_refresh_works(server: Server, tmp_path: Path) -> None:
    addresses = [
        server.serve("/first", rss(("1", "One", "Words"), ("2", "Two", "Words"))),
        server.serve("/large", rss(*_random_articles("large", LARGE))),
        server.serve("/small", rss(("3", "Three", "Words"))),
    ]
    disk = tmp_path / "disk"
    disk.mkdir()
    script = ['mount -t tmpfs -o size=2m none "$2" || exit 77; shift; exec "$0" -c "$CODE" "$@"', sys.executable, "-"]
    try:
        process = subprocess.run(
            ["unshare", "-rm", "sh", "-c", *script, str(disk), *addresses],
            env={**os.environ, "CODE": REFRESH, "TMPDIR": str(tmp_path)}, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if process.returncode in (1, NO_DISKS) and not process.stdout:
        pytest.skip("no file systems may be made here")
    assert process.returncode == 0, process.stderr
    before, full, healed = (RefreshResult(**json.loads(line)) for line in process.stdout.splitlines())

    assert before.events["first"][0] == "new"
    state, kind, message = full.events["large"]
    assert (state, kind) == ("failed", "save")
    assert message.startswith("“large” was fetched but not saved. ")
    assert "the disk is full. Free some space." in message
    assert full.events["small"][:2] in (["new", ""], ["failed", "save"])
    assert full.problems == []
    assert Counter(full.articles)["large"] == 0, "a source is saved whole or not at all"
    assert full.starred == 2

    assert healed.events["large"][0] == "new"
    assert healed.problems == []
    assert Counter(healed.articles) == {"first": 2, "large": LARGE, "small": 1}
    assert healed.starred == 2
