"""Load config.toml; report invalid settings and use their defaults."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import share_commands, validators
from roya_tui.config.credentials import split
from roya_tui.config.hooks import validate_command
from roya_tui.config.settings import Auth, Config, JsonMapping, SourceSettings
from roya_tui.text import hide_credentials, one_line
from roya_tui.translation import gettext

_SETTINGS: dict[str, dict[str, validators.Validator]] = {
    "look": {
        "theme": validators.string,
        "ascii": validators.flag,
        "plain": validators.flag,
        "layout": validators.choice("columns", "stacked"),
        "rows": validators.choice("auto", "one", "two"),
        "language": validators.language,
        "digits": validators.choice("latin", "native"),
    },
    "dates": {"format": validators.date_format, "zone": validators.zone("local", "source")},
    "reading": {
        "width": validators.number(40, 120),
        "mark_read": validators.mark_read,
        "pictures": validators.choice("inline", "captions", "off"),
        "graphics": validators.choice("auto", "kitty", "iterm", "sixel", "blocks"),
        "rtl": validators.choice("auto", "visual", "terminal", "words", "off"),
        "group_stories": validators.flag,
        "story": validators.choice("one", "all"),
        "prefer": validators.source_names,
    },
    "refresh": {
        "every": validators.integer_seconds("10m", "24h", "30m"),
        "on_start": validators.flag,
        "at_once": validators.number(1, 256),
        "per_host": validators.number(1, 32),
        "spacing": validators.seconds("0s", "60s", "1s"),
        "timeout": validators.seconds("1s", "10m", "30s"),
        "max_bytes": validators.size("10KB", "1GB", "10MB"),
        "private_hosts": validators.hosts,
        "metered": validators.flag,
    },
    "offline": {
        "pictures": validators.flag,
        "days": validators.number(1, 3650),
        "count": validators.number(1, 10_000),
        "picture_bytes": validators.size("10KB", "50MB", "2MB"),
        "cache": validators.size("1MB", "100GB", "300MB"),
    },
    "keep": {"days": validators.number(0, 36500)},
    "notify": {
        "count": validators.flag,
        "quiet": validators.day_times,
        "with": validators.choice("auto", "terminal", "desktop", "off"),
    },
    "episodes": {
        "folder": validators.folder,
        "max_bytes": validators.size("1MB", "100GB", "2GB"),
        "max_total_bytes": validators.size("1MB", "10TB", "20GB"),
    },
    "play": dict.fromkeys(("audio", "video"), share_commands.validate_player),
    "hooks": {
        "after_refresh": validate_command,
        "on_open": validate_command,
        "on_match": lambda value: value,  # a section, see `_Loader.config`
        "timeout": validators.seconds("1s", "10m", "30s"),
        "at_once": validators.number(1, 16),
    },
}
_SOURCE_SETTINGS: dict[str, validators.Validator] = {
    "full_text": validators.flag,
    "keep_days": validators.number(0, 36500),
    "per_day": validators.number(0, validators.MAX_PER_DAY),
}
_MAPPING: dict[str, validators.Validator] = {
    **{field: validators.json_path for field in JsonMapping.__struct_fields__ if field != "name"},
    "date": validators.json_path,  # another name of published
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
_SECTIONS = (*_SETTINGS, "sources", "auth", "share", "keys", "mappings")
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")


class Problem(Struct, frozen=True):
    """An invalid setting, in a sentence; `str()` adds the file and the line."""

    file: Path
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self._describe(str(self.file), self.column)

    @property
    def short(self) -> str:
        """The problem in one line, without the folder and the column."""
        return self._describe(self.file.name, None)

    def _describe(self, file: str, column: int | None) -> str:
        values = {"file": file, "line": self.line, "column": column, "problem": self.message}
        if self.line is None:
            return f"{file}: {self.message}"
        if column is None:
            return gettext("{file}, line {line}: {problem}", **values)
        return gettext("{file}, line {line}, column {column}: {problem}", **values)


def load(
    file: Path, actions: Collection[str] | None = None, themes: Collection[str] | None = None
) -> tuple[Config, list[Problem]]:
    """Return the settings in `file`, with what is invalid in it; the defaults if there is no file.

    `actions` are the valid names in [keys], `themes` those of `look.theme`; None: any name.
    """
    otherwise = gettext("The defaults are used.")
    values, text, problems = read_toml(file)
    if problems:
        return Config(), [replace(problem, message=f"{problem.message} {otherwise}") for problem in problems]
    return _Loader(file, text).config(values, actions, themes) if text else (Config(), [])


def read_language(file: Path) -> tuple[str, bool]:
    """Return `look.language`, and whether `look.digits` is "native"; the defaults where they are invalid."""
    look = read_toml(file)[0].get("look")
    settings = look if isinstance(look, dict) else {}
    try:
        language = validators.language(settings.get("language", "auto"))
    except validators.InvalidValue:
        language = "auto"  # `load` reports it
    return language, str(settings.get("digits")).lower() == "native"


def read_toml(file: Path) -> tuple[dict[str, Any], str, list[Problem]]:
    """Return the values and the text of a file, or why it cannot be read; nothing if there is no file."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}, "", []
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return {}, "", [Problem(file, gettext("The file is not UTF-8 text."), line)]
    except OSError as error:
        return {}, "", [Problem(file, gettext("Cannot read the file ({error}).", error=error.strerror or error))]

    import tomllib  # slow, and most users have no config.toml

    try:
        return tomllib.loads(text), text, []
    except (ValueError, RecursionError) as error:
        return {}, "", [_toml_problem(file, text, error)]


