"""Names, passwords and tokens: which server receives them, and that they appear nowhere else."""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import keyring
import keyring.backend
import keyring.errors
import pytest
from msgspec.structs import replace
from tests.refresh.conftest import App
from tests.servers import Server

from roya_tui.cli import crash_report
from roya_tui.config import Auth, Config, Refresh, load
from roya_tui.sources.http.client import Request, Response, fetch, make_client
from roya_tui.sources.http.credentials import auth_headers, read_secret
from roya_tui.sources.http.transport import PooledTransport

SECRET = "open-sesame-0xC0FFEE"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def credentials_for(url: str, *auth: Auth) -> dict[str, str]:
    return await auth_headers(httpx.URL(url), auth, read_secret)


NAMED = Auth("news.example", user="reader", password=SECRET)
TOKEN = Auth("https://news.example/v2/", token=SECRET)
KEY = Auth("http://nas.local:8080/feeds", header="X-Api-Key", value=SECRET)


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("https://news.example/rss", {"Authorization": basic("reader", SECRET)}),
        ("https://news.example/v2/rss", {"Authorization": f"Bearer {SECRET}"}),
        ("https://news.example/v20/rss", {"Authorization": basic("reader", SECRET)}),
        ("https://me:m%40ne@news.example/v2/rss", {"Authorization": basic("me", "m@ne")}),
        ("http://news.example/rss", {}), ("https://news.example:8443/rss", {}),
        ("https://news.example.evil.example/rss", {}), ("https://sub.news.example/rss", {}),
        ("http://nas.local:8080/feeds/all", {"X-Api-Key": SECRET}),
        ("http://nas.local:8080/feeds", {"X-Api-Key": SECRET}),
        ("http://nas.local:8080/feedstuff", {}), ("http://nas.local/feeds/all", {}),
        ("https://nas.local:8080/feeds/all", {}),
    ],
)  # fmt: skip
async def test_most_specific_setting_decides_the_header(url: str, field: dict[str, str]) -> None:
    assert await credentials_for(url, NAMED, TOKEN, KEY) == field


async def test_settings_for_http_and_from_the_environment_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Auth("http://news.example/", token=SECRET)
    assert await credentials_for("https://news.example/rss", old) == {"Authorization": f"Bearer {SECRET}"}
    monkeypatch.setenv("NEWS_TOKEN", SECRET + "\n")
    auth = Auth("news.example", token="env:NEWS_TOKEN")
    assert await credentials_for("https://news.example/", auth) == {"Authorization": f"Bearer {SECRET}"}
    monkeypatch.delenv("NEWS_TOKEN")
    assert await failing(auth) == "Roya News needs a secret from the environment variable NEWS_TOKEN, which is not set."


