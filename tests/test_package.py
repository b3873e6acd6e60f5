"""The wheel: complete, and working in an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BIN = "Scripts" if os.name == "nt" else "bin"
A_HEADLINE = "The harbour learns to whisper"
NO_WAY_OUT = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|ProxyError|unreachable|SSLError"
)


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with a clean Python environment and in UTF-8."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ROYA"))}
    environ |= {"PYTHONUTF8": "1", "NO_COLOR": "1"} | environment
    return subprocess.run(
        [str(part) for part in command], env=environ, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tracked files of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("src", "sample_feeds"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ("--no-deps", "--no-build-isolation", "--no-cache-dir")
    built = run(sys.executable, "-m", "pip", "wheel", *options, "-w", folder, source)
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    return file


def test_wheel_has_code_types_samples_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
        points = next(files.read(name).decode() for name in names if name.endswith("entry_points.txt"))
        about = next(files.read(name).decode() for name in names if name.endswith("METADATA"))
    assert "roya-tui = roya_tui.__main__:main" in points
    assert {"roya_tui/__main__.py", "roya_tui/py.typed"} <= names
    samples = [path for path in (ROOT / "sample_feeds").rglob("*") if path.is_file()]
    assert {f"roya_tui/{path.relative_to(ROOT).as_posix()}" for path in samples} <= names
    assert any(name.endswith(".tcss") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "/test" in name.lower() or name.endswith(".pyc")]
    assert "Requires-Python: >=3.11" in about


def test_wheel_runs_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "env"
    venv.create(place, with_pip=False)
    python = place / BIN / "python"
    options = ("--no-compile", "--retries", "1", "-q")  # compiling takes most of the time
    installed = run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    if installed.returncode and NO_WAY_OUT.search(installed.stderr):
        pytest.skip("pip cannot reach the package registry from here")
    assert installed.returncode == 0, installed.stderr

    listed = run(place / BIN / "roya-tui", "list", "--home", tmp_path / "home", "--offline", "--limit", "0")
    assert listed.returncode == 0, listed.stderr
    assert A_HEADLINE in listed.stdout
    assert "أول قطار على خط اللوز" in listed.stdout
    assert (tmp_path / "home" / "news.db").is_file()
    assert str(place) in run(python, "-c", "import roya_tui; print(roya_tui.__file__)").stdout


def test_requirements_dev_pins_every_requirement_within_its_bounds() -> None:
    pins = (ROOT / "requirements-dev.txt").read_text("utf-8").splitlines()[1:]
    versions = {normalize(name): version for name, version in (pin.split("==") for pin in pins)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    requirements = [Requirement(text) for text in (*project["dependencies"], *extras["test"], *extras["dev"])]
    for requirement in requirements:
        if requirement.name != project["name"] and (requirement.marker is None or requirement.marker.evaluate()):
            assert versions[normalize(requirement.name)] in requirement.specifier, requirement


def normalize(name: str) -> str:
    """Return the name of a distribution as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
