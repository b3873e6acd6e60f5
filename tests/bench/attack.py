"""Sends terminal payloads through every pane, dialog and command, and looks for what reaches the terminal.

The payloads are titles, names, tags, notes, queries, addresses, settings, pasted texts, arguments, answers of servers
and values that are written directly into the database. Of all output, only text and the sequences that Textual writes
may be left; nothing may start a program, connect or write outside of the home; and the app must answer keys to the end.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import runpy
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from tests.servers import Server, rss
from tests.terminal.driver import NotSeen, Terminal
from tests.terminal.sequences import CLIPBOARD, TEXTUAL_SEQUENCES, find_strange

from roya_tui.cli import run
from roya_tui.cli.command_parser import CommandParser
from roya_tui.cli.command_table import COMMANDS
from roya_tui.model import Enclosure, Entry, Moment, NewSource, Picture, Rule
from roya_tui.store import rules
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.action_table import ACTIONS, Action

ROOT = Path(__file__).parents[2]
COLUMNS, ROWS = 120, 30
PAYLOADS: Mapping[str, str] = {
    **runpy.run_path(str(ROOT / "tests/data/hostile/make.py"))["TITLES"],
    "osc-folder": "\x1b]7;file:///etc\x1b\\TAKEN folder",
    "osc-notice": "\x1b]9;TAKEN\x07\x1b]777;notify;TAKEN;x\x07notice",
    "osc-iterm": "\x1b]1337;SetUserVar=TAKEN=eA==\x07variable",
    "dcs-setting": "\x1bP$qm\x1b\\TAKEN setting",
    "dcs-tmux": "\x1bPtmux;\x1b\x1b]52;c;VEFLRU4=\x07\x1b\\TAKEN tmux",
    "dcs-sixel": '\x1bPq"1;1;99;99#0~-\x1b\\TAKEN sixel',
    "apc-kitty": "\x1b_Ga=T,f=24,s=1,v=1;AAAA\x1b\\TAKEN kitty",
    "csi-own": "\x1b[35;45mTAKEN\x1b[66;166H\x1b[?25l\x1b[?2004l\x1b[>1u",
    "c1-byte": "\x9b35;45mTAKEN\x9d52;c;VEFLRU4=\x9c",
    "variation": "v" + "\ufe0f\ufe0e\U000e0100" * 200,
    "isolates-own": "\u2068TAKEN\u2069\u2069\u2067 عربي \u202eTAKEN",
    "markup-style": "[on red]TAKEN[/] [reverse][/reverse] [@click=screen.quit()]q[/]",
    "format-object": "{0.__class__.__mro__} %(x)s %s %d {title} ${HOME} {{}}",
    "option": "--help",
    "query": '"(tag: -is:x "" source:( OR',
    "path": "../../../../etc/TAKEN",
    "nothing-but-blanks": " \u00a0\u3000\t",
}  # fmt: skip
_OWN = re.compile(r"\x1b\[35;45m|\x1b\[(?:\d+;(?:1[3-9]\d|[2-9]\d\d+)|[4-9]\d+;\d+)H")
"""A style and positions that only payloads have, and that would look like sequences of Textual."""
_ALSO_OURS = re.compile(r"\r\x1b\[K|\t|\x07")
"""A line of progress begins anew, tabs separate columns, and an input of numbers rings for other characters."""
_ALIVE = "Moving"
"""A heading of the help."""
_KEYS = {"escape": "esc", "comma": ","}


class Report:
    """What was tried and found."""

    def __init__(self) -> None:
        self.tried: dict[str, list[int]] = {}
        """By place: how many payloads were tried, how many bytes were checked, and how many findings there were."""
        self.findings: list[str] = []

    def check(self, place: str, what: str, output: bytes, *others: str) -> None:
        """Check output of the app, or of a command, and note what is wrong besides."""
        found = [*others, *_problems(output)]
        row = self.tried.setdefault(place, [0, 0, 0])
        row[0] += 1
        row[1] += len(output)
        row[2] += len(found)
        for problem in found:
            self.findings.append(f"{place}, {what}: {problem}")
            print(f"! {self.findings[-1]}", file=sys.stderr, flush=True)

    def text(self) -> str:
        rows = [f"{'place':<34}{'tried':>8}{'bytes checked':>16}{'findings':>10}"]
        rows += [f"{place:<34}{n:>8,}{size:>16,}{found:>10,}" for place, (n, size, found) in self.tried.items()]
        total = [sum(column) for column in zip(*self.tried.values(), strict=True)]
        rows.append(f"{'all':<34}{total[0]:>8,}{total[1]:>16,}{total[2]:>10,}")
        return "\n".join([*rows, "", *(self.findings or ["Nothing was found."])])


def _problems(output: bytes) -> Iterator[str]:
    text = output.decode("utf-8", "replace").replace("\u200b", "")  # what the app writes for invisible characters
    text = re.sub(r"\x1b(?:\[[0-9;?<>]*|\][^\x07]*)?\Z", "", text)  # the app has not written all of it yet
    if strange := find_strange(_ALSO_OURS.sub("", TEXTUAL_SEQUENCES.sub("", CLIPBOARD.sub("", text)))):
        yield f"wrote {strange}"
    if own := _OWN.search(text):
        yield f"wrote {own[0]!r}"


# Homes


def make_home(folder: Path, now: int) -> None:
    """Write a database whose texts are all payloads, as no feed could write them: they are not cleaned."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(PAYLOADS.values())
    with closing(open_store(folder / "news.db")) as db:
        for number in range(4):
            name = names[number * 7 % len(names)]
            new = NewSource(
                f"https://{number}.example/{name}", title=f"{number} {name}", folder=f"F{number} {name}"[:60]
            )
            source = subscriptions.add(db, new, now)
            for version in ("", " edited"):
                rows = [
                    ingestion.prepare(_entry(key, version, now - n))
                    for n, key in enumerate(PAYLOADS)
                    if n % 4 == number
                ]
                ingestion.save(db, source.id, None, rows, now, index=search_index.enqueue)
                db.execute("UPDATE state SET read_at = ?, read_digest = 1", (now - 100,))
        search_index.index_queue(db)
        for number, name in enumerate(names):
            with suppress(ValueError, sqlite3.IntegrityError):
                article_state.set_note(db, number + 1, f"note {name}", now)
            if number % 6 == 0:
                with suppress(ValueError):
                    saved_searches.add(db, f"{number} {name}"[:80], "is:unread", now)
                with suppress(ValueError):
                    rules.add(db, Rule(0, f"{number} {name}"[:80], "title:nothing", "mute"), now)
        columns = {
            "saved_feed": ("name", "query"), "rule": ("name", "query"), "source": ("name", "folder"), "tag": ("name",),
            "feed": ("title", "homepage", "description", "language", "error", "moved_to"), "revision": ("title",),
            "journal": ("sentence",), "state": ("note",), "article": ("author", "language"),
        }  # fmt: skip
        for table, texts in columns.items():
            for row, (id,) in enumerate(db.execute(f"SELECT rowid FROM {table} ORDER BY 1").fetchall()):
                for column in texts:
                    with suppress(sqlite3.IntegrityError):
                        value = f"{row} {names[row % len(names)]}"
                        db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, id))
        db.commit()


