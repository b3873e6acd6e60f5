"""The parse worker: turns documents into rows in a sandbox, without network and database."""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec

from roya_tui.refresh.parse_jobs import PageJob, ParseJob, run_job
from roya_tui.sandbox.worker import Limits, serve
from roya_tui.sources.compression import RawDocument
from roya_tui.translation import use_environment

_WARM_UP_JOB = ParseJob((RawDocument("<rss><channel><item><title>ا</title></item></channel></rss>".encode()),))
"""Loads all modules that most jobs need."""


def _handle(job: ParseJob, restart_clock: Callable[[], None]) -> bytes:
    return msgspec.msgpack.encode(run_job(job, restart_clock))


if __name__ == "__main__":
    use_environment()
    limits = msgspec.json.decode(sys.argv[1], type=Limits)
    serve(msgspec.msgpack.Decoder(ParseJob | PageJob).decode, _handle, limits, warm_up=lambda: run_job(_WARM_UP_JOB))
