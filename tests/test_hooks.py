"""Hooks: how runs of real programs end, and what they get after a refresh."""

import asyncio
import json
import os
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("fcntl", reason="the programs of these tests need POSIX")

from tests.refresh.conftest import NOW, App, app
from tests.refresh.test_rules_and_stories import feed

from roya_tui import hooks
from roya_tui.clock import Clock
from roya_tui.config import Hook, Hooks
from roya_tui.hooks import MAX_ARTICLES, Outcome
from roya_tui.model import Rule
from roya_tui.store import rules

__all__ = ["app"]

SECONDS = 3.5
"""The time that a program which ends has: a run on a slow machine must not reach it."""
Script = Callable[[str], Hook]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """`script("exit 3")` returns a hook that runs this shell script in a folder of its own."""

    def write(text: str) -> Hook:
        file = tmp_path / "hook"
        file.write_text(f"#!/bin/sh\ncd {shlex.quote(str(tmp_path))}\n{text}\n")
        file.chmod(0o755)
        return Hook("after_refresh", (str(file),))

    return write


def run(hook: Hook, document: Any = None, timeout: float = SECONDS) -> tuple[Outcome, str]:
    return asyncio.run(hooks.run_hook(hook, document or {"articles": []}, timeout, NOW))


def has_ended(process: int) -> bool:
    """Wait until a process has ended; a zombie, which init collects, has ended, too."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        with suppress(FileNotFoundError):  # not Linux
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.01)
    return False


LEAVE_GROUP = """
import os, time
if os.fork():
    os.wait()
else:
    os.setsid()
    if not os.fork():
        time.sleep(4)
"""
"""Python code that leaves a process behind in another group, with the pipes."""
BIG = {"articles": ["x" * 1_000_000]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cat >/dev/null", ""),
        ("exit 0 # without reading", ""),
        ("exec 0<&-; sleep 0.1", ""),
        ("echo >&2; echo 'no disk\x07' >&2; exit 3", "exit code 3: no disk"),
        ("exit 1", "exit code 1"),
        ("kill -9 $$", "exit code -9"),
        ("head -c 3000000 /dev/zero; head -c 300000 /dev/zero >&2", ""),
        ("(sleep 60; echo late) & exit 0", ""),
        (f"{shlex.quote(sys.executable)} -c '{LEAVE_GROUP}'", ""),
    ],
)
def test_outcome_of_a_program_that_ends(script: Script, text: str, message: str) -> None:
    outcome, output = run(script(text), BIG)
    assert outcome.problem == message
    assert outcome.seconds < SECONDS
    assert len(output) <= hooks.MAX_OUTPUT_BYTES


@pytest.mark.parametrize(
    ("before", "text"), [("", "exec sleep 60"), ("trap '' TERM;", "sleep 60; sleep 60"), ("", "yes"), ("", "yes >&2")]
)
def test_program_that_does_not_end_is_stopped_with_all_that_it_started(script: Script, before: str, text: str) -> None:
    hook = script(f"{before} sleep 60 & echo $! >child; echo $$ >own; {text}")
    outcome, output = run(hook, timeout=0.4)
    assert outcome.problem.startswith("did not end within 0.4 s")
    assert len(output) <= hooks.MAX_OUTPUT_BYTES
    folder = Path(hook.command[0]).parent
    assert has_ended(int((folder / "own").read_text()))
    assert has_ended(int((folder / "child").read_text()))


def test_child_that_keeps_running_is_killed_when_the_program_ends(script: Script, tmp_path: Path) -> None:
    assert not run(script("sleep 60 & echo $! >child"))[0].problem
    assert has_ended(int((tmp_path / "child").read_text()))


def test_cancelled_hook_is_killed(script: Script, tmp_path: Path) -> None:
    hook = script("trap '' TERM; echo $$ >own.part; mv own.part own; sleep 60; sleep 60")

    async def cancel() -> None:
        task = asyncio.create_task(hooks.run_hook(hook, {}, 60, NOW))
        while not (tmp_path / "own").exists():
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(cancel())
    assert has_ended(int((tmp_path / "own").read_text()))


def test_outcome_of_a_program_that_cannot_start(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\n")
    lost = tmp_path / "lost"
    lost.write_text("#!/nowhere/sh\n")
    lost.chmod(0o755)
    messages = {}
    for program in ("no-such-program", "/no/such", str(plain), str(lost), str(tmp_path)):
        outcome, _ = run(Hook("on_open", (program,)))
        messages[program] = outcome.problem
    assert messages == {
        "no-such-program": "program no-such-program not found",
        "/no/such": "program /no/such not found",
        str(plain): "could not start: Permission denied",
        str(lost): "could not start: No such file or directory",
        str(tmp_path): "could not start: Permission denied",
    }


def test_program_is_found_on_path_and_in_home_but_not_in_current_folder(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script('pwd >where; cat >got; echo "$1" >argument')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for unsafe in (".", "", "relative"):
        monkeypatch.setenv("PATH", unsafe + os.pathsep + os.defpath)
        assert "not found" in run(Hook("on_open", ("hook",)))[0].problem
    assert not (tmp_path / "got").exists()
    for name in ("hook", "~/hook"):
        monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.defpath)
        assert not run(Hook("on_open", (name, "~/x")))[0].problem
        assert (tmp_path / "argument").read_text() == f"{tmp_path}/x\n"
        (tmp_path / "got").unlink()


def test_program_runs_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in a folder of downloads must not run."""
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "json.py").write_text("print('attack')")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path / "downloads")
    assert run(Hook("on_open", (sys.executable, "-c", "import os; print(os.getcwd())")))[1] == f"{tmp_path}\n"
    assert "attack" not in run(Hook("on_open", (sys.executable, "-m", "json.tool")))[1]


