"""The screen is made of layers that share one object: what is private to one must not be another's by chance."""

from __future__ import annotations

from collections import defaultdict

from roya_tui.ui.news import News

GO_ON = {"_set_width"}
"""Those that one layer does after another."""


def test_no_two_layers_have_private_methods_of_one_name() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for layer in News.__mro__:
        if layer.__module__.startswith("roya_tui."):
            for name, value in vars(layer).items():
                if name.startswith("_") and not name.startswith("__") and callable(value):
                    owners[name].append(layer.__name__)
    assert {name: found for name, found in owners.items() if len(found) > 1 and name not in GO_ON} == {}
