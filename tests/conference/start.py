"""Starts Lectern in a process of its own, with an environment of the test's own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "kJ8-of-a-length-and-variety-that-nobody-guesses-Zq41%xw77",
    "SITE_URL": "https://talks.example.org",
    "TRUSTED_PROXIES": "1",
}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a management command with nothing in the environment but what is given."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def asked(expression: str, **environment: str) -> str:
    """What an expression about `settings` is worth in a process with that environment."""
    script = f"from django.conf import settings; print({expression})"
    done = manage("shell", "--no-imports", "-c", script, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
