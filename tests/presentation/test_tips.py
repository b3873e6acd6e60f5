"""Which tip is due after which keys."""

from collections.abc import Sequence

import pytest

from roya_tui.presentation.tips import TIPS, TipChooser


def due(keys: Sequence[str], done: Sequence[str] = ()) -> list[str]:
    """Return the tips that are due while the cursor goes from row 0 and other things are done; each is shown."""
    chooser, index, searches, shown = TipChooser(done), 0, 0, []
    for key in keys:
        action = ""
        match key:
            case "j" | "story" | "changed" | "both":
                index += 1
                kinds = {"is_story": key in ("story", "both"), "is_changed": key in ("changed", "both")}
                action = chooser.after_move(index, **kinds)
            case "end":
                index += 7
                action = chooser.after_move(index, is_changed=False, is_story=False)
            case "mark":
                action = chooser.after_mark()
            case "find":
                searches += 1
                action = chooser.after_search(searches)
            case _:
                chooser.use(key)
        if action:
            shown.append(action)
            chooser.finish(action)
    return shown


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["mark", "mark"], ["undo"]),
        (["undo", "mark"], []),
        (["changed", "changed"], ["changes"]),
        (["changes", "changed"], []),
        (["story", "story"], ["expand"]),
        (["expand", "story"], []),
        (["both", "both", "both"], ["changes", "expand"]),
        (["j"] * 9, []),
        (["j"] * 30, ["search"]),
        (["search", *["j"] * 30], []),
        (["j"] * 9 + ["end"] + ["j"] * 9, []),
        (["j"] * 9 + ["star"] + ["j"] * 9, []),
        (["find", "find"], []),
        (["find", "find", "find", "find"], ["save-search"]),
        (["find", "find", "save-search", "find"], []),
    ],
)
def test_tip_is_due_once_and_only_before_its_key_was_used(keys: Sequence[str], expected: Sequence[str]) -> None:
    assert due(keys) == expected
    assert due(keys, done=tuple(TIPS)) == []
