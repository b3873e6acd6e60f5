"""A real Miniflux with PostgreSQL on loopback, as Debian packages them, and a server of invented feeds."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path
from typing import Any

import httpx

PASSWORD = "invented-password"
_QUICK_HASH = "$2b$04$l3bUrMEYAcXJvK2By6SMpuLLykzCR2Ey2Mwb0GWltZndAYZzW7eoK"
"""The password's hash at the least cost: Miniflux checks it at each request, which takes 60 ms otherwise."""
_START_SECONDS = 60


def find_programs() -> tuple[Path, Path] | str:
    """Return Miniflux and the folder of PostgreSQL's programs, or why one is missing."""
    miniflux = os.environ.get("ROYA_TUI_MINIFLUX") or shutil.which("miniflux")
    if not miniflux or not os.access(miniflux, os.X_OK):
        return "Miniflux is not installed"
    folders = sorted(glob("/usr/lib/postgresql/*/bin"), key=lambda name: int(name.split("/")[-2]), reverse=True)
    if not folders:
        return "PostgreSQL is not installed"
    return Path(miniflux), Path(folders[0])


class Miniflux:
    """A running server. `url` is its address, `admin` the name of its first user."""

    admin = "admin"

    def __init__(self, folder: Path, miniflux: Path, postgres: Path) -> None:
        self._folder = folder
        self._miniflux = miniflux
        self._postgres = postgres
        self._process: subprocess.Popen[bytes] | None = None
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def start_database(self) -> None:
        data, sockets = self._folder / "data", self._folder / "s"
        sockets.mkdir()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self._folder, "postgres", "postgres")
            shutil.chown(sockets, "postgres", "postgres")
        self._as_postgres("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
        options = f"-c listen_addresses='' -k {sockets} -c fsync=off"
        self._as_postgres("pg_ctl", "-D", data, "-o", options, "-l", self._folder / "log", "-w", "start")
        self._as_postgres("createdb", "-h", sockets, "-U", "postgres", "miniflux")

    def _as_postgres(self, program: str, *arguments: str | Path) -> None:
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        command = [self._postgres / program, *arguments]
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=self._folder, timeout=_START_SECONDS, **user,
        )  # fmt: skip

    def start(self) -> None:
        """Start Miniflux, also again after `stop`."""
        environment = {
            "DATABASE_URL": f"user=postgres dbname=miniflux host={self._folder / 's'} sslmode=disable",
            "RUN_MIGRATIONS": "1",
            "CREATE_ADMIN": "1",
            "ADMIN_USERNAME": self.admin,
            "ADMIN_PASSWORD": PASSWORD,
            "LISTEN_ADDR": f"127.0.0.1:{self._port}",
            "DISABLE_SCHEDULER_SERVICE": "1",
            "POLLING_PARSING_ERROR_LIMIT": "0",
            "HTTP_CLIENT_TIMEOUT": "5",
        }
        with (self._folder / "miniflux.log").open("ab") as log:
            self._process = subprocess.Popen([self._miniflux], env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/healthcheck", trust_env=False).status_code == 200:
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._folder / "miniflux.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop_database(self) -> None:
        with suppress(subprocess.SubprocessError):
            self._as_postgres("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "-w", "stop")

    def sql(self, statement: str) -> None:
        """Run a statement on the database of the server."""
        sockets = self._folder / "s"
        self._as_postgres("psql", "-h", sockets, "-U", "postgres", "-d", "miniflux", "-q", "-c", statement)

    def request(self, method: str, path: str, json: Any = None, user: str = admin) -> Any:
        """Send a request as another client would; return the decoded reply, None if it is empty."""
        credentials = b64encode(f"{user}:{PASSWORD}".encode()).decode()
        reply = httpx.request(
            method, f"{self.url}{path}", json=json, headers={"Authorization": f"Basic {credentials}"}, trust_env=False,
            timeout=60,
        )  # fmt: skip
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def add_user(self, name: str) -> str:
        """Create a user, whose articles are apart from all others; return the name."""
        self.request("POST", "/v1/users", {"username": name, "password": PASSWORD, "is_admin": False})
        self.sql(f"UPDATE users SET password = '{_QUICK_HASH}' WHERE username = '{name}'")
        return name

    def enable_google_reader(self, user: str) -> None:
        """Turn on the Google Reader API for a user, with the same password."""
        self.sql(
            "CREATE EXTENSION IF NOT EXISTS pgcrypto;"
            " UPDATE integrations SET googlereader_enabled = true, googlereader_username = username,"
            f" googlereader_password = crypt('{PASSWORD}', gen_salt('bf')) FROM users"
            f" WHERE users.id = user_id AND username = '{user}'"
        )

    def subscribe(self, url: str, user: str) -> int:
        """Subscribe a user to a feed, which is fetched at once; return the id of the feed."""
        category = self.request("GET", "/v1/categories", user=user)[0]["id"]
        created = self.request("POST", "/v1/feeds", {"feed_url": url, "category_id": category}, user=user)
        return int(created["feed_id"])

    def refresh(self, feed: int, user: str) -> None:
        """Fetch a feed again, also if it did not change."""
        self.request("PUT", f"/v1/feeds/{feed}/refresh", user=user)

    def entries(self, user: str, query: str = "") -> list[dict[str, Any]]:
        """Return the articles of a user, without their order."""
        found = self.request("GET", f"/v1/entries?limit=100000&{query}", user=user)
        return list(found["entries"] or [])

    def mark(self, user: str, ids: Sequence[int], status: str) -> None:
        self.request("PUT", "/v1/entries", {"entry_ids": list(ids), "status": status}, user=user)

    def toggle_star(self, user: str, id: int) -> None:
        self.request("PUT", f"/v1/entries/{id}/bookmark", user=user)


def _free_port() -> int:
    """Return a port that no client connection gets meanwhile, so that the server can start there again."""
    while True:
        with suppress(OSError), socket.create_server(("127.0.0.1", random.randrange(20_000, 32_000))) as free:
            return int(free.getsockname()[1])


@contextmanager
def run_miniflux(folder: Path, programs: tuple[Path, Path]) -> Iterator[Miniflux]:
    """Run a server in a new folder; its path must be short enough for a socket."""
    server = Miniflux(folder, *programs)
    try:
        server.start_database()
        server.start()
        yield server
    finally:
        server.stop()
        server.stop_database()
