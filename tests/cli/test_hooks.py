"""The command hooks, hooks of the command refresh, and the programs of the guide."""

import json
import re
import shutil
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

pytest.importorskip("fcntl", reason="the programs of these tests need POSIX")

from tests.cli.conftest import Cli, configure, rss
from tests.test_hooks import has_ended

from roya_tui.processes import child_environment, python_command

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "hooks.md").read_text("utf-8")


def setup(home: Path, settings: str, *titles: str) -> None:
    """Write config.toml, and a feed with these titles that `feed.xml` of the home folder is."""
    configure(home, settings)
    (home / "feed.xml").write_text(rss("Harbor", *titles), "utf-8")


def test_hooks_are_listed_with_last_outcome_and_doctor_finds_a_rule_that_is_missing(quiet: Cli, home: Path) -> None:
    setup(
        home,
        '[hooks]\nafter_refresh = ["sh", "-c", "echo no disk >&2; exit 3"]\non_open = ["no-such-program"]\n'
        '[hooks.on_match]\nWells = ["cat"]\n',
        "Rain",
    )
    assert [line.split("  ")[0] for line in quiet("hooks").lines] == ["after_refresh", "on_match.Wells", "on_open"]
    quiet("add", str(home / "feed.xml"))
    refreshed = quiet("refresh", "--all-now")
    assert refreshed.code == 0
    assert "Hook after_refresh failed: exit code 3: no disk." in refreshed.err
    assert "exit code 3: no disk" in quiet("hooks").out
    assert [hook["last"] and hook["last"]["problem"] for hook in quiet("hooks", "--json").json] == [
        "exit code 3: no disk",
        None,
        None,
    ]
    doctor = quiet("doctor").out
    assert re.search(r"!! +hook +Hook after_refresh: exit code 3: no disk \(", doctor)
    assert re.search(r"!! +configuration +\[hooks\.on_match\] There is no rule “Wells”\.", doctor)


def test_hooks_test_runs_one_with_an_article_and_prints_its_output(quiet: Cli, home: Path) -> None:
    setup(home, '[hooks.on_match]\n"Wet news" = ["cat"]\nDry = ["sh", "-c", "echo low; exit 2"]\n')
    tried = quiet("hooks", "test", "WET NEWS")
    assert tried.code == 0
    *document, result = tried.lines
    (article,) = json.loads("\n".join(document))["articles"]
    assert article["title"] == "The harbor is open again", "an invented article"
    assert re.fullmatch(r"Hook on_match.Wet news: succeeded \(\d\.\d s\)", result)
    setup(home, '[hooks.on_match]\n"Wet news" = ["cat"]\nDry = ["sh", "-c", "echo low; exit 2"]\n', "Real rain")
    quiet("add", str(home / "feed.xml"))
    quiet("refresh", "--all-now")
    *document, _ = quiet("hooks", "test", "on_match.wet news").lines
    assert json.loads("\n".join(document))["articles"] == quiet("list", "--json").json, "as list prints them"
    failed = quiet("hooks", "test", "dry")
    assert (failed.code, failed.lines[0]) == (1, "low")
    assert failed.lines[1].startswith("Hook on_match.Dry: exit code 2: low (")
    unknown = quiet("hooks", "test", "")
    assert (unknown.code, unknown.err.count("There is no hook")) == (1, 1)


