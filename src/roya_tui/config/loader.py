"""config.toml → Config. Whatever is wrong in it is told, and its default stands: the program always starts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from roya_tui.config import share_commands, validators
from roya_tui.config.accounts import split
from roya_tui.config.settings import (
    Auth,
    Config,
    Dates,
    JsonMapping,
    Keep,
    Look,
    Offline,
    Reading,
    Refresh,
    SourceSettings,
)
from roya_tui.text import one_line

_SETTINGS: dict[str, dict[str, validators.Validator]] = {
    "look": {"theme": validators.string, "ascii": validators.flag, "plain": validators.flag},
    "dates": {"format": validators.date_format, "zone": validators.zone("local", "source")},
    "reading": {
        "width": validators.number(40, 120),
        "mark_read": validators.mark_read,
        "pictures": validators.choice("inline", "captions", "off"),
        "graphics": validators.choice("auto", "kitty", "iterm", "sixel", "blocks"),
        "rtl": validators.choice("auto", "visual", "terminal", "words", "off"),
        "fold": validators.flag,
        "story": validators.choice("one", "all"),
        "prefer": validators.source_names,
    },
    "refresh": {
        "every": validators.integer_seconds("10m", "24h"),
        "on_start": validators.flag,
        "at_once": validators.number(1, 256),
        "per_host": validators.number(1, 32),
        "spacing": validators.seconds("0s", "60s"),
        "timeout": validators.seconds("1s", "10m"),
        "max_bytes": validators.size("10KB", "1GB"),
        "inside": validators.hosts,
        "metered": validators.flag,
    },
    "offline": {
        "pictures": validators.flag,
        "days": validators.number(1, 3650),
        "count": validators.number(1, 10_000),
        "picture_bytes": validators.size("10KB", "50MB"),
        "cache": validators.size("1MB", "100GB"),
    },
    "keep": {"days": validators.number(0, 36500)},
}
_SOURCE_SETTINGS: dict[str, validators.Validator] = {
    "full_text": validators.flag,
    "keep_days": validators.number(0, 36500),
    "per_day": validators.number(0, 1000),
}
_MAPPING: dict[str, validators.Validator] = {
    **{field: validators.json_path for field in JsonMapping.__struct_fields__ if field != "name"},
    "date": validators.json_path,  # what most call published
    "zone": validators.zone(""),
    "dates": validators.date_hint,
    "feed_title": validators.string,
    "homepage": validators.string,
}
_AUTH: dict[str, validators.Validator] = {
    "user": validators.string,
    "password": validators.secret,
    "token": validators.secret,
    "header": validators.header,
    "value": validators.secret,
}
_AUTH_METHODS = ({"user", "password"}, {"token"}, {"header", "value"})
_SHARE: dict[str, validators.Validator] = {"run": share_commands.validate_arguments, "terminal": validators.flag}
_SECTIONS = (*_SETTINGS, "sources", "auth", "share", "keys", "mappings")
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")


class Problem(Struct, frozen=True):
    """Something in config.toml that is not used, in a sentence; `str()` names the file and the line too."""

    file: Path
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = "".join(
            f", {word} {count}" for word, count in (("line", self.line), ("column", self.column)) if count is not None
        )
        return f"{self.file}{where}: {self.message}"

    @property
    def short(self) -> str:
        """The same for one line of a screen: without the folder and the column."""
        line = "" if self.line is None else f" line {self.line}"
        return f"{self.file.name}{line}: {self.message}"


def load(
    file: Path, actions: Collection[str] | None = None, themes: Collection[str] | None = None
) -> tuple[Config, list[Problem]]:
    """Read `file` into a Config, and tell what in it was wrong; no file is no problem.

    `actions` are the names that [keys] may have and `themes` those of `look.theme`; where they are None, as for
    commands that show no screen, those names are taken as they are.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return Config(), []
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Config(), [Problem(file, "The file is not UTF-8 text. The defaults are used.", line)]
    except OSError as error:
        reason = error.strerror or "unknown reason"
        return Config(), [Problem(file, f"The file cannot be read ({reason}). The defaults are used.")]

    import tomllib  # most people never write a config.toml

    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Config(), [_toml_problem(file, text, error)]
    return _Loader(file, text).config(values, actions, themes)


