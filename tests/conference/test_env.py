"""The environment: typed, loud, and all of it at once."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from conference import env
from conference.env import Environment


def test_every_wrong_value_is_named_at_once() -> None:
    environment = Environment(
        {
            "DEBUG": "maybe",
            "TRUSTED_PROXIES": "-1",
            "TIME_ZONE": "Mars/Olympus",
            "LOG_LEVEL": "loud",
            "SITE_URL": "talks.example.org",
            "SECRET_KEY": " ",
        }
    )
    environment.flag("DEBUG")
    environment.count("TRUSTED_PROXIES")
    environment.zone("TIME_ZONE")
    environment.choice("LOG_LEVEL", ("DEBUG", "INFO"), "INFO")
    environment.parsed("SITE_URL", env.site_address, "")
    environment.required("SECRET_KEY", "write one")
    with pytest.raises(ImproperlyConfigured) as stop:
        environment.stop_if_wrong()
    assert str(stop.value).splitlines()[1:] == [
        "  * DEBUG is 'maybe': write 1 or 0",
        "  * TRUSTED_PROXIES is '-1': write a whole number, such as 0",
        "  * TIME_ZONE is 'Mars/Olympus': write an IANA time zone, such as Europe/Paris",
        "  * LOG_LEVEL is 'loud': write one of DEBUG, INFO",
        "  * SITE_URL is wrong: write the whole address, such as https://talks.example.org",
        "  * SECRET_KEY is missing: write one",
    ]


def test_an_empty_environment_gives_the_defaults() -> None:
    environment = Environment({})
    assert environment.text("SITE_NAME", "Lectern") == "Lectern"
    assert environment.flag("DEBUG") is False
    assert environment.count("TRUSTED_PROXIES", 2) == 2
    assert environment.zone("TIME_ZONE") == "UTC"
    assert environment.words("ALLOWED_HOSTS") == []
    assert environment.choice("LOG_LEVEL", ("INFO",), "INFO") == "INFO"
    environment.stop_if_wrong()


@pytest.mark.parametrize(
    "written,read",
    [
        ("1", True),
        ("Yes", True),
        ("ON", True),
        ("true", True),
        ("0", False),
        ("no", False),
        ("OFF", False),
        ("", False),
    ],
)
def test_flags(written: str, read: bool) -> None:
    environment = Environment({"DEBUG": written})
    assert environment.flag("DEBUG") is read
    assert environment.problems == []


@pytest.mark.parametrize("zone", ["America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC"])
def test_zones_east_and_west(zone: str) -> None:
    environment = Environment({"TIME_ZONE": zone})
    assert environment.zone("TIME_ZONE") == zone
    assert environment.problems == []


@pytest.mark.parametrize("zone", ["../etc/passwd", "/etc/localtime", "CET+1", "EUROPE/PARIS"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    environment = Environment({"TIME_ZONE": zone})
    assert environment.zone("TIME_ZONE") == "UTC"
    assert len(environment.problems) == 1


def test_a_list_drops_what_is_empty() -> None:
    assert Environment({"ALLOWED_HOSTS": " a.example , ,b.example,"}).words("ALLOWED_HOSTS") == [
        "a.example",
        "b.example",
    ]


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("s3cret-Schlüssel\n", encoding="utf-8")
    environment = Environment({"SECRET_KEY_FILE": str(secret)})
    assert environment.required("SECRET_KEY", "write one") == "s3cret-Schlüssel"
    assert environment.problems == []


def test_a_secret_given_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    twice = Environment({"SECRET_KEY": "a", "SECRET_KEY_FILE": "b"})
    twice.text("SECRET_KEY")
    assert twice.problems == ["SECRET_KEY is given twice, by itself and by SECRET_KEY_FILE: keep one"]
    missing = Environment({"SECRET_KEY_FILE": str(tmp_path / "none")})
    missing.required("SECRET_KEY", "write one")
    assert len(missing.problems) == 1
    assert missing.problems[0].startswith("SECRET_KEY_FILE can't be read: ")


def test_a_wrong_address_is_not_repeated_because_it_may_hold_a_password() -> None:
    environment = Environment({"CACHE_URL": "memcached://user:hunter2@host"})
    environment.parsed("CACHE_URL", env.cache, env.cache("locmem://"))
    assert environment.problems == [
        "CACHE_URL is wrong: it begins with redis://, rediss://, locmem:// or dummy://"
    ]


def test_the_process_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\n\nSITE_NAME='北京 Workshop'\nTIME_ZONE=Asia/Tokyo\n", encoding="utf-8")
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.delenv("SITE_NAME", raising=False)
    monkeypatch.setenv("TIME_ZONE", "America/New_York")
    environment = Environment.of_process(file)
    assert environment.text("SITE_NAME") == "北京 Workshop"
    assert environment.text("TIME_ZONE") == "America/New_York"


def test_an_empty_env_file_means_none_and_a_missing_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("SITE_NAME=kept out\n")
    monkeypatch.delenv("SITE_NAME", raising=False)
    monkeypatch.setenv("ENV_FILE", "")
    assert Environment.of_process(file).text("SITE_NAME") == ""
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "none"))
    assert Environment.of_process(file).problems[0].startswith("ENV_FILE can't be read: ")


def test_a_line_that_sets_nothing_is_named_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "site.env"
    file.write_text("SITE_NAME=Lectern\nexport DEBUG=1\nDEBUG\n")
    found, wrong = env.read_lines(file)
    assert found == {"SITE_NAME": "Lectern"}
    assert wrong == ["site.env:2 is no NAME=value line", "site.env:3 is no NAME=value line"]


@pytest.mark.parametrize(
    "written,read",
    [
        ("https://Talks.Example.org/", "https://talks.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_the_site_address(written: str, read: str) -> None:
    assert env.site_address(written) == read


@pytest.mark.parametrize(
    "written", ["ftp://a.example", "https://", "https://a.example/talks", "https://u:p@a.example"]
)
def test_what_is_no_site_address(written: str) -> None:
    with pytest.raises(ValueError, match="write the"):
        env.site_address(written)


def test_mail() -> None:
    assert env.mail("smtp+tls://me%40here:p%2Fw@mail.example") == env.Mail(
        "django.core.mail.backends.smtp.EmailBackend", "mail.example", 587, "me@here", "p/w", starttls=True
    )
    assert env.mail("smtps://mail.example:1465").port == 1465
    assert env.mail("console://").backend == "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(ValueError, match="write smtp"):
        env.mail("sendmail:///usr/sbin")


def test_cache() -> None:
    address = "redis://cache.example:6379/1"
    assert env.cache(address) == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": address,
    }
    assert env.cache("locmem://") == {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    assert env.cache("dummy://") == {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


def test_a_store_and_where_its_pictures_come_from() -> None:
    own = env.store("s3://key:se%2Fcret@files/site?endpoint=https://s3.example.org")
    assert own == {
        "bucket_name": "files",
        "location": "site",
        "endpoint_url": "https://s3.example.org",
        "access_key": "key",
        "secret_key": "se/cret",
    }
    assert env.store_origin(own) == "https://s3.example.org"
    assert (
        env.store_origin(env.store("s3://files?region=eu-west-1"))
        == "https://files.s3.eu-west-1.amazonaws.com"
    )
    with pytest.raises(ValueError, match="write s3://"):
        env.store("s3://files?colour=blue")