def _entry(key: str, version: str, at: int) -> Entry:
    text = PAYLOADS[key]
    body = f"<h2>{text}</h2><p>{text}{version} <a href='https://a.example/{text}'>{text}</a> <b>bold</b></p>"
    body += f"<p><img src='https://pictures.example/{key}.png' alt='{text}'></p>"
    body += f"<pre><code class='language-{text}'>{text}</code></pre>"
    body += f"<table><tr><th>{text}<th>b<tr><td>{text}<td>1</table>"
    return Entry(
        guid=key,
        url=f"https://news.example/{key}/{text}",
        title=text + version,
        authors=(text, "Someone"),
        published=Moment(at),
        updated=Moment(at),
        tags=(text[:50], key),
        content=body,
        summary=text,
        language=text[:8],
        pictures=(Picture(f"https://pictures.example/{text}", text),),
        enclosures=(Enclosure("https://files.example/x.mp3", type=text, title=text, length=5),),
        comments=f"https://a.example/{text}",
    )


CONFIG = """
[look]
theme = {0}
[reading]
mark_read = "never"
pictures = "captions"
[refresh]
on_start = false
spacing = "0s"
[keys]
star = {0}
{0} = "z"
[share.{0}]
command = ["true", {0}]
[[share]]
name = {0}
command = {0}
"""


