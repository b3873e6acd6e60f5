"""What holds for every command: options on either side, exit codes, no traceback, pipes and terminals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

import roya_tui.cli
from roya_tui import __version__
from roya_tui.cli import crash_report
from roya_tui.cli.commands import tags
from roya_tui.cli.output import Output, display_width
from roya_tui.cli.terminal import detect_terminal
from roya_tui.config import load, resolve_paths
from roya_tui.layout.one_line import clip
from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

COMMANDS = ("add", "refresh", "list", "show", "sources", "tags", "mark", "import", "export", "inspect", "doctor")


def start(home: Path, *argv: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """Run the real command in a process of its own."""
    environ = {**os.environ, "ROYA_TUI_HOME": str(home), "TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": "1"}
    environ |= more.pop("environ", {})  # type: ignore[arg-type]
    command = [sys.executable, "-m", "roya_tui", *argv]
    return subprocess.run(command, env=environ, capture_output=True, timeout=30, check=False, **more)  # type: ignore[call-overload,no-any-return]


def test_version(cli: Cli) -> None:
    for argv in (["--version"], ["list", "--version"]):
        assert cli(*argv).out == f"roya-tui {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_the_exit_codes(cli: Cli, command: str) -> None:
    result = cli(command, "--help")
    assert result.code == 0
    assert f"usage: roya-tui {command}" in result.out
    assert "130 interrupted" in result.out.replace("\n", " ")
    assert f"  {command} " in cli("--help").out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["lsit"], "roya-tui: “lsit” is no command. Did you mean list? roya-tui --help lists them all."),
        (["zebra"], "roya-tui: “zebra” is no command. roya-tui --help lists them all."),
        (["list", "--limt", "3"], "unrecognized arguments: --limt. Did you mean --limit?"),
        (["list", "--limit", "few"], "'few' is no count"),
        (["show", "seven"], "'seven' is no article's number"),
        (["show"], "Which articles?"),
        (["mark", "gone", "x"], "invalid choice: 'gone'"),
        (["list", "--json", "--tsv"], "not allowed with"),
        (["tags", "--query", "tag:x"], "--query goes with"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(cli: Cli, argv: list[str], words: str) -> None:
    result = cli(*argv)
    assert result.code == 2
    assert words in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (["sources", "--zebra"], "sources"),
        (["--offline", "show", "3", "--forse"], "show"),
        (["undo", "3"], "undo"),
        (["tags", "--query", "tag:x"], "tags"),
    ],
)
def test_of_a_command_that_was_not_understood_its_own_usage_is_told(cli: Cli, argv: list[str], command: str) -> None:
    told = cli(*argv).err
    assert told.startswith(f"usage: roya-tui {command} [")
    assert "COMMAND ..." not in told


def test_home_may_stand_before_or_after(cli: Cli, tmp_path: Path) -> None:
    for name, argv in (("a", ["--home", str(tmp_path / "a"), "tags"]), ("b", ["tags", "--home", str(tmp_path / "b")])):
        assert cli(*argv).code == 0
        assert (tmp_path / name / "news.db").exists()


def test_a_mistake_of_ours_goes_to_a_file_without_passwords(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: object, wanted: object) -> int:
        raise ZeroDivisionError("https://someone:secret@a.example/feed")

    monkeypatch.setattr(tags, "manage_tags", broken)
    result = cli("tags")
    assert result.code == 1
    assert "Traceback" not in result.err
    assert result.err.count("\n") == 1
    (report,) = home.glob("crash-*.txt")
    assert str(report) in result.err
    text = report.read_text()
    assert "ZeroDivisionError" in text
    assert "secret" not in text


def test_a_mistake_in_a_worker_is_told_by_where_it_was_made(tmp_path: Path) -> None:
    class Wrapped(Exception):
        def __init__(self, error: Exception) -> None:
            super().__init__("A worker failed.")
            self.error = error

    try:
        (lambda: 1 / 0)()
    except ZeroDivisionError as error:
        sentences = [crash_report.write_report(Wrapped(error), ["list"], tmp_path) for _ in range(2)]
    reports = list(tmp_path.glob("crash-*.txt"))
    assert len(reports) == 2
    for report in reports:
        assert any(str(report) in sentence for sentence in sentences)
        assert "in <lambda>" in report.read_text()


FULL_DISK = """
mount -t tmpfs -o size=1500k none "$1" && export ROYA_TUI_HOME="$1/home" || exit 77
"$2" -m roya_tui export > "$1/../ready" || exit 78
dd if=/dev/zero of="$1/fill" bs=1k 2> "$1/../dd"
for command in "list --limit 1" sources tags; do "$2" -m roya_tui $command || exit 79; done
"$2" -m roya_tui mark star sort:newest
"$2" -c 'from pathlib import Path; import sys; from roya_tui.cli import crash_report
print(crash_report.write_report(ValueError("x" * 9999), [], Path(sys.argv[1])), file=sys.stderr)' "$1"
ls "$1" >&2
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system of its own")
def test_a_full_disk_is_read_and_told_and_gets_no_empty_report(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["unshare", "-rm", "sh", "-c", FULL_DISK, "sh", str(disk), sys.executable]
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode in (1, 77):
        pytest.skip("no file systems may be made here")
    assert done.returncode == 0, done
    assert "Roya News" in done.stdout
    assert "cannot grow: the disk is full" in done.stderr
    assert "I/O" not in done.stderr
    (report,) = tmp_path.glob("crash-*.txt")
    assert str(report) in done.stderr
    assert done.stderr.splitlines()[-2:] == ["fill", "home"]


def test_a_store_that_is_none_is_told_in_a_sentence(cli: Cli, home: Path) -> None:
    home.mkdir()
    (home / "news.db").write_bytes(b"not a database " * 100)
    result = cli("list")
    assert result.code == 1
    assert re.fullmatch(r"roya-tui: The news store at .* is damaged: [^\n]*\n", result.err)


def test_a_home_that_is_a_file_is_told_in_a_sentence(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = cli("list", "--home", str(tmp_path / "file"))
    assert result.code == 1
    assert result.err.startswith("roya-tui: The folder of the news store")
    assert result.err.count("\n") == 1


def test_a_wrong_configuration_does_not_stop_a_command(cli: Cli, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[look\n")
    listing = cli("list")
    assert listing.code == 0
    assert len(listing.lines) == 50
    assert re.fullmatch(r"roya-tui: .*config.toml, line 1, column 6: This is not TOML: .*\n", listing.err)
    doctor = cli("doctor")
    assert doctor.code == 1
    assert "config.toml, line 1" in doctor.out


def test_the_reader_greets_with_the_first_mistake_of_the_configuration(tmp_path: Path) -> None:
    from roya_tui.cli.launcher import _greeting
    from roya_tui.cli.output import Output
    from roya_tui.cli.session import Session

    (tmp_path / "config.toml").write_text("[look]\nascii = 3\nteme = 1\n[keep]\ndays = -1\n")
    where = resolve_paths(str(tmp_path), {})
    config, problems = load(where.config)
    output = Output(sys.stdout, sys.stderr, detect_terminal(sys.stdout, {}))
    for count, end in ((0, ""), (1, "false."), (3, "false. (2 more: roya-tui doctor)")):
        told = _greeting(Session(where, config, tuple(problems[:count]), output, now=0))
        assert told == (f"config.toml line 2: ascii must be true or {end}" if count else "")


def test_the_reader_in_a_pipe_says_what_to_use_instead(cli: Cli, home: Path) -> None:
    result = cli()
    assert result.code == 1
    assert "needs a terminal" in result.err
    assert "roya-tui list" in result.err
    assert "roya-tui show ID" in result.err
    assert not home.exists()


def test_a_dumb_terminal_gets_the_plain_reader(home: Path) -> None:
    pytest.importorskip("fcntl")
    from tests.terminal.driver import Terminal

    environment = {"TERM": "dumb", "ROYA_TUI_HOME": str(home)}
    command = [sys.executable, "-m", "roya_tui", "--offline"]
    with Terminal(command, environment=environment, columns=60, rows=20) as terminal:
        terminal.wait_for("more: press enter.\nCommand:")
        assert b"This terminal cannot move its cursor, so this is the plain reader." in terminal.raw
        terminal.press(*"13", "enter")
        terminal.wait_for("Press enter for more.\nCommand:")
        terminal.press("enter")
        terminal.wait_for("Heading 2: Where the money goes")
        terminal.press("q", "enter", "q", "enter")
        assert terminal.wait_exit() == 0
        assert b"\x1b" not in terminal.raw
        assert max(map(len, terminal.screen.text().splitlines())) < 60, "no word is broken at the edge"


def test_list_and_show_load_nothing_heavy(home: Path) -> None:
    code = (
        "import sys; from roya_tui.cli import run\n"
        "heavy = {'textual', 'rich', 'httpx', 'lxml', 'asyncio'}\n"
        "def loaded(): return sorted(heavy & set(sys.modules))\n"
        "print(run(['list', '--limit', '1']), run(['tags', '--json']), loaded(), file=sys.stderr)\n"
        "print(run(['show', '1']), loaded(), file=sys.stderr)"
    )
    start(home, "tags")
    environ = {**os.environ, "ROYA_TUI_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stderr == "0 0 []\n0 ['lxml']\n"


def test_a_reader_that_leaves_early_is_no_trouble(home: Path) -> None:
    start(home, "tags")
    reading, writing = os.pipe()
    os.close(reading)  # as head does when it has seen enough
    for argv in (["list", "--json"], ["sources"], ["--help"]):
        command = [sys.executable, "-m", "roya_tui", *argv]
        environ = {**os.environ, "ROYA_TUI_HOME": str(home)}
        done = subprocess.run(command, env=environ, stdout=writing, stderr=subprocess.PIPE, timeout=30, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(writing)


@pytest.mark.skipif(os.name != "posix", reason="POSIX shell")
@pytest.mark.parametrize("closing", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_trouble(home: Path, closing: str) -> None:
    environ = {**os.environ, "ROYA_TUI_HOME": str(home)}
    done = subprocess.run(
        f'"{sys.executable}" -m roya_tui list {closing}',
        shell=True,
        env=environ,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert (home / "news.db").read_bytes().startswith(b"SQLite format 3")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_told_to_end_it_leaves_nothing_behind(home: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environ = {**os.environ, "ROYA_TUI_HOME": str(home), "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "roya_tui", "--samples", "import", "-"]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"#" * 1_000_000)  # more than a pipe holds: once it is written, the program reads
        process.stdin.flush()
        assert list(temporary.iterdir())
        process.terminate()
        assert process.communicate(timeout=20)[1] == b""
    assert process.returncode == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_for_the_output_is_told(home: Path) -> None:
    environ = {**os.environ, "ROYA_TUI_HOME": str(home)}
    done = subprocess.run(
        f'"{sys.executable}" -m roya_tui list > /dev/full',
        shell=True,
        env=environ,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_pipe_gets_utf8_whatever_the_locale(home: Path) -> None:
    done = start(home, "list", "lang:ar", environ={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert done.returncode == 0
    assert "غصن الزيتون" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("environ", "rtl"),
    [
        ({}, "visual"),
        ({"KONSOLE_VERSION": "240801"}, "terminal"),
        ({"TERM": "xterm-kitty"}, "words"),
        ({"KITTY_WINDOW_ID": "1"}, "words"),
        ({"TERM": "mlterm"}, "terminal"),
        ({"MLTERM": "3.9.3"}, "terminal"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "terminal"),
        ({"TERM_PROGRAM": "iTerm.app"}, "visual"),
        ({"VTE_VERSION": "8001"}, "visual"),
        ({"TERM": "foot"}, "visual"),
        ({"TERM": "alacritty"}, "visual"),
        ({"WT_SESSION": "1"}, "visual"),
        ({"TERM": "screen-256color", "TMUX": "/tmp/x,1,0", "KONSOLE_VERSION": "240801"}, "visual"),
        ({"STY": "1.pts-0", "KITTY_WINDOW_ID": "1"}, "visual"),
        ({"TERM": "screen.xterm-256color", "KITTY_WINDOW_ID": "1"}, "visual"),
    ],
)
def test_who_orders_right_to_left_text(environ: dict[str, str], rtl: str) -> None:
    assert detect_terminal(sys.stdout, {"TERM": "xterm", **environ}).rtl == rtl


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),
        ("غصن الزيتون", 6, "غصن ا…"),
    ],
)
def test_text_is_cut_by_cells(text: str, width: int, shown: str) -> None:
    assert clip(text, width, display_width) == shown
    assert display_width(shown) <= width


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_leaves_out_what_belongs_before_it(cli: Cli, command: str) -> None:
    told = cli(command, "--help").out
    assert "--home DIR" in told
    for option in ("--query", "--samples", "--ascii"):
        assert option in cli("--help").out
        assert option not in told or (command, option) == ("show", "--query")  # which takes it in place of numbers
    assert cli("--samples", "tags").out == cli("tags", "--samples", "--ascii").out != ""


@pytest.mark.parametrize(
    ("command", "heading"),
    [("tags", "all unread tag"), ("sources", "no. all unread folder name last answer 8 weeks rhythm")],
)
def test_numbers_have_a_heading_on_a_terminal_and_none_in_a_pipe(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str, heading: str
) -> None:
    from roya_tui.cli.terminal import Terminal

    plain = cli(command).lines
    wide = Terminal(interactive=True, dumb=False, columns=200, utf8=True, colors="none", rtl="off")
    monkeypatch.setattr(roya_tui.cli, "detect_terminal", lambda *_: wide)
    first, *rest = cli(command).lines
    assert first.split() == heading.split()
    assert len(rest) == len(plain)
    assert plain[0].split()[0].isdigit()


def test_no_password_is_told(cli: Cli, tmp_path: Path) -> None:
    for argv in (["add", "http://bob:s3cr3t@/x"], ["refresh", "http://bob:s3cr3t@nope/"]):
        result = cli(*argv)
        assert result.code == 1
        assert "/" in result.err
        assert "s3cr3t" not in result.err + result.out


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupted_while_it_loads_it_shows_no_traceback(home: Path) -> None:
    code = (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'roya_tui.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from roya_tui.__main__ import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


def test_on_a_terminal_lines_fit_its_width(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from roya_tui.cli.terminal import Terminal

    narrow = Terminal(interactive=True, dumb=False, columns=60, utf8=True, colors="none", rtl="visual")
    monkeypatch.setattr(roya_tui.cli, "detect_terminal", lambda *_: narrow)
    result = cli("list", "--limit", "20")
    lines = re.sub(r"\x1b\[8[hl]", "", result.out).splitlines()
    assert len(lines) == 20
    assert all(display_width(line) <= 60 for line in lines)
    assert any("…" in line for line in lines)
    assert re.fullmatch(r"20 of \d+\. --limit 0 lists all; roya-tui show ID shows one\.\n", result.err)


def test_what_takes_seconds_before_an_answer_is_told_on_a_terminal_only(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("list")

    def put_off(guid: str) -> None:
        new = ingestion.prepare(Entry(guid=guid, title="Unlearnt", content="Words"))
        with closing(open_store(home / "news.db")) as db:
            source = subscriptions.add(db, NewSource("https://late.example/feed"), 1)
            ingestion.save(db, source.id, None, [new], 2, index=search_index.enqueue)

    monkeypatch.setattr("roya_tui.cli.session._MANY", 0)
    put_off("one")
    assert cli("list", "unlearnt").err == ""
    monkeypatch.setattr(Output, "shows_progress", True)
    put_off("two")
    told = cli("list", "unlearnt")
    assert told.err == "\r\x1b[KBringing search up to date: 100 %\r\x1b[K"
    assert len(told.lines) == 2
    assert cli("list", "unlearnt").err == ""
