"""Several programs at one store: nobody hears that it is locked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.refresh.together import trouble, work_together
from tests.servers import Server


@pytest.mark.skipif(os.name == "nt", reason="needs a pty")
def test_two_refreshes_a_reader_and_a_program_that_marks_do_not_get_into_each_others_way(
    tmp_path: Path, server: Server
) -> None:
    came = work_together(tmp_path, server, seconds=5, feeds=15)
    assert trouble(came.said) == ()
    assert set(came.refreshes) <= {0, 4}
    assert set(came.marks) == {0}
    assert came.refreshes[0]
    assert came.articles >= 15 * 40
    assert came.damage == ()
