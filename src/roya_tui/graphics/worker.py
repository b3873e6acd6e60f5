"""The picture worker: decodes pictures in a sandbox."""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec

from roya_tui.graphics import pillow
from roya_tui.graphics.jobs import BROKEN, TOO_MUCH, RenderJob, RenderLimits
from roya_tui.sandbox.worker import serve


def main(limits: RenderLimits) -> None:
    """Serve jobs until the input ends."""

    def handle(job: RenderJob, restart_clock: Callable[[], None]) -> bytes:
        try:
            return msgspec.msgpack.encode(pillow.render(job, limits))
        except MemoryError:
            return msgspec.msgpack.encode(TOO_MUCH)
        except Exception:  # noqa: BLE001
            return msgspec.msgpack.encode(BROKEN)  # decoders raise many exception types for broken files

    serve(msgspec.msgpack.Decoder(RenderJob).decode, handle, limits)


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=RenderLimits))