# After a refresh.


@pytest.fixture
def logger(tmp_path: Path) -> tuple[str, ...]:
    """A program that appends each document that it gets to a file, one a line."""
    file = tmp_path / "logger.py"
    file.write_text(
        "import json, sys, os\n"
        "line = json.dumps(json.load(sys.stdin)) + '\\n'\n"
        "out = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)\n"
        "os.write(out, line.encode())\n"
    )
    return (sys.executable, str(file), str(tmp_path / "log"))


def documents(tmp_path: Path) -> list[dict[str, Any]]:
    log = tmp_path / "log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def refresh(app: App, wanted: Hooks, *, is_stopped: bool = False) -> list[str]:
    """Refresh as the command does, and return the warnings about hooks."""
    events: list[dict[str, Any]] = []
    newest = hooks.note_newest(app.db)
    app.config = replace(app.config, hooks=wanted)
    summary = app.refresh(all_now=True)
    if not is_stopped:
        asyncio.run(hooks.run_after_refresh(app.db, wanted, newest, summary.asked, events.append, NOW))
    return [event["message"] for event in events]


EVIL = '<![CDATA[$(touch x) \x80 `id` "; rm -rf / \u202e --help]]>'


def test_rule_with_1000_matches_gets_them_in_few_runs(app: App, tmp_path: Path, logger: tuple[str, ...]) -> None:
    rules.add(app.db, Rule(0, "Wells", "wells", "star"), NOW)
    rules.add(app.db, Rule(0, "Silence", "quiet", "mute"), NOW)
    articles = [(f"Wells {number}", "Water.") for number in range(1_000)]
    app.add(feed(tmp_path / "one.xml", *articles, ("Quiet day", "")))
    wanted = Hooks(on_match={"wells": logger, "Silence": logger, "Absent": logger}, after_refresh=logger, at_once=3)
    assert refresh(app, wanted) == []
    found = documents(tmp_path)
    of_rule = [document for document in found if document["rule"] == "wells"]
    assert [len(document["articles"]) for document in of_rule] == [MAX_ARTICLES] * 2
    titles = {article["title"] for document in of_rule for article in document["articles"]}
    assert titles == {title for title, _ in articles}
    (muted,) = [document for document in found if document["rule"] == "Silence"]
    assert [article["title"] for article in muted["articles"]] == ["Quiet day"]
    (after,) = [document for document in found if document["event"] == "after_refresh"]
    assert len(after["articles"]) == MAX_ARTICLES
    assert len(found) == 4


def test_after_refresh_gets_text_of_feeds_only_as_json(app: App, tmp_path: Path, logger: tuple[str, ...]) -> None:
    app.add(feed(tmp_path / "one.xml", (EVIL, "Text")))
    assert refresh(app, Hooks(after_refresh=logger)) == []
    (document,) = documents(tmp_path)
    (article,) = document["articles"]
    assert article["title"].startswith("$(touch x)")
    assert article["source"] == "one"


def test_hook_runs_once_for_each_article(app: App, tmp_path: Path, logger: tuple[str, ...]) -> None:
    rules.add(app.db, Rule(0, "Wells", "wells", "star"), NOW)
    file, wanted = tmp_path / "one.xml", Hooks(on_match={"Wells": logger})
    app.add(feed(file, ("Wells", "Old")))
    refresh(app, wanted)
    refresh(app, wanted)
    feed(file, ("Wells", "Old"), ("New wells", "New"))
    os.utime(file, (NOW, NOW + 9))
    refresh(app, wanted)
    assert [[article["title"] for article in document["articles"]] for document in documents(tmp_path)] == [
        ["Wells"],
        ["New wells"],
    ]


def test_articles_of_a_stopped_refresh_are_passed_on_after_the_next(
    app: App, tmp_path: Path, logger: tuple[str, ...]
) -> None:
    app.add(feed(tmp_path / "one.xml", ("Wells", "Old")))
    refresh(app, Hooks(after_refresh=logger), is_stopped=True)
    refresh(app, Hooks(after_refresh=logger))
    (document,) = documents(tmp_path)
    assert [article["title"] for article in document["articles"]] == ["Wells"]


def test_failure_is_shown_until_the_next_success_and_ends_the_runs_of_that_hook(
    app: App, tmp_path: Path, script: Script
) -> None:
    rules.add(app.db, Rule(0, "Wells", "wells", "star"), NOW)
    app.add(feed(tmp_path / "one.xml", *((f"Wells {number}", "Water.") for number in range(2 * MAX_ARTICLES))))
    failing = script("echo run >>runs; echo no network >&2; exit 7").command
    wanted = Hooks(on_match={"Wells": failing}, at_once=1)
    assert refresh(app, wanted) == ["Hook on_match.Wells failed: exit code 7: no network."]
    assert (tmp_path / "runs").read_text() == "run\n"
    (line,) = hooks.describe_failures(app.db, wanted, Clock("%H:%M", "UTC"))
    assert line == "Hook on_match.Wells: exit code 7: no network (15:06)"
    feed(tmp_path / "one.xml", ("Other wells", "New"))
    os.utime(tmp_path / "one.xml", (NOW, NOW + 9))
    script("exit 0")
    assert refresh(app, wanted) == []
    assert hooks.describe_failures(app.db, wanted, Clock("%H:%M", "UTC")) == []