def configure(home: Path, payload: str = "") -> None:
    """Write a config.toml, with a payload wherever it may have a text."""
    plain = '[reading]\nmark_read = "never"\npictures = "captions"\n[refresh]\non_start = false\nspacing = "0s"\n'
    text = (
        CONFIG.replace("{0}", json.dumps(payload, ensure_ascii=True).replace("\\u007f", "\\u007F"))
        if payload
        else plain
    )
    (home / "config.toml").write_text(text, encoding="utf-8", errors="replace")


# Commands, in this process


class _Screen(io.TextIOWrapper):
    """Output that commands take for a terminal, or not."""

    def __init__(self, is_terminal: bool) -> None:
        self.written = io.BytesIO()
        self._is_terminal = is_terminal
        super().__init__(self.written, "utf-8", write_through=True)

    def isatty(self) -> bool:
        return self._is_terminal


_EVENTS: list[str] = []
_is_watched = False


def _watch(event: str, args: tuple[object, ...]) -> None:
    if _is_watched and event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "socket.connect"):
        _EVENTS.append(f"{event} {args[1] if len(args) > 1 else args}")


def attack_command(
    report: Report, home: Path, place: str, argv: Sequence[str], environment: Mapping[str, str] = {}
) -> None:
    """Run a command as on a terminal, and check what it writes."""
    global _is_watched
    screen = _Screen(is_terminal=len(report.findings) % 2 == 0)
    _EVENTS.clear()
    before, typed = sys.stdin, io.TextIOWrapper(io.BytesIO(b"q\n"))
    sys.stdin, _is_watched = typed, True
    problems = []
    try:
        with redirect_stdout(screen), redirect_stderr(screen):
            run(["--offline", *argv], {"TERM": "xterm-256color", "ROYA_TUI_HOME": str(home), **environment})
    except BaseException as error:  # noqa: BLE001 - a finding
        problems.append(f"raised {error!r}")
    finally:
        sys.stdin, _is_watched = before, False
    reports = [*home.glob("**/crash-*.txt")]
    problems += [f"crashed: {file.read_text(errors='replace').splitlines()[-1][:200]}" for file in reports]
    for file in reports:
        file.unlink()
    problems += [f"did {event[:200]}" for event in _EVENTS if sys.executable not in event and "uname" not in event]
    report.check(place, repr(argv)[:200], screen.written.getvalue(), *problems)


