"""All commands: options, usage errors, crashes, signals, pipes and terminals."""

import gc
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest
from tests.cli.conftest import Cli, add_pending, configure

import roya_tui.cli
from roya_tui import __version__
from roya_tui.cli import crash_report, plain
from roya_tui.cli.commands import tags
from roya_tui.cli.launcher import _greeting
from roya_tui.cli.output import Output, display_width
from roya_tui.cli.session import Session
from roya_tui.cli.terminal import Terminal, detect_terminal
from roya_tui.config import load, resolve_paths

WIDE = Terminal(interactive=True, dumb=False, columns=200, utf8=True, colors="none", rtl="off")
posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def start(home: Path, *argv: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    environ = {**os.environ, "ROYA_TUI_HOME": str(home), "TERM": "xterm-256color"} | options.pop("environ", {})
    options.setdefault("stdout", subprocess.PIPE)
    command = [sys.executable, "-m", "roya_tui", *argv]
    return subprocess.run(command, env=environ, stderr=subprocess.PIPE, timeout=30, check=False, **options)


def in_shell(home: Path, command: str) -> subprocess.CompletedProcess[bytes]:
    """Run `list` in a shell, which adds redirections."""
    environ = {**os.environ, "ROYA_TUI_HOME": str(home)}
    line = f'"{sys.executable}" -m roya_tui list {command}'
    return subprocess.run(line, shell=True, env=environ, capture_output=True, timeout=30, check=False)


def test_version_is_printed_before_and_after_a_command(cli: Cli) -> None:
    for argv in (["--version"], ["-V"], ["list", "--version"], ["mark", "-V"], ["list", "water", "-V"]):
        assert cli(*argv).out == f"roya-tui {__version__}\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["lsit"], "“lsit” is not a command. Did you mean list?"),
        (["sync"], "“sync” is not a command. Did you mean account sync?"),
        (["zebra"], "“zebra” is not a command. List the commands: roya-tui help"),
        (["list", "--limt", "3"], "“roya-tui list” has no option --limt. Did you mean --limit?"),
        (["list", "--limit", "few"], "--limit: “few” is not a number such as 20."),
        (["list", "-n"], "--limit needs a value: --limit N"),
        (["list", "-n", "-5"], "--limit: “-5” is not a number such as 20."),
        (["list", "-n", "-sport"], "--limit needs a value: --limit N"),
        (["list", "--home", ""], "--home needs a value: --home DIR"),
        (["--home="], "--home needs a value: --home DIR"),
        (["list", "--home", "-sport"], "--home needs a value: --home DIR"),
        (["--home", "-sport", "list"], "--home needs a value: --home DIR"),
        (["list", "--json", "--tsv"], "--tsv and --json cannot be combined."),
        (["list", "--json=3"], "--json takes no value."),
        (["list", "search:nope"], "There is no saved search “nope”."),
        (["show", "seven"], "“seven” is not an article number. Run roya-tui list to see the numbers."),
        (["show"], "NUMBER is required. Example: roya-tui show 17"),
        (["show", "--format", "pdf", "3"], "--format must be one of: text, markdown, html, epub, json."),
        (["show", "--json", "3"], "“roya-tui show” has no option --json. Did you mean --format json?"),
        (["--json", "show", "3"], "“roya-tui show” has no option --json. Did you mean --format json?"),
        (["--limit", "3", "list"], "--limit belongs after the command: roya-tui list --limit"),
        (["--offlin"], "“roya-tui” has no option --offlin. Did you mean --offline?"),
        (["--offline", "show", "3", "--forse"], "“roya-tui show” has no option --forse. Did you mean --force?"),
        (["mark"], "read|unread|star|unstar is required. Example: roya-tui mark read 'source:courier before:7d'"),
        (["mark", "read"], "QUERY is required. Example: roya-tui mark read 'source:courier before:7d'"),
        (["mark", "done", "x"], "“roya-tui mark” has no command “done”. Use one of: read, unread, star, unstar."),
        (["tags", "merge", "x"], "OTHER is required. Example: roya-tui tags merge wells water"),
        (["tags", "--query", "tag:x"], "“roya-tui tags” has no option --query."),
        (["--query", "tag:x", "tags"], "“roya-tui tags” has no option --query."),
        (["sources", "-x"], "“roya-tui sources” has no option -x."),
        (["export", "--list"], "“roya-tui export” has no option --list. List its options: roya-tui export --help"),
        (["export", "a", "b"], "Unexpected argument “b”. Usage: roya-tui export [FILE] [OPTIONS]"),
        (["undo", "3"], "“roya-tui undo” has no command “3”. Use one of: list."),
    ],
)
def test_usage_error_is_one_line_with_the_nearest_name(cli: Cli, argv: list[str], message: str) -> None:
    result = cli(*argv)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"roya-tui: {message}")
    assert result.err.count("\n") == 1