def test_refresh_without_hooks_imports_nothing_of_them(home: Path) -> None:
    code = "import sys; from roya_tui.cli import run; run(sys.argv[1:]); print('roya_tui.hooks' in sys.modules)"
    arguments = ("--home", str(home), "--offline", "refresh", "--json")
    result = subprocess.run(
        python_command("-c", code, *arguments), env=child_environment(), capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "False"


def test_stopped_refresh_stops_its_hooks_after_the_last_event(quiet: Cli, home: Path) -> None:
    setup(
        home, '[hooks]\nafter_refresh = ["sh", "-c", "trap \'\' TERM; echo $$ >own; mv own id; sleep 60; sleep 60"]\n'
    )
    setup(home, (home / "config.toml").read_text(), "Rain")
    quiet("add", str(home / "feed.xml"))
    setup(home, (home / "config.toml").read_text(), "Rain", "Snow")
    command = python_command("-m", "roya_tui", "--home", str(home), "refresh", "--all-now", "--events")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=child_environment() | {"HOME": str(home)}) as refresh:
        assert refresh.stdout is not None
        events = []
        while not events or events[-1]["event"] != "finished":
            events.append(json.loads(refresh.stdout.readline()))
        while not (home / "id").exists():
            time.sleep(0.01)
        refresh.send_signal(signal.SIGTERM)
        refresh.wait(10)
    assert has_ended(int((home / "id").read_text()))
    configure(home, f'[hooks]\nafter_refresh = ["tee", "{home}/again"]\n')
    quiet("refresh", "--all-now")
    assert [found["title"] for found in json.loads((home / "again").read_text())["articles"]] == ["Snow"]


def test_failed_hook_is_no_crash_if_nobody_reads_the_events(quiet: Cli, home: Path) -> None:
    setup(home, '[hooks]\nafter_refresh = ["sh", "-c", "while ! [ -e go ]; do sleep 0.01; done; exit 3"]\n', "Rain")
    quiet("add", str(home / "feed.xml"))
    command = python_command("-m", "roya_tui", "--home", str(home), "refresh", "--all-now", "--events")
    environment = child_environment() | {"HOME": str(home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as refresh:
        assert refresh.stdout is not None
        assert refresh.stderr is not None
        while json.loads(refresh.stdout.readline())["event"] != "finished":
            pass
        refresh.stdout.close()
        (home / "go").touch()
        assert b"bug" not in refresh.stderr.read()


def program_of_guide(folder: Path, language: str) -> str:
    """Return the path of the program in that language that the guide has."""
    (text,) = re.findall(rf"```{language}\n(#!.*?)```", GUIDE, re.S)
    file = folder / language
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


def test_first_program_of_the_guide_saves_articles(quiet: Cli, home: Path, tmp_path: Path) -> None:
    program = program_of_guide(tmp_path, "python")
    settings = f'[hooks]\nafter_refresh = ["{program}", "{tmp_path}/new.md"]\n'
    setup(home, settings)
    quiet("add", str(home / "feed.xml"))
    setup(home, settings, "Rain", "أخبار")
    assert quiet("refresh", "--all-now").err == ""
    lines = (tmp_path / "new.md").read_text("utf-8").splitlines()
    assert set(lines) == {
        "* Rain https://a.example/Rain",
        "* أخبار https://a.example/أخبار",
    }


class _Webhook(BaseHTTPRequestHandler):
    received: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200 if self.path == "/chat" else 404)
        self.end_headers()


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("curl")), reason="jq or curl is not installed")
def test_second_program_of_the_guide_sends_articles(quiet: Cli, home: Path, tmp_path: Path) -> None:
    program = program_of_guide(tmp_path, "sh")
    title = 'Rain $(id) `id` \\" ; --help'
    with ThreadingHTTPServer(("127.0.0.1", 0), _Webhook) as chat:
        threading.Thread(target=chat.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        address = f"http://127.0.0.1:{chat.server_port}"
        setup(home, f'[hooks]\non_open = ["{program}", "{address}/chat"]\n', title)
        quiet("add", str(home / "feed.xml"))
        quiet("refresh", "--all-now")
        assert quiet("hooks", "test", "on_open").code == 0
        setup(home, f'[hooks]\non_open = ["{program}", "{address}/lost"]\n', title)
        assert re.search(r"exit code 22: curl: .*404", quiet("hooks", "test", "on_open").out)
        chat.shutdown()
    assert json.loads(_Webhook.received[0])["text"].startswith(f"{title} https://a.example/")