def attack_commands(report: Report, made: Path, chance: random.Random, share: float) -> None:
    """Run every command on the home of payloads, and with payloads as each of its arguments."""
    with tempfile.TemporaryDirectory() as work, _in_folder(Path(work)):
        home = Path(work) / "home"
        for path, command in COMMANDS.items():
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(made, home)
            words = path.split()
            subcommands = {name: sub for name, sub in COMMANDS.items() if name.startswith(f"{path} ")}
            options = CommandParser(path, command, subcommands).options()
            forms: list[list[str]] = [[], ["--json"], ["--markdown"], ["--tsv"], ["--plain"], ["--ascii"]]
            forms = [form for form in forms if not form or form[0] in options]
            for form in forms:
                numbers = range(1, len(PAYLOADS)) if path in ("show", "note") else range(1, 2)
                for typed in ([], ["is:all"], *([str(number)] for number in numbers)):
                    attack_command(report, home, f"roya-tui {path}", [*words, *form, *typed])
            valued = [name for name, action in options.items() if action.nargs is None and name not in ("-h", "--home")]
            for payload in _some(list(PAYLOADS.values()), chance, share):
                if "\0" in payload:
                    continue
                for extra in ([payload], ["--", payload], ["1", payload], [payload, payload], [f"--{payload}"]):
                    attack_command(report, home, f"roya-tui {path}", [*words, *extra])
                for name in valued:
                    attack_command(report, home, f"roya-tui {path}", [*words, name, payload, "1"])
        for payload in _some(list(PAYLOADS.values()), chance, share):
            configure(home, payload)
            for argv in (["doctor"], ["list"], ["nothing"]):
                attack_command(report, home, "config.toml", argv)
                if "\0" not in payload:
                    hostile = dict.fromkeys(
                        ("TERM", "LANG", "LC_ALL", "LANGUAGE", "COLUMNS", "TERM_PROGRAM", "TZ"), payload
                    )
                    attack_command(report, home, "environment", argv, hostile)


def attack_database(report: Report, made: Path) -> None:
    """List everything from databases with bytes, invalid UTF-8 and numbers as texts, column by column."""
    values = ("x'1b5d303b54414b454e07'", "CAST(x'ff1b5d30fe' AS TEXT)", "42", "1e999", "CAST(zeroblob(9) AS TEXT)")
    lines = (
        "list is:all", "list --json", "list search:0", "show 1", "show 1 --changes", "sources", "sources --json",
        "sources 1", "tags", "searches", "searches --json", "rules", "rules --json", "briefing", "undo list", "export",
    )  # fmt: skip
    shown = [line.split() for line in lines]
    with tempfile.TemporaryDirectory() as work:
        home = Path(work) / "home"
        with closing(sqlite3.connect(made / "news.db")) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = [
                (table, row[1])
                for table in tables
                if not re.match("search|beginnings|sqlite|refresh|tally|put_off|unruled|missed", table)
                for row in db.execute(f"PRAGMA table_info({table})")
                if row[2] in ("TEXT", "BLOB")
            ]
        for number, (table, column) in enumerate(columns):
            for value in (values[0], values[1], values[2 + number % 3]):
                shutil.rmtree(home, ignore_errors=True)
                shutil.copytree(made, home)
                with closing(sqlite3.connect(home / "news.db")) as db, suppress(sqlite3.Error):
                    db.execute(f"UPDATE OR IGNORE {table} SET {column} = {value}")
                    db.commit()
                for argv in shown:
                    attack_command(report, home, "damaged database", argv)
                    if report.findings and not report.findings[-1].endswith("]"):
                        report.findings[-1] += f" [{table}.{column} = {value}]"


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _some(payloads: Sequence[str], chance: random.Random, share: float) -> Sequence[str]:
    return chance.sample(payloads, max(1, int(len(payloads) * share)))


# Servers, with commands on a terminal


