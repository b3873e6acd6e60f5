"""Hooks, [hooks] in config.toml: programs that run after a refresh, when a rule matches and when an article is opened.

They run without a shell and get articles as JSON on standard input, never as arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping as Dict

from msgspec import Struct, field

from roya_tui.config.validators import InvalidValue
from roya_tui.translation import gettext_noop

EVENTS = ("after_refresh", "on_match", "on_open")


class Hook(Struct, frozen=True):
    """A program and its arguments, and when it runs."""

    event: str
    """One of `EVENTS`."""
    command: tuple[str, ...]
    rule: str = ""
    """The name of the rule of "on_match"."""

    @property
    def name(self) -> str:
        return f"{self.event}.{self.rule}" if self.rule else self.event


class Hooks(Struct, frozen=True):
    after_refresh: tuple[str, ...] = ()
    """A program and its arguments; () for none."""
    on_open: tuple[str, ...] = ()
    on_match: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a rule → a program and its arguments."""
    timeout: float = 30.0
    """Seconds after which a program is stopped, with all that it started."""
    at_once: int = 2
    """Programs that run at the same time."""

    @property
    def all(self) -> list[Hook]:
        """All hooks, in the order of `EVENTS`."""
        of_rules = [Hook("on_match", command, rule) for rule, command in self.on_match.items()]
        hooks = [Hook("after_refresh", self.after_refresh), *of_rules, Hook("on_open", self.on_open)]
        return [hook for hook in hooks if hook.command]


def validate_command(value: object) -> tuple[str, ...]:
    """Return the program and its arguments; the program is a name, or has an absolute path. Raises `InvalidValue`."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value) or not value[0]:
        example = '["~/bin/save-articles", "news"]'
        raise InvalidValue(gettext_noop("{setting} must be a program and its arguments: {example}."), example=example)
    program = os.path.expanduser(value[0])
    if os.path.basename(program) != program and not os.path.isabs(program):
        # It would depend on the folder in which the app is started.
        message = gettext_noop("{setting} must be the name of a program, or a path that begins with {root} or {home}.")
        raise InvalidValue(message, root=os.path.abspath(os.sep), home="~")
    return tuple(value)
