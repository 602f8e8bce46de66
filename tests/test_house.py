"""The rules of the house: style, types, imports, migrations, pins. Each fails with its tool's own words."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conference.start import PRODUCTION, manage

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]


def run(tool: str, *words: str) -> None:
    """Run a tool of the environment in the project's folder; fail with what it says if it isn't content."""
    done = subprocess.run(
        [BIN / tool, *words], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, f"{tool} {' '.join(words)}\n{done.stdout}\n{done.stderr}"


def rooms() -> set[str]:
    """The packages of the project: every folder beside manage.py that holds Python of its own."""
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}


def test_the_code_keeps_to_the_lint_rules() -> None:
    run("ruff", "check", "--no-cache", ".")


def test_the_code_has_its_one_form() -> None:
    run("ruff", "format", "--check", "--no-cache", ".")


def test_the_templates_keep_to_the_lint_rules() -> None:
    run("djlint", "--lint", "--quiet", "templates")


def test_the_types_agree() -> None:
    run("mypy", ".")


def test_imports_run_down_the_house() -> None:
    run("lint-imports", "--no-cache")


def test_every_package_is_in_the_contracts() -> None:
    assert set(CONTRACTS["root_packages"]) == rooms()
    layers = next(
        contract for contract in CONTRACTS["contracts"] if contract["name"] == "Imports run down the house"
    )
    assert {room.strip() for layer in layers["layers"] for room in layer.split("|")} == rooms()
    rings = next(contract for contract in CONTRACTS["contracts"] if contract["type"] == "acyclic_siblings")
    assert set(rings["ancestors"]) == rooms()


def test_the_migrations_match_the_models() -> None:
    done = manage("makemigrations", "--check", "--dry-run", DEBUG="1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_public_site_passes_djangos_checks() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stdout + done.stderr


def pins(name: str) -> list[Requirement]:
    """The requirements that a file lists itself."""
    lines = (
        line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    )
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-extras.txt"])
def test_every_requirement_is_pinned_to_one_version(name: str) -> None:
    loose = [str(pin) for pin in pins(name) if not re.fullmatch(r"==[^*,]+", str(pin.specifier))]
    assert loose == []


@pytest.mark.parametrize("files", [["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]])
def test_what_the_requirements_stand_on_is_pinned_too(files: list[str]) -> None:
    listed = {canonicalize_name(pin.name): pin for file in files for pin in pins(file)}
    needed = {
        canonicalize_name(need.name)
        for pin in listed.values()
        for need in map(Requirement, distribution(pin.name).requires or [])
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *pin.extras))
    }
    assert needed - set(listed) == set()
    assert {name: version(name) for name in listed} == {
        name: str(pin.specifier).removeprefix("==") for name, pin in listed.items()
    }


def sources() -> list[Path]:
    """Every Python file of the rooms but Django's own migrations."""
    found = [path for room in sorted(rooms()) for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def test_no_file_keeps_notes_to_oneself() -> None:
    notes = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b")
    noted = [
        str(path.relative_to(ROOT)) for path in sources() if notes.search(path.read_text(encoding="utf-8"))
    ]
    assert noted == []


def test_only_the_markdown_renderer_makes_html_safe() -> None:
    """Its `Html` is the one door; `mark_safe` would be a second one, for scripts."""
    callers = {
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("mark_safe", "SafeString"))
    }
    assert callers == set()