def _toml_problem(file: Path, text: str, error: Exception) -> Problem:
    reason, line, column = str(error), None, None
    if where := _WHERE.search(reason):
        reason = reason[: where.start()]
        line = int(where[1]) if where[1] else len(text.splitlines()) or 1
        column = int(where[2]) if where[2] else None
    message = gettext("This is not valid TOML: {error}.", error=one_line(reason))
    return Problem(file, message, line, column)


class _Loader:
    """Validates the settings of a file, and collects the problems with their lines."""

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
                near = validators.suggest(name, _SECTIONS) or " " + gettext("The sections are {names}.", names=known)
                self.report(gettext("There is no section “{name}”.", name=one_line(name)) + near, name)
        settings = {section: self.section(values, section, known) for section, known in _SETTINGS.items()}
        if "mark_read" in settings["reading"]:
            after, on_open = settings["reading"]["mark_read"]
            settings["reading"] |= {"mark_read": after, "mark_on_open": on_open}
        if "with" in settings["notify"]:  # not a name in Python
            settings["notify"]["method"] = settings["notify"].pop("with")
        if "on_match" in settings["hooks"]:
            rules = settings["hooks"]["on_match"]
            valid = dict.fromkeys(rules if isinstance(rules, dict) else (), validate_command)
            commands = self.section(values["hooks"], "on_match", valid, "hooks.")
            settings["hooks"]["on_match"] = {one_line(rule): command for rule, command in commands.items()}
        theme = settings["look"].get("theme")
        if theme is not None and themes is not None and theme not in themes:
            near = validators.suggest(theme, themes) or " " + gettext("The default is used.")
            message = gettext("[look] theme: there is no theme “{name}”.", name=one_line(theme)) + near
            self.report(message, "look", "theme")
            del settings["look"]["theme"]
        defaults = Config()
        sections: dict[str, Any] = {
            section: replace(getattr(defaults, section), **changed) for section, changed in settings.items()
        }
        others = len(self.problems)
        share = self.share(self.table(values, "share"))
        share_problems = tuple(problem.short for problem in self.problems[others:])
        config = Config(
            **sections,
            sources=self.sources(self.table(values, "sources")),
            auth=self.auth(self.table(values, "auth")),
            unicode=settings["look"].get("ascii") is False,
            share=share,
            share_problems=share_problems,
            keys=self.keys(self.table(values, "keys"), actions),
            mappings=self.mappings(self.table(values, "mappings")),
        )
        return config, sorted(self.problems, key=lambda problem: problem.line or 0)

    def table(self, values: Mapping[str, Any], name: str, path: str = "") -> dict[str, Any]:
        """Return a table; if its name has another value, report that and return an empty one."""
        table = values.get(name, {})
        if isinstance(table, dict):
            return table
        line = one_line(name)
        self.report(gettext("“{name}” must be a section, written [{path}{name}].", name=line, path=path), name)
        return {}

    def section(
        self, values: Mapping[str, Any], section: str, known: Mapping[str, validators.Validator], path: str = ""
    ) -> dict[str, Any]:
        """Return the valid settings of one table."""
        settings = {}
        place = hide_credentials(one_line(path + section))
        for key, value in self.table(values, section, path).items():
            validate = known.get(key)
            if validate is None:
                names = ", ".join(known)
                near = validators.suggest(key, known) or " " + gettext("The settings are {names}.", names=names)
                message = gettext("[{section}] has no setting “{name}”.", section=place, name=one_line(key))
                self.report(message + near, path + section, key)
                continue
            try:
                settings[key] = validate(value)
            except validators.InvalidValue as error:
                self.report(error.describe(f"[{place}] {key}"), path + section, key)
        return settings

    def keys(self, table: Mapping[str, Any], actions: Collection[str] | None) -> dict[str, str]:
        """Return the keymap; the keys of an action are a text ("n,right") or a list."""
        keymap = {}
        for action, value in table.items():
            texts = value if isinstance(value, list) else [value]
            if actions is not None and action not in actions:
                near = validators.suggest(action, actions) or " " + gettext("Press ? in the app for their names.")
                message = gettext("[keys] There is no action “{name}”.", name=one_line(action)) + near
                self.report(message, "keys", action)
            elif not texts or not all(isinstance(key, str) and key.strip() for key in texts):
                message = gettext('[keys] {name} must be keys in quotes: "n" or "n,right".', name=one_line(action))
                self.report(message, "keys", action)
            else:
                typed = [key.strip() for text in texts for key in ([text] if text == "," else text.split(","))]
                names = {key: validators.normalize_key(key) for key in typed if key}
                for key in (one_line(key) for key, name in names.items() if name is None):
                    message = gettext("[keys] “{key}” is not a key name. Press ? in the app for examples.", key=key)
                    self.report(message, "keys", action)
                if all(names.values()):
                    keymap[action] = ",".join(filter(None, names.values()))
        return keymap

    def mappings(self, table: Mapping[str, Any]) -> dict[str, JsonMapping]:
        """Return the JSON mappings; report and omit those without `items`."""
        mappings = {}
        for name in table:
            settings = self.section(table, name, _MAPPING, "mappings.")
            if "date" in settings:
                settings.setdefault("published", settings.pop("date"))
            if "items" in settings:
                mappings[name] = JsonMapping(name=name, **settings)
            elif isinstance(table[name], dict) and "items" not in table[name]:
                message = gettext("[mappings.{name}] must have items, the path to the entries.", name=one_line(name))
                self.report(message, f"mappings.{name}")
        return mappings

    def sources(self, table: Mapping[str, Any]) -> dict[str, SourceSettings]:
        """Return the settings of single sources, which need not exist."""
        sections = {name: self.section(table, name, _SOURCE_SETTINGS, "sources.") for name in table}
        # The URL may have a password here; that of the source in the database has none.
        return {split(name)[0]: SourceSettings(**settings) for name, settings in sections.items() if settings}

    def auth(self, table: Mapping[str, Any]) -> tuple[Auth, ...]:
        """Return the credentials; report and omit incomplete ones. No message contains a secret."""
        found = []
        for name in table:
            try:
                target = validators.auth_target(name)
            except validators.InvalidValue as error:
                self.report(error.describe("[auth]"), "auth")
                continue
            settings = self.section(table, name, _AUTH, "auth.")
            if settings.keys() in _AUTH_METHODS:
                found.append(Auth(target, **settings))
            else:
                message = gettext('[auth."{name}"] must have user and password, token, or header and value.', name=name)
                self.report(message, f"auth.{name}")
        return tuple(found)

    def share(self, table: Mapping[str, Any]) -> tuple[share_commands.ShareCommand, ...]:
        """Return the share commands, each a list or a table; report and omit invalid ones."""
        commands = []
        for name, value in table.items():
            if isinstance(value, dict):
                validate = partial(share_commands.validate_arguments, terminal=value.get("terminal") is True)
                settings = self.section(table, name, {"run": validate, "terminal": validators.flag}, "share.")
                if "run" in settings:
                    commands.append(share_commands.ShareCommand(one_line(name), **settings))
                elif "run" not in value:
                    message = gettext("[share.{name}] must have run, a list of texts.", name=one_line(name))
                    self.report(message, f"share.{name}")
                continue
            try:
                commands.append(share_commands.ShareCommand(one_line(name), share_commands.validate_arguments(value)))
            except validators.InvalidValue as error:
                self.report(error.describe(f"[share] {one_line(name)}"), "share", name)
        return tuple(commands)

    def report(self, message: str, section: str, key: str = "") -> None:
        self.problems.append(Problem(self.file, message, self.line(section, key)))

    def line(self, section: str, key: str) -> int | None:
        """Return the line on which a setting or section probably is; `tomllib` does not report it."""
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
    """Return a pattern for a dotted name in TOML, each part bare or quoted."""
    return r"\s*\.\s*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in name.split("."))
