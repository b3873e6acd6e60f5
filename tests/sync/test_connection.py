"""Requests to the server of an account: which host receives the login."""

from contextlib import closing

import pytest
from tests.servers import Server
from tests.sync.homes import now

from roya_tui.config import Auth, Config
from roya_tui.model import GOOGLE_READER, Account
from roya_tui.sources import hosts
from roya_tui.sources.http.client import make_client
from roya_tui.sync.backends.google_reader import GoogleReader
from roya_tui.sync.connection import Connection

SECRETS = "invented-password", "invented-session", "invented-key"


async def test_redirect_to_another_host_does_not_pass_on_the_login(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "is_public", lambda address: True)
    with closing(Server()) as other:
        server.reply("/accounts/ClientLogin", body=f"Auth={SECRETS[1]}\n")
        server.redirect("/reader/api/0/subscription/list?output=json", f"{other.url}/elsewhere")
        server.reply("/reader/api/0/tag/list?output=json", body='{"tags": []}')
        other.reply("/elsewhere", body='{"subscriptions": []}')
        account = Account(1, GOOGLE_READER, server.url, "huda")
        auth = Auth(server.url, "huda", SECRETS[0], app_id="1000", app_key=SECRETS[2], exact=True)
        config = Config(auth=(auth,))
        async with make_client(config.refresh) as client:
            backend = GoogleReader(Connection(client, config, account, now))
            await backend.capabilities()
            await backend.subscriptions()
        assert server.asked("/reader/api/0/subscription/list?output=json")[0].headers["appkey"] == SECRETS[2]
        assert [seen.path for seen in other.seen] == ["/elsewhere"]
        assert not any(secret in str(other.seen) for secret in SECRETS)
