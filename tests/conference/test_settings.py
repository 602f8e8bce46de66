"""The settings that follow from the environment."""

import ast
from pathlib import Path

from tests.conference.start import PRODUCTION, asked, manage


def test_without_a_key_and_a_host_nothing_starts_and_both_are_named() -> None:
    done = manage("check", TIME_ZONE="Nowhere", STORAGE_URL="ftp://files")
    assert done.returncode != 0
    said = [line.split(":")[0].split()[1] for line in done.stderr.splitlines() if line.startswith("  * ")]
    assert said == ["SECRET_KEY", "ALLOWED_HOSTS", "STORAGE_URL", "TIME_ZONE"]


def test_in_debug_mode_nothing_is_needed() -> None:
    done = manage("check", DEBUG="1")
    assert done.returncode == 0, done.stderr


def test_behind_tls_cookies_are_bound_to_the_host() -> None:
    read = asked(
        "[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,"
        " settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH,"
        " settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS, settings.CSRF_TRUSTED_ORIGINS,"
        " settings.ALLOWED_HOSTS, settings.SECURE_PROXY_SSL_HEADER]",
        **PRODUCTION,
    )
    assert ast.literal_eval(read) == [
        "__Host-sessionid",
        "__Host-csrftoken",
        True,
        True,
        None,
        "/",
        True,
        31_536_000,
        ["https://talks.example.org"],
        ["talks.example.org"],
        ("HTTP_X_FORWARDED_PROTO", "https"),
    ]


def test_without_proxies_nobody_is_believed_about_the_protocol() -> None:
    direct = PRODUCTION | {"TRUSTED_PROXIES": "0"}
    assert asked("settings.SECURE_PROXY_SSL_HEADER", **direct) == "None"


def test_a_database_by_one_variable() -> None:
    read = asked(
        "[settings.DATABASES['default'][key] for key in ('ENGINE', 'HOST', 'PORT', 'NAME', 'CONN_MAX_AGE')]",
        **PRODUCTION,
        DATABASE_URL="postgres://lectern:p%40ss@db.example:5433/talks",
    )
    assert ast.literal_eval(read) == ["django.db.backends.postgresql", "db.example", 5433, "talks", 600]


def test_sqlite_has_its_manners_wherever_it_lies(tmp_path: Path) -> None:
    read = asked(
        "[settings.DATABASES['default']['NAME'], settings.DATABASES['default']['OPTIONS']]",
        **PRODUCTION,
        DATABASE_URL=f"sqlite:///{tmp_path}/a.sqlite3",
    )
    assert ast.literal_eval(read) == [
        f"{tmp_path}/a.sqlite3",
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456;",
        },
    ]


def test_a_store_that_has_no_library_is_said_at_the_start() -> None:
    done = manage("check", DEBUG="1", STORAGE_URL="s3://files")
    assert "STORAGE_URL needs django-storages: pip install -r requirements-extras.txt" in done.stderr


def test_the_zone_of_the_environment_is_that_of_new_editions() -> None:
    read = asked("[settings.TIME_ZONE, settings.DEFAULT_ZONE]", DEBUG="1", TIME_ZONE="Asia/Kathmandu")
    assert ast.literal_eval(read) == ["UTC", "Asia/Kathmandu"]
