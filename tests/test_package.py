"""The packages: complete, built without a network, and working in environments of their own."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CATALOGS = sorted(path.relative_to(ROOT / "src").with_suffix(".mo").as_posix() for path in ROOT.glob("src/**/*.po"))
DESKTOP_FILE = ROOT / "share/applications/roya-tui.desktop"
ICON = ROOT / "share/icons/hicolor/scalable/apps/roya-tui.svg"
BIN = "Scripts" if os.name == "nt" else "bin"
A_HEADLINE = "The harbour learns to whisper"
NO_WAY_OUT = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|ProxyError|unreachable|SSLError"
)


def run(*command: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with a clean Python environment and in UTF-8."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ROYA"))}
    environ |= {"PYTHONUTF8": "1", "NO_COLOR": "1"} | environment
    parts = [str(part) for part in command]
    return subprocess.run(parts, cwd=cwd, env=environ, capture_output=True, encoding="utf-8", timeout=300)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files of this checkout that packages are made of, without compiled catalogs."""
    source = tmp_path_factory.mktemp("checkout") / "source"
    source.mkdir()
    for name in PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(ROOT / name, source)
    for name in ("pyproject.toml", ".gitignore"):  # what git ignores is left out, but compiled catalogs must not be
        shutil.copy(ROOT / name, source)
    return source


@pytest.fixture(scope="module")
def sdist(source: Path) -> Path:
    """The source distribution."""
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", cwd=source)
    assert built.returncode == 0, built.stderr
    (file,) = source.glob("dist/*.tar.gz")
    return file


@pytest.fixture(scope="module")
def wheel(sdist: Path) -> Path:
    """The wheel, built from the source distribution without a network, as Linux distributions do."""
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir")
    built = run(*without_network(), sys.executable, "-m", "pip", "wheel", *options, "-w", sdist.parent, sdist)
    assert built.returncode == 0, built.stderr
    (file,) = sdist.parent.glob("*.whl")
    return file


def without_network() -> tuple[str, ...]:
    """Return the command that runs another without a network, if this user may do that."""
    command = ("unshare", "--net")
    return command if shutil.which("unshare") and not run(*command, "true").returncode else ()


def install(folder: Path, *package: str | Path) -> Path:
    """Install a package and its dependencies into a new environment, and return the folder of its programs."""
    venv.create(folder, with_pip=False)
    options = ("--no-compile", "--retries", "1", "-q")  # compiling takes most of the time
    installed = run(sys.executable, "-m", "pip", "--python", folder / BIN / "python", "install", *options, *package)
    if installed.returncode and NO_WAY_OUT.search(installed.stderr):
        pytest.skip("pip cannot reach the package registry from here")
    assert installed.returncode == 0, installed.stderr
    return folder / BIN


def test_wheel_has_code_types_samples_catalogs_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
        points = next(files.read(name).decode() for name in names if name.endswith("entry_points.txt"))
        about = next(files.read(name).decode() for name in names if name.endswith("METADATA"))
    assert "roya-tui = roya_tui.__main__:main" in points
    assert {"roya_tui/__main__.py", "roya_tui/py.typed", *CATALOGS} <= names
    samples = [path for path in (ROOT / "sample_feeds").rglob("*") if path.is_file()]
    assert {f"roya_tui/{path.relative_to(ROOT).as_posix()}" for path in samples} <= names
    assert any(name.endswith(".tcss") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "/test" in name.lower() or name.endswith(".pyc")]
    assert "Requires-Python: >=3.11" in about


def test_sdist_has_all_that_it_names(sdist: Path) -> None:
    with tarfile.open(sdist) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    for include in (*PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"], "pyproject.toml"):
        assert include in names or any(name.startswith(f"{include}/") for name in names), include
    assert not [name for name in names if name.endswith((".pyc", ".db"))]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_package_runs_in_an_environment_of_its_own(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    place = tmp_path / "env"
    programs = install(place, request.getfixturevalue(kind))

    def roya_tui(*arguments: str | Path, **environment: str) -> str:
        done = run(programs / "roya-tui", *arguments, cwd=tmp_path, **environment)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert roya_tui("--version").split() == ["roya-tui", PROJECT["project"]["version"]]
    assert "roya-tui list" in roya_tui("help", LANGUAGE="C")
    listed = roya_tui("list", "--home", tmp_path / "home", "--offline", "--limit", "0")
    assert A_HEADLINE in listed
    assert "أول قطار على خط اللوز" in listed
    assert (tmp_path / "home" / "news.db").is_file()
    assert str(place) in run(programs / "python", "-c", "import roya_tui; print(roya_tui.__file__)").stdout
    for catalog in CATALOGS:
        assert list(place.rglob(catalog)), catalog
    if any("/ar/" in catalog for catalog in CATALOGS):
        assert re.search(r"[\u0621-\u064a]{3}", roya_tui("help", LANGUAGE="ar"))
    shared = [path.relative_to(ROOT) for path in (ROOT / "share").rglob("*") if path.is_file()]
    assert [path for path in shared if not (place / path).is_file()] == []


def test_editable_install_has_the_catalogs(source: Path, tmp_path: Path) -> None:
    programs = install(tmp_path / "env", "--no-deps", "-e", source)
    assert str(source) in run(programs / "python", "-c", "import roya_tui; print(roya_tui.__file__)").stdout
    assert [catalog for catalog in CATALOGS if not (source / "src" / catalog).is_file()] == []


def test_desktop_file_starts_the_command_in_a_terminal_in_each_language() -> None:
    parser = configparser.ConfigParser(delimiters="=", interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DESKTOP_FILE, "utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Exec"] in PROJECT["project"]["scripts"]
    assert entry["Terminal"] == "true"
    assert entry["Icon"] == ICON.stem
    for key in ("Name", "GenericName", "Comment", "Keywords"):
        assert {key, f"{key}[ar]", f"{key}[de]"} <= set(entry)


def test_desktop_file_is_valid() -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("desktop-file-validate is not installed")
    validated = run("desktop-file-validate", "--warn-kde", DESKTOP_FILE)
    assert (validated.returncode, validated.stdout) == (0, "")


def test_icon_is_a_square_without_references() -> None:
    icon = ElementTree.parse(ICON).getroot()
    assert icon.attrib["viewBox"] == "0 0 64 64"
    assert not [element for element in icon.iter() if any("href" in name for name in element.attrib)]


def test_requirements_dev_pins_every_requirement_within_its_bounds() -> None:
    pins = (ROOT / "requirements-dev.txt").read_text("utf-8").splitlines()[1:]
    versions = {normalize(name): version for name, version in (pin.split("==") for pin in pins)}
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    requirements = [Requirement(text) for text in (*project["dependencies"], *extras["test"], *extras["dev"])]
    for requirement in requirements:
        if requirement.name != project["name"] and (requirement.marker is None or requirement.marker.evaluate()):
            assert versions[normalize(requirement.name)] in requirement.specifier, requirement


def normalize(name: str) -> str:
    """Return the name of a distribution as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
