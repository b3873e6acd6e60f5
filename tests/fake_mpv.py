"""A program called mpv that plays nothing: a test moves its position, and makes it fail in every way."""

import json
import os
import sys
from pathlib import Path

_PROGRAM = """#!{python} -S
import json, os, select, signal, sys

folder, silent, duration = {folder!r}, {silent!r}, {duration!r}
option = lambda name: [word.split("=", 1)[1] for word in sys.argv if word.startswith(name + "=")][-1]
ipc = int(option("--input-ipc-client").removeprefix("fd://"))
position = float(option("--start"))
log = open(folder + "/log", "a")
orders = os.open(folder + "/orders", os.O_RDWR)
signal.alarm(120)  # whatever happens to the test
if silent:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

def note(**words):
    print(json.dumps(words), file=log, flush=True)

def send(**event):
    os.write(ipc, json.dumps(event).encode() + b"\\n")

def change(name, value):
    send(event="property-change", id=1, name=name, data=value)

def obey(order, words):
    global position
    if order == "play":
        position += float(words)
        change("time-pos", position)
    elif order == "end":
        send(event="end-file", reason="eof")
        sys.exit(0)
    elif order == "quit":
        send(event="end-file", reason="quit")
        sys.exit(0)
    elif order == "fail":
        print("libnoise: warning", file=sys.stderr)
        print(words)
        send(event="end-file", reason="error", file_error="loading failed")
        sys.exit(2)
    elif order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "send":
        with open(words, "rb") as file:
            data = file.read()
        while data:
            data = data[os.write(ipc, data):]
    elif order == "close":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.close(ipc)
        signal.pause()

note(argv=sys.argv[1:], pid=os.getpid())
pending = b""
while True:
    ready = select.select([orders] if silent else [ipc, orders], [], [])[0]
    if orders in ready:
        for line in os.read(orders, 65536).decode().splitlines():
            obey(*line.split(" ", 1))
    elif ipc in ready:
        try:
            data = os.read(ipc, 65536)
        except ConnectionResetError:
            data = b""
        if not data:
            note(closed=True)
            sys.exit(0)
        *lines, pending = (pending + data).split(b"\\n")
        for line in lines:
            command = json.loads(line)["command"]
            note(command=command)
            if command[0] == "observe_property" and command[2] == "time-pos":
                change("duration", duration)
                change("time-pos", position)
            elif command[0] == "seek":
                position = max(0.0, position + command[1])
                change("time-pos", position)
            elif command[0] == "set_property":
                change("pause", command[2])
"""


class FakeMpv:
    """The program, in a folder of its own for PATH."""

    def __init__(self, folder: Path, *, silent: bool = False, duration: float = 2700.0) -> None:
        """With `silent` it reads and answers nothing, and ignores SIGTERM."""
        folder.mkdir()
        self.folder = folder
        self.path = folder / "mpv"
        program = _PROGRAM.format(python=sys.executable, folder=str(folder), silent=silent, duration=duration)
        self.path.write_text(program, "utf-8")
        self.path.chmod(0o755)
        self._orders = folder / "orders"
        os.mkfifo(self._orders)
        # Open at both ends, so that no order waits for the program.
        self._pipe = os.open(self._orders, os.O_RDWR)

    def tell(self, order: str, words: object = 0) -> None:
        """Let it `play` some seconds, `fail` with a message, `send` a file, or `end`, `quit`, `die` or `close`."""
        os.write(self._pipe, f"{order} {words}\n".encode())

    def _logged(self, name: str) -> list[object]:
        log = self.folder / "log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [entry[name] for entry in map(json.loads, lines) if name in entry]

    @property
    def runs(self) -> list[list[str]]:
        """The arguments of each run."""
        return self._logged("argv")  # type: ignore[return-value]

    @property
    def pids(self) -> list[int]:
        return self._logged("pid")  # type: ignore[return-value]

    @property
    def commands(self) -> list[list[object]]:
        """The commands that it got, except what it should observe."""
        return [command for command in self._logged("command") if command[0] != "observe_property"]  # type: ignore[index,misc]

    @property
    def saw_its_socket_close(self) -> bool:
        return bool(self._logged("closed"))