class KeyringStub(keyring.backend.KeyringBackend):
    """A keyring in memory, which can be locked."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password


@pytest.fixture
def keyring_stub() -> Iterator[KeyringStub]:
    before, ours = keyring.get_keyring(), KeyringStub()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


async def test_secret_is_read_from_the_keyring(keyring_stub: KeyringStub, monkeypatch: pytest.MonkeyPatch) -> None:
    auth = Auth("news.example", user="reader", password="keyring:news")
    assert await failing(auth) == (
        "Roya News needs a secret that is not in the system's keyring. Run: keyring set roya-tui news."
    )
    keyring.set_password("roya-tui", "news", SECRET)
    assert await credentials_for("https://news.example/", auth) == {"Authorization": basic("reader", SECRET)}
    keyring_stub.locked = True
    assert "which is locked. Unlock it." in await failing(auth)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert await failing(auth) == (
        "Roya News needs a secret from the system's keyring. Run: pip install 'roya-tui[keyring]'."
    )


async def failing(auth: Auth) -> str:
    """Return the message of a fetch that fails before its request."""
    async with make_client(Refresh()) as connection:
        got = await fetch(connection, Request("https://news.example/rss", "Roya News", auth=(auth,)))
    assert got.kind == "auth"
    return got.message


async def test_credentials_are_sent_to_their_origin_only(server: Server) -> None:
    """The server is a proxy here, so it is each host."""
    server.redirect("http://news.example/rss", "http://other.example/rss")
    server.redirect("http://other.example/rss", "http://news.example/chosen-by-another")
    server.serve("http://news.example/chosen-by-another", "<rss/>")
    auth = (Auth("http://news.example/", token=SECRET), Auth("http://other.example/", token=SECRET))
    async with make_client(Refresh(), PooledTransport(proxy_for=lambda *_: server.url)) as connection:
        got = await fetch(connection, Request("http://news.example/rss", timeout=5, auth=auth))
    assert isinstance(got, Response)
    assert [seen.headers.get("authorization") for seen in server.seen] == [f"Bearer {SECRET}", None, None]


def test_refresh_sends_credentials_and_stores_them_nowhere(app: App, server: Server, tmp_path: Path) -> None:
    """No event, database file, crash report or repr of the configuration may contain a secret."""
    server.reply("/closed", 401)
    server.redirect("/round", "/round")
    urls = [f"{server.url}/closed", f"{server.url}/round", f"http://me:{SECRET}@127.0.0.1:{server.port}/closed"]
    for url in urls[:2]:
        app.add(url)
    app.config = replace(app.config, auth=(Auth(server.url, token=SECRET),))
    app.refresh()
    assert {seen.headers["authorization"] for seen in server.seen} == {f"Bearer {SECRET}"}
    for file in app.paths.data.iterdir():
        assert SECRET.encode() not in file.read_bytes(), file
    app.add(urls[2])
    app.refresh(all_now=True)
    assert SECRET not in json.dumps(app.events)
    assert SECRET not in repr(app.config)
    assert all(SECRET not in app.source(id).error for id in (1, 2, 3))
    try:
        raise RuntimeError(f"about {urls[2]} and {app.config}")
    except RuntimeError as error:
        credentials_for = crash_report.write_report(error, ["roya-tui", "add", urls[2]], tmp_path / "crash")
    [report] = (tmp_path / "crash").iterdir()
    assert SECRET not in credentials_for + report.read_text()


@pytest.mark.parametrize(
    ("text", "auth"),
    [
        (
            '[auth."News.example"]\nuser = "reader"\npassword = "env:NEWS"',
            Auth("news.example", "reader", password="env:NEWS"),
        ),
        ('[auth."https://a.example/v2/"]\ntoken = "x"', Auth("https://a.example/v2/", token="x")),
        ('[auth."a.example"]\nheader = "X-Key"\nvalue = "x"', Auth("a.example", header="X-Key", value="x")),
    ],
)  # fmt: skip
def test_auth_settings_are_loaded(tmp_path: Path, text: str, auth: Auth) -> None:
    (tmp_path / "config.toml").write_text(text)
    assert load(tmp_path / "config.toml") == (Config(auth=(auth,)), [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'[auth."a.example"]\nuser = "{SECRET}"', "must have user and password, token, or header and value."),
        (f'[auth."a.example"]\ntoken = "{SECRET}"\nuser = "x"', "must have user and password"),
        (f'[auth."a.example"]\ntoken = ["{SECRET}"]', 'token must be a secret in quotes, or "env:NAME"'),
        (f'[auth."a.example"]\ntoken = "{SECRET}\\n"', "token must be a secret in quotes"),
        (f'[auth."a.example"]\nheader = "a: {SECRET}"\nvalue = "x"', "header must be the name of a header"),
        ('[auth."a.example"]\nheader = "Host"\nvalue = "x"', "header must be the name of a header"),
        (f'[auth."https://me:{SECRET}@a.example/"]\ntoken = "x"', "A name in [auth] must be a host"),
        (f'[auth."a.example"]\npasswort = "{SECRET}"', "has no setting “passwort”. Did you mean “password”?"),
        (f'[sources."https://me:{SECRET}@a.example/"]\nfull_text = 3', "full_text must be true or false"),
        (f'[auth]\ntoken = "{SECRET}"', "“token” must be a section"),
    ],
)
def test_invalid_auth_settings_are_reported_without_the_secret(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    config, problems = load(tmp_path / "config.toml")
    assert config.auth == ()
    assert any(message in str(problem) for problem in problems), problems
    assert not any(SECRET in str(problem) for problem in problems)
