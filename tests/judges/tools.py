"""Where the judges are, how they are run, and how they are heard."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INSTALLED = HERE / "node_modules"


def node(tool: str) -> str:
    """The path of a tool that npm installed."""
    return str(INSTALLED / ".bin" / tool)


def run(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a judge; its verdict is in what it prints, not in its exit code."""
    return subprocess.run(words, capture_output=True, text=True, check=False, env=env or os.environ)


def say(line: str) -> None:
    """Tell whoever waits for the verdict."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