def _toml_problem(file: Path, text: str, error: Exception) -> Problem:
    message = str(error)
    where = _WHERE.search(message)
    line = int(where[1]) if where and where[1] else None
    column = int(where[2]) if where and where[2] else None
    if where and line is None:
        line = len(text.splitlines()) or 1
    reason = one_line(_WHERE.sub("", message))
    return Problem(file, f"This is not TOML: {reason}. The defaults are used.", line, column)


class _Loader:
    """Takes the settings out of one parsed file and remembers what was wrong, and on which line."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.problems: list[Problem] = []

    def config(
        self, values: Mapping[str, Any], actions: Collection[str] | None, themes: Collection[str] | None
    ) -> tuple[Config, list[Problem]]:
        for name in values:
            if name not in _SECTIONS:
                known = ", ".join(f"[{section}]" for section in _SECTIONS)
                near = validators.suggest(name, _SECTIONS) or f" There are {known}."
                self.report(f'"{one_line(name)}" is not a section.{near}', name)

        settings = {section: self.section(values, section, known) for section, known in _SETTINGS.items()}
        if "mark_read" in settings["reading"]:
            after, on_open = settings["reading"]["mark_read"]
            settings["reading"] |= {"mark_read": after, "mark_on_open": on_open}
        theme = settings["look"].get("theme")
        if theme is not None and themes is not None and theme not in themes:
            near = validators.suggest(theme, themes) or " The default is used."
            self.report(f'There is no theme "{one_line(theme)}".{near}', "look", "theme")
            del settings["look"]["theme"]

        config = Config(
            look=Look(**settings["look"]),
            dates=Dates(**settings["dates"]),
            reading=Reading(**settings["reading"]),
            refresh=Refresh(**settings["refresh"]),
            offline=Offline(**settings["offline"]),
            keep=Keep(**settings["keep"]),
            sources=self.sources(self.table(values, "sources")),
            auth=self.auth(self.table(values, "auth")),
            share=self.share(self.table(values, "share")),
            keys=self.keys(self.table(values, "keys"), actions),
            mappings=self.mappings(self.table(values, "mappings")),
        )
        return config, sorted(self.problems, key=lambda problem: problem.line or 0)

    def table(self, values: Mapping[str, Any], name: str, path: str = "") -> dict[str, Any]:
        """Return a table of the file; where something else has its name, tell it and return none."""
        found = values.get(name, {})
        if isinstance(found, dict):
            return found
        self.report(f'"{one_line(name)}" must be a section, written [{path}{one_line(name)}].', name)
        return {}

    def section(
        self, values: Mapping[str, Any], section: str, known: Mapping[str, validators.Validator], path: str = ""
    ) -> dict[str, Any]:
        """Return the good settings of one table."""
        settings = {}
        for key, value in self.table(values, section, path).items():
            read = known.get(key)
            if read is None:
                near = validators.suggest(key, known) or f" There are {', '.join(known)}."
                self.report(f'[{path}{section}] has no setting "{one_line(key)}".{near}', path + section, key)
                continue
            try:
                settings[key] = read(value)
            except validators.InvalidValue as error:
                self.report(f"{key} {error}", path + section, key)
        return settings

    def keys(self, table: Mapping[str, Any], actions: Collection[str] | None) -> dict[str, str]:
        """Return the keymap: one action's keys may be a text ("n,right") or a list of them."""
        keymap = {}
        for action, value in table.items():
            wanted = value if isinstance(value, list) else [value]
            if actions is not None and action not in actions:
                near = validators.suggest(action, actions) or " The help (?) lists them."
                self.report(f'There is no action "{one_line(action)}".{near}', "keys", action)
            elif not wanted or not all(isinstance(key, str) and key.strip() for key in wanted):
                self.report(f'{one_line(action)} must be keys in quotes, such as "n" or "n,right".', "keys", action)
            else:
                from roya_tui.config.validators import normalize_key

                written = [key.strip() for text in wanted for key in ([text] if text == "," else text.split(","))]
                names = {key: normalize_key(key) for key in written if key}
                for key in (key for key, name in names.items() if name is None):
                    self.report(
                        f'"{one_line(key)}" is no key. The help (?) shows how keys are written.', "keys", action
                    )
                if all(names.values()):
                    keymap[action] = ",".join(filter(None, names.values()))
        return keymap

    def mappings(self, table: Mapping[str, Any]) -> dict[str, JsonMapping]:
        """Return the JSON mappings; one without its list is told and left out."""
        found = {}
        for name in table:
            settings = self.section(table, name, _MAPPING, "mappings.")
            if "date" in settings:
                settings.setdefault("published", settings.pop("date"))
            if "items" in settings:
                found[name] = JsonMapping(name=name, **settings)
            elif isinstance(table[name], dict) and "items" not in table[name]:
                self.report(
                    f'[mappings.{one_line(name)}] needs items, the path to the list of entries ("" is the document).',
                    f"mappings.{name}",
                )
        return found

    def sources(self, table: Mapping[str, Any]) -> dict[str, SourceSettings]:
        """Return what is wanted of single sources; whether they are there, only the store knows."""
        wanted = {name: self.section(table, name, _SOURCE_SETTINGS, "sources.") for name in table}
        # Sources are stored without the password that their address may have here.
        return {split(name)[0]: SourceSettings(**settings) for name, settings in wanted.items() if settings}

    def auth(self, table: Mapping[str, Any]) -> tuple[Auth, ...]:
        """Return who is told what; an entry that is not whole is told and left out. No message holds a secret."""
        found = []
        for place in table:
            try:
                known = validators.auth_target(place)
            except validators.InvalidValue as error:
                self.report(f"A name in [auth] {error}", "auth")
                continue
            settings = self.section(table, place, _AUTH, "auth.")
            if settings.keys() in _AUTH_METHODS:
                found.append(Auth(known, **settings))
            else:
                self.report(
                    f'[auth."{place}"] needs user and password, or token alone, or header and value.', f"auth.{place}"
                )
        return tuple(found)

    def share(self, table: Mapping[str, Any]) -> tuple[share_commands.ShareCommand, ...]:
        """Return the commands to share with, each a list or a table of its own; one that is wrong is left out."""
        found = []
        for name, value in table.items():
            if isinstance(value, dict):
                settings = self.section(table, name, _SHARE, "share.")
                if "run" in settings:
                    found.append(share_commands.ShareCommand(one_line(name), **settings))
                elif "run" not in value:
                    self.report(f"[share.{one_line(name)}] needs run, a list of texts.", f"share.{name}")
                continue
            try:
                found.append(share_commands.ShareCommand(one_line(name), share_commands.validate_arguments(value)))
            except validators.InvalidValue as error:
                self.report(f"{one_line(name)} {error}", "share", name)
        return tuple(found)

    def report(self, message: str, section: str, key: str = "") -> None:
        self.problems.append(Problem(self.file, message, self.line(section, key)))

    def line(self, section: str, key: str) -> int | None:
        """Return the line on which a setting or a section most likely stands; TOML's reader does not say."""
        header = re.compile(rf"\s*(?:\[+\s*{_name_pattern(section)}\s*\]|{_name_pattern(section)}\s*[.=])", re.I)
        setting = re.compile(rf"\s*(?:{_name_pattern(section)}\s*\.\s*)?{_name_pattern(key)}\s*[.=]")
        inside = False
        for count, line in enumerate(self.lines, start=1):
            if not key and header.match(line):
                return count
            if line.lstrip().startswith("["):
                inside = header.match(line) is not None
            elif key and setting.match(line) and (inside or header.match(line)):
                return count
        if key:
            return self.line(section, "")
        outer, dot, name = section.partition(".")
        return self.line(outer, name) if dot else None  # an inline table


def _name_pattern(name: str) -> str:
    """Return a pattern for a dotted name as TOML lets one write it, each part bare or quoted."""
    return r"\s*\.\s*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in name.split("."))
