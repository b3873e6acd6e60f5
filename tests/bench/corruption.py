"""`python -m tests.bench corruption`: damaged databases, what the commands do with them, and what a repair keeps."""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from roya_tui import cli
from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

_PAGE = 16_384
COMMANDS = (("list",), ("show", "5"), ("sources",), ("tags",), ("doctor",), ("refresh", "--offline"), ("undo",))
"""Commands that are run with each damaged database, before and after `doctor --repair`."""


def fill(path: Path, articles: int = 600) -> None:
    """Make a database with articles, tags, marks and a history; the newest changes are only in the log."""
    db = open_store(path)
    for number in range(6):
        source = subscriptions.add(db, NewSource(f"https://{number}.example/rss", title=f"Source {number} žluť"), 1_000)
        entries = [
            Entry(guid=f"{number}-{n}", title=f"Entry {n} of {number}: ميسم", tags=("water", f"tag {n % 7}"),
                  content=f"<p>Some text about entry {n}.</p>" * (1 + n % 40))
            for n in range(articles // 6)
        ]  # fmt: skip
        new = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], 2_000 + number).new
        article_state.mark(db, new[::3], 3_000, read=True)
        article_state.mark(db, new[::7], 3_000, starred=True)
        article_state.set_note(db, new[0], f"Note on the first article of {number}", 3_000)
        article_state.edit_tags(db, new[::5], 3_000, add=["mine"])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    article_state.mark(db, new[1::3], 4_000, read=True)
    # As after a kill: the log stays.
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{path}{suffix}.copy")
    db.close()
    for suffix in ("", "-wal"):
        os.replace(f"{path}{suffix}.copy", f"{path}{suffix}")


def pages_of(path: Path, names: str) -> list[int]:
    """Return the numbers of the pages of some tables or indexes, from 0."""
    with sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True) as db:
        return [row[0] - 1 for row in db.execute(f"SELECT pageno FROM dbstat WHERE name GLOB '{names}'")]


Damage = Callable[[bytearray, random.Random, Path], None]


def _flip(data: bytearray, chance: random.Random, _: Path) -> None:
    for _n in range(chance.choice((1, 5, 50))):
        data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)


def _break_text(data: bytearray, chance: random.Random, _: Path) -> None:
    """Change bytes inside of texts, so that they are not UTF-8."""
    for _n in range(chance.choice((1, 10, 40))):
        at = data.find(b"Entry", chance.randrange(len(data)))
        data[at if at >= 0 else data.find(b"Entry")] = 0xFF


def _of_pages(names: str, content: bytes | None = None) -> Damage:
    def damage(data: bytearray, chance: random.Random, path: Path) -> None:
        page = chance.choice(pages_of(path, names))
        data[page * _PAGE : (page + 1) * _PAGE] = chance.randbytes(_PAGE) if content is None else content

    return damage


def _zero_pages(data: bytearray, chance: random.Random, _: Path) -> None:
    for _n in range(chance.randint(1, 3)):
        page = chance.randrange(1, len(data) // _PAGE)
        data[page * _PAGE : (page + 1) * _PAGE] = bytes(_PAGE)


def _cut(data: bytearray, chance: random.Random, _: Path) -> None:
    del data[chance.randrange(_PAGE, len(data)) :]


def _break_header(data: bytearray, chance: random.Random, _: Path) -> None:
    for _n in range(chance.choice((1, 3, 20))):
        data[chance.randrange(100)] = chance.randrange(256)


def _break_schema(data: bytearray, chance: random.Random, _: Path) -> None:
    for _n in range(chance.choice((1, 10, 200))):
        data[chance.randrange(100, _PAGE)] = chance.randrange(256)


DAMAGES: dict[str, Damage] = {
    "bits": _flip,
    "text": _break_text,
    "zeroed pages": _zero_pages,
    "cut off": _cut,
    "header": _break_header,
    "schema": _break_schema,
    "table pages": _of_pages("[abrs][!e]*"),
    "zeroed articles": _of_pages("article", bytes(_PAGE)),
    "indexes": _of_pages("*_by_*"),
    "search": _of_pages("search*"),
    "history": _of_pages("journal"),
    "log": lambda data, chance, path: None,
}


def damage(path: Path, kind: str, seed: int) -> None:
    """Damage a database, the same way for the same seed."""
    chance = random.Random(seed)
    file = path.with_name(path.name + "-wal") if kind == "log" else path
    data = bytearray(file.read_bytes())
    (_flip if kind == "log" else DAMAGES[kind])(data, chance, path)
    file.write_bytes(data)


def run(home: Path, *words: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code and output."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(out), redirect_stderr(out):
        code = cli.run(["--home", str(home), *words])
        out.flush()
    return code, out.buffer.getvalue().decode("utf-8", "replace")


def judge(words: Sequence[str], code: int, output: str) -> str:
    """Return what is wrong with the result of a command, or ""."""
    if code < 0 or "Traceback" in output or "This is a bug" in output:
        return f"{' '.join(words)}: crash report ({output.strip()[-300:]})"
    if code and words != ("doctor",) and "doctor" not in output and "is damaged" in output:
        return f"{' '.join(words)}: does not say what to do: {output.strip()[-200:]}"
    return ""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench corruption", description=__doc__.partition("\n")[0])
    parser.add_argument("--tries", type=int, default=200, help="databases to damage (%(default)s)")
    parser.add_argument("--no-repair", action="store_true", help="only run the commands, as for older versions")
    chosen = parser.parse_args(words)
    problems: list[str] = []
    outcomes: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="roya-tui-corruption-") as folder:
        template = Path(folder, "template")
        template.mkdir()
        fill(template / "news.db")
        for seed in range(chosen.tries):
            kind = list(DAMAGES)[seed % len(DAMAGES)]
            home = Path(shutil.copytree(template, Path(folder, "home")))
            damage(home / "news.db", kind, seed)
            wrong = [problem for command in COMMANDS if (problem := judge(command, *run(home, *command)))]
            refused = run(home, "list")[0] != 0
            if not chosen.no_repair:
                code, output = run(home, "doctor", "--repair")
                wrong += [problem] if (problem := judge(("doctor", "--repair"), code, output)) else []
                result = "repaired" if "Repaired" in output else "sound" if code == 0 else "nothing readable"
                outcomes[f"{kind}: {result}{', list refused before' if refused else ''}"] += 1
                if code == 0:
                    wrong += [f"after the repair, {p}" for c in COMMANDS if (p := judge(c, *run(home, *c)))]
                    code, output = run(home, "doctor")
                    if "!! integrity" in " ".join(output.split()) or "!! database" in " ".join(output.split()):
                        wrong.append(f"still damaged after the repair: {output[-600:]}")
                    with sqlite3.connect(home / "news.db") as db:
                        kept[kind] += db.execute("SELECT count(*) FROM article").fetchone()[0]
            else:
                outcomes[f"{kind}: {'list refused' if refused else 'list worked'}"] += 1
            problems += [f"{seed} ({kind}): {problem}" for problem in dict.fromkeys(wrong)]
            shutil.rmtree(home)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:5}  {outcome}")
    print("articles kept, of 600 each:", dict(kept))
    bad = len({problem.split(" ", 1)[0] for problem in problems})
    print("\n".join(problems))
    print(f"{bad} of {chosen.tries} went wrong. Took {time.perf_counter() - started:.0f} s.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