def attack_network(report: Report, chance: random.Random, share: float) -> None:
    """Fetch from servers whose status lines, headers, redirects, pages and lists are payloads."""
    server = Server()
    with tempfile.TemporaryDirectory() as work:
        home = Path(work) / "home"
        home.mkdir()
        configure(home)
        (home / "news.db").touch()
        addresses = []
        for number, payload in enumerate(_some(list(PAYLOADS.values()), chance, share)):
            line = "".join(payload.splitlines())
            path = f"/{number}"
            header = line.encode("latin-1", "replace").decode("latin-1")
            kinds = (
                lambda path=path, line=line: server.reply(path, 404, line, **{"Content-Type": "text/html"}),
                lambda path=path, header=header: server.reply(path, 301, b"", Location=header),
                lambda path=path, line=line: server.serve(path, rss((line, line, line), title=line), type="text/xml"),
                lambda path=path, header=header: server.reply(path, 200, b"x", **{"Content-Type": header}),
                lambda path=path, line=line: server.serve(path, f"<title>{line}</title><p>{line}", type="text/html"),
                lambda path=path, line=line: server.serve(
                    path, json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": line, "items": [
                        {"id": line, "title": line, "content_html": line, "authors": [{"name": line}], "tags": [line]}
                    ]}), type="application/feed+json"),
            )  # fmt: skip
            with suppress(UnicodeEncodeError, ValueError):
                addresses.append(kinds[number % len(kinds)]())
        opml = "".join(
            f'<outline type="rss" text="{_xml(p)}" xmlUrl="https://a.example/{n}"/>'
            for n, p in enumerate(PAYLOADS.values())
        )
        (home / "list.opml").write_text(f"<opml><body>{opml}</body></opml>", encoding="utf-8", errors="replace")
        urls = "".join(f'https://b.example/{n} "~{p}" "{p}"\n' for n, p in enumerate(PAYLOADS.values()))
        (home / "urls").write_text(urls, encoding="utf-8", errors="replace")
        commands = [
            ["add", *addresses],
            ["refresh", "--all-now"],
            ["sources"],
            ["sources", "--json"],
            ["list", "is:all"],
        ]
        commands += [["inspect", address] for address in addresses]
        commands += [["import", str(home / name), "--dry-run"] for name in ("list.opml", "urls")]
        commands += [["import", str(home / name)] for name in ("list.opml", "urls")] + [["sources"], ["export"]]
        for argv in commands:
            command = [sys.executable, "-m", "roya_tui", "--home", str(home), *argv]
            with Terminal(command, columns=COLUMNS, rows=ROWS, folder=ROOT, environment={"NO_PROXY": "*"}) as terminal:
                try:
                    code = terminal.wait_exit(60)
                except (NotSeen, subprocess.TimeoutExpired):
                    code = -1
                problems = [f"ended with {code}"] if code not in (0, 1, 2, 3, 4, 5) else []
                report.check("servers and imports", " ".join(argv)[:80], terminal.raw, *problems)
    server.stop()


def _xml(text: str) -> str:
    return "".join(f"&#{ord(c)};" if ord(c) < 32 or c in '"&<>' else c for c in text)


# The app


def _path_to(action: Action) -> list[str]:
    """Return the keys from the list of all articles to where an action works."""
    return {
        "sidebar": ["shift+tab", "j"],
        "article": ["enter"],
        "changes": ["d"],
        "status": ["S"],
        "rules": ["E"],
        "gallery": ["i"],
    }.get(action.context, [])


def attack_app(report: Report, made: Path, chance: random.Random, share: float) -> None:
    """Run every action of the table of actions, each with another payload under the cursor and in the clipboard."""
    from tests.bench import watched_app

    with tempfile.TemporaryDirectory() as work:
        home, log = Path(work) / "home", Path(work) / "log"
        shutil.copytree(made, home)
        browser = Path(work) / "browser"
        browser.write_text("#!/bin/sh\n")
        browser.chmod(0o755)
        environment = {
            "ATTACK_LOG": str(log),
            "ATTACK_FOLDERS": os.pathsep.join((work, tempfile.gettempdir(), str(Path.home() / "Downloads"))),
            "BROWSER": str(browser),
            "HOME": work,
            "NO_PROXY": "*",
        }
        payloads = list(PAYLOADS.items())
        actions = [action for action in ACTIONS if action.name != "quit"]
        if share < 1:
            actions = chance.sample(actions, int(len(actions) * share))
        command = [sys.executable, watched_app.__file__, "--offline", "--home", str(home)]
        with Terminal(command, columns=COLUMNS, rows=ROWS, folder=Path(work), environment=environment) as terminal:
            try:
                terminal.wait_for("Unread", timeout=60)
                for number, action in enumerate(actions):
                    name, payload = payloads[number % len(payloads)]
                    seen = len(terminal.raw)
                    problems = _try_action(terminal, action, payload, number)
                    report.check("app: " + action.group, f"{action.name} with {name}", terminal.raw[seen:], *problems)
                for payload in _some(list(PAYLOADS.values()), chance, share):
                    seen = len(terminal.raw)
                    terminal.press("2", "j", "enter", "tab", "tab", "G", "esc")
                    terminal.send(b"\x1b[200~" + payload.encode() + b"\x1b[201~")
                    terminal.settled(60)
                    report.check("app: panes and paste", payload[:20], terminal.raw[seen:], *_is_dead(terminal))
                terminal.press("q")
                code = terminal.wait_exit(30)
                report.check("app: quit", "quit", b"", *([f"ended with {code}"] if code else []))
            except NotSeen as error:
                report.check("app: alive", "end", terminal.raw, f"no answer: {str(error)[:300]}")
        events = [json.loads(line) for line in log.read_text().splitlines()]
        done = {what.replace("_", "-") for event, what in events if event == "action"}
        for action in actions:
            if action.name not in done:
                report.check("app: reached", action.name, b"", "the action was never reached")
        ours = (sys.executable, str(browser), "uname", "/bin/sh -c kill -TSTP $$")  # the last asks for job control
        for event, what in events:
            if event == "program" and not what.startswith(ours):
                report.check("app: programs", what, b"", f"started {what}")
            elif event in ("connection", "file"):
                report.check(f"app: {event}s", what, b"", f"{event} {what}")