def test_short_options_are_not_negated_words(cli: Cli, tmp_path: Path) -> None:
    for argv in (["-n", "3"], ["-n3"], ["--limit", "3"], ["-lottery", "-n3"], ["--", "-n3"], ["-n3", "--", "-n"]):
        assert len(cli("list", *argv).lines) == (50 if argv[0] == "--" else 3)
    assert cli("list", "-n", "0", "--", "-water").out == cli("list", "-n0", "-water").out != cli("list", "-n0").out
    file = tmp_path / "a.txt"
    assert cli("show", "1", f"-o{file}").code == 0
    assert cli("show", "1", "-o", str(file)).code == 1
    assert cli("show", "1", "-fo", str(file)).code == 0
    for argv, message in (
        (["-fx"], "“roya-tui show” has no option -x."),
        (["--force=x"], "--force takes no value."),
    ):
        assert cli("show", "1", *argv).err.startswith(f"roya-tui: {message}")
    for argv in (["tag", "title:harbour", "--", "-h"], ["tag", "title:harbour", "-n"], ["mark", "read", "--", "-n"]):
        assert cli(*argv).code == 0


def test_global_options_work_before_and_after_a_command(cli: Cli) -> None:
    assert cli("--samples", "tags").out == cli("tags", "--samples", "--ascii").out != ""
    assert cli("--query", "-water", "list", "-n0").out == cli("list", "-n0", "--query", "-water").out != ""
    assert cli("rules", "--json", "list").json == cli("rules", "--json").json == []


def test_home_option_works_before_and_after_the_command(cli: Cli, tmp_path: Path) -> None:
    for name, argv in (("a", ["--home", str(tmp_path / "a"), "tags"]), ("b", ["tags", "--home", str(tmp_path / "b")])):
        assert cli(*argv).code == 0
        assert (tmp_path / name / "news.db").exists()


@pytest.mark.parametrize(
    ("module", "function", "argv"), [(tags, "manage_tags", ("tags",)), (plain, "run", ("--plain",))]
)
def test_garbage_collection_is_enabled_while_a_command_runs(cli, monkeypatch, module, function, argv) -> None:
    gc.disable()  # as while the app loads
    seen: list[bool] = []
    monkeypatch.setattr(module, function, lambda *_: seen.append(gc.isenabled()) or 0)
    try:
        assert cli(*argv).code == 0
    finally:
        gc.enable()
    assert seen == [True]


