"""Hostile arguments: commands print no control characters and no passwords."""

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.test_invocation import start

from roya_tui.cli import crash_report, run
from roya_tui.text import message

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
TITLE = "\x1b]0;X\x07"
C1_TITLE = "\x9d0;X\x9c"
PASSWORDS = (
    "QzkvJwxq Sesame", " QzkvJwxq", "QzkvJwxq ", "12/34", "80", "Qzkv//Jwxq", "Qzkv://Jwxq", "Qzkv\\Jwxq", "Qzkv%Jwxq",
    *(f"Qzkv{sign}Jwxq" for sign in "/?#@:"), *(f"{sign}QzkvJwxq" for sign in "/?#@:"), "Qzkv@Jwxq/x@y?z#w",
    'Qzkv"Jwxq', "Qzkv'Jwxq", "Qzkv“Jwxq”", "Qzkv]Jwxq", "Qzkv[Jwxq", "Qzkv\tJwxq", "Qzkv\nJwxq", "فتح/سمسم",
    "Qzkv\u200bJwxq", "Qzkv\x1b[31mJwxq", "Qzkv,Jwxq;x=y&z",
)  # fmt: skip
ADDRESSES = ("http://reader:{}@host.invalid/feed", "reader:{}@host.invalid/feed", "//reader:{}@host.invalid")


def assert_safe(written: bytes, *secrets: str) -> None:
    text = written.decode("utf-8")
    assert not CONTROLS.search(text), text
    for secret in secrets:
        assert secret not in text


def pieces(password: str) -> tuple[str, ...]:
    """The password, and its words of three or more letters, as partial hiding would leave them."""
    words = [word for word in re.split(r"[^\w]+", CONTROLS.sub("", password)) if len(word) > 2]
    return (password, *words)


@pytest.mark.parametrize(
    "argv",
    [
        (f"--{TITLE}",), (f"--{C1_TITLE}",), (f"{TITLE}",), (f"lsit{TITLE}",), ("list", f"--{TITLE}"),
        ("list", f"--limit={TITLE}"), ("list", "--limit", TITLE), ("list", f"--json={TITLE}"), ("list", f"is:{TITLE}"),
        ("list", f"({TITLE}"), ("show", TITLE), ("mark", TITLE, "1"), ("refresh", TITLE),
        ("refresh", f"--offline={C1_TITLE}"), ("sources", TITLE), ("sources", C1_TITLE), ("remove", TITLE),
        ("rules", "add", TITLE, f"({C1_TITLE}"), ("rules", TITLE), ("searches", "remove", TITLE),
        ("import", f"/no/{TITLE}"), ("export", f"/no/such/{TITLE}"), ("add", f"/no/{TITLE}"),
        ("add", f"gopher://{TITLE}"), ("add", "--zone", TITLE, "x"), ("add", "--mapping", TITLE, "x"),
        ("inspect", f"./{C1_TITLE}"), ("briefing", "--since", TITLE), ("--query", f"({TITLE}", "list"), ("--home",),
    ],
)  # fmt: skip
def test_no_control_character_is_printed_when_arguments_are_hostile(tmp_path: Path, argv: tuple[str, ...]) -> None:
    code, written = printed(tmp_path / "home", "--offline", *argv)
    assert_safe(written)
    assert code != 0
    assert written


def test_no_control_character_is_printed_by_a_process(tmp_path: Path) -> None:
    done = start(tmp_path / "home", "--offline", "list", f"--{TITLE}{C1_TITLE}")
    assert_safe(done.stdout + done.stderr)
    assert done.returncode == 2


@pytest.mark.parametrize("password", PASSWORDS)
def test_no_password_is_printed_when_an_address_is_refused_or_added(tmp_path: Path, password: str) -> None:
    typed = [address.format(password) for address in ADDRESSES]
    for argv in (
        ["add", *typed],
        ["inspect", typed[0]],
        [typed[0]],
        [typed[1]],
        ["--nothing", *typed],
        ["show", typed[0]],
    ):
        assert_safe(printed(tmp_path / "home", "--offline", *argv)[1], *pieces(password))


@pytest.mark.parametrize("password", PASSWORDS)
def test_crash_report_has_no_password(tmp_path: Path, password: str) -> None:
    for number, address in enumerate(ADDRESSES):
        typed = address.format(password)
        folder = tmp_path / str(number)
        try:
            raise RuntimeError(f"about {typed} and {typed!r}")
        except RuntimeError as error:
            crash_report.write_report(error, ["add", typed], folder)
        (report,) = folder.iterdir()
        assert "host.invalid" in report.read_text()
        assert_safe(report.read_bytes(), *pieces(password))


def printed(home: Path, *argv: str) -> tuple[int, bytes]:
    """Run a command in this process; return its exit code and its output."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, "utf-8", write_through=True)
    with redirect_stdout(stream), redirect_stderr(stream):
        code = run(argv, {"ROYA_TUI_HOME": str(home), "TERM": "xterm-256color"})
    stream.flush()
    return code, written.getvalue()


COMMANDS = ("", *"add inspect list show sources refresh mark remove tags rules searches import help".split())
WORDS = st.text(
    st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)) | st.sampled_from("\x1b\x07\x9b\x9d-[]")
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@settings(max_examples=60)
@given(st.sampled_from(COMMANDS), st.sampled_from(("", "--", "--limit=", "--json=", "http://", "./")), WORDS)
def test_no_control_character_is_printed_for_any_argument(home: Path, command: str, before: str, word: str) -> None:
    assert_safe(printed(home, "--offline", *([command] if command else []), before + word)[1])


@given(
    st.sampled_from(("add", "inspect", "sources", "show", "nothing", "--nothing")),
    st.sampled_from(("http", "https", "feed", "ftp")),
    st.text("/?#@: %\\\"'“[]\n\tش", max_size=5),
    st.text("/?#@: %\\\"'“[]\n\tش", max_size=5),
)
def test_no_password_is_printed_for_any_address(home: Path, command: str, scheme: str, before: str, after: str) -> None:
    typed = f"{scheme}://reader:{before}sesame{after}sesame@host.invalid/feed"
    assert_safe(printed(home, "--offline", command, typed)[1], "sesame")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://reader:p/ss@host/x is closed", "http://…@host/x is closed"),
        ("https://token@host/x", "https://…@host/x"),
        ("“reader:p/ss@host” is closed", "“…@host” is closed"),
        ("Not found: https://social.example/@me", "Not found: https://social.example/@me"),
        ("https://host.example:8443/feed", "https://host.example:8443/feed"),
        ("roya-tui: error: write to me@host.example", "roya-tui: error: write to me@host.example"),
    ],
)
def test_message_hides_credentials_and_nothing_else(text: str, shown: str) -> None:
    assert message(text) == shown