def _try_action(terminal: Terminal, action: Action, payload: str, number: int) -> list[str]:
    """Press the key of an action, paste a payload into what opens, and return to the list; return what is wrong."""
    key = action.keys.split(",")[0]
    terminal.press("esc", "esc", "2")
    terminal.settled(40)
    for before in (*["j"] * (number % 5 + 1), *_path_to(action)):
        terminal.press(before)
        terminal.settled(40)
    terminal.press(_KEYS.get(key, key))
    terminal.settled(60)
    if action.opens_input:
        # A text that ends the paste itself, and goes on with keys.
        terminal.send(b"\x1b[200~" + payload.encode() + b"\x1b[201~ typed \x1b[201~")
        terminal.settled(60)
        terminal.press("enter")
        terminal.settled(60)
    return _is_dead(terminal)


def _is_dead(terminal: Terminal) -> list[str]:
    """Return to the main screen, and open and close the help; return what is wrong if that fails."""
    for _ in range(4):
        terminal.press("esc")
        terminal.settled(30)
    terminal.press("?")
    try:
        terminal.wait_for(_ALIVE, timeout=15)
    except NotSeen as error:
        if "ended" in str(error):
            raise
        return [f"? did not open the help: {terminal.screen.text()[:600]}"]
    finally:
        terminal.press("esc")
    terminal.settled(30)
    return []


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench attack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the payloads and actions, by --seed")
    parser.add_argument("--seed", type=int, default=1, help="which of them (%(default)s)")
    parser.add_argument("--only", default="commands,database,network,app", help="parts to try (%(default)s)")
    chosen = parser.parse_args(words)
    chance, share = random.Random(chosen.seed), 0.1 if chosen.quick else 1.0
    report = Report()
    started = time.monotonic()
    sys.addaudithook(_watch)
    os.nice = lambda _: 0  # type: ignore[assignment] # a refresh would slow all that follows
    with tempfile.TemporaryDirectory() as work:
        made = Path(work) / "made"
        make_home(made, int(time.time()))
        configure(made)
        for part in chosen.only.split(","):
            begun = time.monotonic()
            if part == "commands":
                attack_commands(report, made, chance, share / 6)
            elif part == "database":
                attack_database(report, made)
            elif part == "network":
                attack_network(report, chance, share)
            else:
                attack_app(report, made, chance, share)
            print(f"{part}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    print(report.text())
    counts = f"{len(PAYLOADS)} payloads, {len(COMMANDS)} commands, {len(ACTIONS)} actions"
    print(f"\n{counts}, {time.monotonic() - started:.0f} s.")
    return 1 if report.findings else 0