def test_crash_is_reported_in_a_file_without_passwords(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
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


def test_crash_report_has_the_origin_of_a_wrapped_error(tmp_path: Path) -> None:
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
def test_full_disk_is_read_and_gets_no_empty_report(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["unshare", "-rm", "sh", "-c", FULL_DISK, "sh", str(disk), sys.executable]
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip("needs unshare")
    if done.returncode in (1, 77):
        pytest.skip("file systems cannot be mounted")
    assert done.returncode == 0, done
    assert "Roya News" in done.stdout
    assert "the disk is full" in done.stderr
    assert "I/O" not in done.stderr
    (report,) = tmp_path.glob("crash-*.txt")
    assert str(report) in done.stderr
    assert done.stderr.splitlines()[-2:] == ["fill", "home"]


@pytest.mark.parametrize(
    ("argv", "environ", "message"),
    [
        (["--home", "~nosuchuser", "sources"], {},
         "--home ~nosuchuser: there is no such home folder. Use an absolute path."),
        (["sources", "--home", "~nosuchuser/news"], {},
         "--home ~nosuchuser/news: there is no such home folder. Use an absolute path."),
        (["sources"], {"ROYA_TUI_HOME": "~nosuchuser"},
         "ROYA_TUI_HOME ~nosuchuser: there is no such home folder. Use an absolute path."),
    ],
)  # fmt: skip
def test_unknown_home_folder_is_a_usage_error(tmp_path: Path, argv: list[str], environ, message: str) -> None:
    done = start(tmp_path, *argv, environ=environ, cwd=tmp_path)
    assert (done.returncode, done.stderr.decode()) == (2, f"roya-tui: {message}\n")
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_home_folder_of_an_unknown_user_is_a_usage_error(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    def getpwuid(_: int) -> None:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", getpwuid)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert roya_tui.cli.run(["sources"], {}) == 2
    assert capsys.readouterr().err == "roya-tui: Your home folder is unknown. Set HOME, or use --home DIR.\n"


def test_unusable_home_or_database_is_an_error_of_one_line(cli: Cli, home: Path, tmp_path: Path) -> None:
    home.mkdir()
    (home / "news.db").write_bytes(b"not a database " * 100)
    result = cli("list")
    assert result.code == 1
    assert re.fullmatch(r"roya-tui: The database .* is damaged\. [^\n]*\n", result.err)
    (tmp_path / "file").write_text("x")
    result = cli("list", "--home", str(tmp_path / "file"))
    assert result.code == 1
    assert re.fullmatch(r"roya-tui: Cannot use the folder[^\n]*\n", result.err)


def test_wrong_configuration_does_not_stop_a_command(cli: Cli, home: Path) -> None:
    configure(home, "[look\n")
    listing = cli("list")
    assert listing.code == 0
    assert len(listing.lines) == 50
    assert re.fullmatch(r"roya-tui: .*config.toml, line 1, column 6: This is not valid TOML: .*\n", listing.err)
    doctor = cli("doctor")
    assert doctor.code == 1
    assert "config.toml, line 1" in doctor.out


def test_app_starts_with_the_first_problem_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[look]\nascii = 3\nteme = 1\n[keep]\ndays = -1\n")
    where = resolve_paths(str(tmp_path), {})
    config, problems = load(where.config)
    output = Output(sys.stdout, sys.stderr, detect_terminal(sys.stdout, {}))
    for count, end in ((0, ""), (1, "false."), (3, "false. (2 more: roya-tui doctor)")):
        message = _greeting(Session(where, config, tuple(problems[:count]), output, now=0))
        assert message == (f"config.toml, line 2: [look] ascii must be true or {end}" if count else "")


def test_app_in_a_pipe_names_commands_to_use_instead(cli: Cli, home: Path) -> None:
    result = cli()
    assert result.code == 1
    assert "needs a terminal" in result.err
    assert "roya-tui list" in result.err
    assert "roya-tui show NUMBER" in result.err
    assert not home.exists()


def test_dumb_terminal_gets_plain_mode(home: Path) -> None:
    pytest.importorskip("fcntl")
    from tests.terminal.driver import Terminal as Pty

    environment = {"TERM": "dumb", "ROYA_TUI_HOME": str(home)}
    command = [sys.executable, "-m", "roya_tui", "--offline"]
    with Pty(command, environment=environment, columns=60, rows=20) as terminal:
        terminal.wait_for("more: press enter.\nCommand:")
        assert b"This terminal cannot move its cursor, so plain mode is used." in terminal.raw
        terminal.press(*"16", "enter")
        terminal.wait_for("Press enter for more.\nCommand:")
        terminal.press("enter")
        terminal.wait_for("Heading 2: Where the money goes")
        terminal.press("q", "enter", "q", "enter")
        assert terminal.wait_exit() == 0
        assert b"\x1b" not in terminal.raw
        assert max(map(len, terminal.screen.text().splitlines())) < 60, "words are wrapped whole"


def test_list_and_show_import_no_heavy_modules(home: Path) -> None:
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


def test_closed_pipe_is_not_an_error(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as head does when it has enough
    for argv in (["list", "--json"], ["--help"]):
        done = start(home, *argv, stdout=writing)
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(writing)


@posix_only
@pytest.mark.parametrize("closing", [">&-", ">&- 2>&- <&-"])
def test_closed_streams_are_not_an_error(home: Path, closing: str) -> None:
    done = in_shell(home, closing)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert (home / "news.db").read_bytes().startswith(b"SQLite format 3")


@posix_only
def test_sigterm_leaves_no_temporary_files(home: Path, tmp_path: Path) -> None:
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
def test_full_output_device_is_an_error(home: Path) -> None:
    done = in_shell(home, "> /dev/full")
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_to_a_full_output_device_is_an_error(home: Path, option: str) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "roya_tui", "--home", str(home), option]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr


def test_pipe_gets_utf8_in_any_locale(home: Path) -> None:
    done = start(home, "list", "lang:ar", environ={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert done.returncode == 0
    assert "غصن الزيتون" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("environ", "mark"),
    [
        ({"LC_ALL": "C"}, b'"'),
        ({"LC_ALL": "", "LC_CTYPE": "", "LANG": "C"}, b'"'),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "“".encode()),
        ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, b'"'),
        ({"LANG": "ar_JO.utf8@latin"}, "“".encode()),
        ({"LANG": "de_DE.ISO-8859-15"}, b'"'),
        ({"LC_ALL": "", "LC_CTYPE": "", "LANG": ""}, "“".encode()),
        ({"PYTHONIOENCODING": "ascii"}, b'"'),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="Windows has no such variables")
def test_messages_have_ascii_signs_unless_the_locale_is_utf8(home: Path, environ: dict[str, str], mark: bytes) -> None:
    listed = start(home, "list", "lang:ar", environ=environ)
    assert listed.returncode == 0
    assert ("غصن الزيتون".encode() in listed.stdout) != ("PYTHONIOENCODING" in environ), "replaced, not refused"
    failed = start(home, "searches", "remove", "no such", environ=environ)
    assert b"There is no saved search " + mark + b"no such" in failed.stderr


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
def test_order_of_right_to_left_text_depends_on_the_terminal(environ: dict[str, str], rtl: str) -> None:
    assert detect_terminal(sys.stdout, {"TERM": "xterm", **environ}).rtl == rtl


@pytest.mark.parametrize(
    ("command", "heading"),
    [("tags", "all unread tag"), ("sources", "no. all unread folder name status 8 weeks rate")],
)
def test_numbers_have_a_heading_only_on_a_terminal(cli, monkeypatch, command: str, heading: str) -> None:
    piped = cli(command).lines
    monkeypatch.setattr(roya_tui.cli, "detect_terminal", lambda *_: WIDE)
    first, *rest = cli(command).lines
    assert first.split() == heading.split()
    assert len(rest) == len(piped)
    assert piped[0].split()[0].isdigit()


@posix_only
def test_interrupt_while_loading_prints_no_traceback(home: Path) -> None:
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


def test_lines_fit_the_width_of_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Terminal(interactive=True, dumb=False, columns=60, utf8=True, colors="none", rtl="visual")
    monkeypatch.setattr(roya_tui.cli, "detect_terminal", lambda *_: narrow)
    result = cli("list", "--limit", "20")
    lines = re.sub(r"\x1b\[8[hl]", "", result.out).splitlines()
    assert len(lines) == 20
    assert all(display_width(line) <= 60 for line in lines)
    assert any("…" in line for line in lines)
    assert re.fullmatch(r"20 of \d+ articles\. --limit 0 lists all; roya-tui show NUMBER shows one\.\n", result.err)


def test_progress_is_shown_only_on_a_terminal(cli: Cli, db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roya_tui.cli.session._MANY", 0)
    add_pending(db, "Unlearnt one")
    assert cli("list", "unlearnt").err == ""
    monkeypatch.setattr(Output, "shows_progress", True)
    add_pending(db, "Unlearnt two")
    result = cli("list", "unlearnt")
    assert result.err == "\r\x1b[KUpdating the search index: 100 %\r\x1b[K"
    assert len(result.lines) == 2
    assert cli("list", "unlearnt").err == ""
