"""Typed, loud readers of the environment: every wrong value is named, all of them at once."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class Environment:
    """Reads settings from `values` by name; `stop_if_wrong` refuses to start with what it found wrong.

    A reader never raises: it notes the problem and returns its default, so that a start with five
    wrong values names five. An empty value counts as not given. `NAME_FILE` in place of `NAME`
    names a file whose stripped text is the value, as secret stores mount them.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    @classmethod
    def of_process(cls, default_file: Path) -> "Environment":
        """The process's environment over the `NAME=value` lines of a file.

        The file is the one that `ENV_FILE` names, else `default_file` where that exists;
        an empty `ENV_FILE` means none. What the process says wins over what the file says.
        """
        named = os.environ.get("ENV_FILE")
        path = default_file if named is None else Path(named)
        lines: dict[str, str] = {}
        wrong: list[str] = []
        if named or (named is None and path.is_file()):
            lines, wrong = read_lines(path)
        environment = cls({**lines, **os.environ})
        environment.problems += wrong
        return environment

    def refuse(self, name: str, reason: str) -> None:
        """Note that the value of `name` can't be used, and why."""
        self.problems.append(f"{name} {reason}")

    def stop_if_wrong(self) -> None:
        """Raise ImproperlyConfigured with every problem noted so far; do nothing if there is none."""
        if self.problems:
            listed = "\n".join(f"  * {problem}" for problem in self.problems)
            raise ImproperlyConfigured(f"Lectern can't start, its environment is wrong:\n{listed}")

    def text(self, name: str, default: str = "") -> str:
        """The value of `name`, or of the file that `NAME_FILE` names."""
        value = self.values.get(name, "").strip()
        file = self.values.get(f"{name}_FILE", "").strip()
        if value and file:
            self.refuse(name, f"is given twice, by itself and by {name}_FILE: keep one")
        elif file:
            try:
                value = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.refuse(f"{name}_FILE", f"can't be read: {error}")
        return value or default

    def required(self, name: str, advice: str) -> str:
        """The value of `name`, noted as missing, with the advice, if there is none."""
        value = self.text(name)
        if not value and not any(problem.startswith(f"{name}_FILE ") for problem in self.problems):
            self.refuse(name, f"is missing: {advice}")
        return value

    def words(self, name: str) -> list[str]:
        """The comma-separated parts of `name`, stripped, empty ones left out."""
        return [word for part in self.text(name).split(",") if (word := part.strip())]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no: 1, true, yes, on or 0, false, no, off, in any case."""
        value = self.text(name).lower()
        if value not in TRUE | FALSE | {""}:
            self.refuse(name, f"is {value!r}: write 1 or 0")
        return default if value not in TRUE | FALSE else value in TRUE

    def count(self, name: str, default: int = 0) -> int:
        """A whole number, zero or more."""
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit()):
            self.refuse(name, f"is {value!r}: write a whole number, such as {default}")
            return default
        return int(value or default)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of `choices`, which are upper case; the value may be written in any case."""
        value = self.text(name, default)
        if value.upper() not in choices:
            self.refuse(name, f"is {value!r}: write one of {', '.join(choices)}")
            return default
        return value.upper()

    def zone(self, name: str, default: str = "UTC") -> str:
        """An IANA time zone name, such as Europe/Paris."""
        value = self.text(name, default)
        if value not in available_timezones():
            self.refuse(name, f"is {value!r}: write an IANA time zone, such as Europe/Paris")
            return default
        return value

    def parsed(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        """What `parse` makes of the value; its ValueError is a sentence that ends "NAME is wrong: ..."."""
        value = self.text(name)
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as error:
            # The value itself isn't repeated: an address may hold a password.
            self.refuse(name, f"is wrong: {error}")
            return default


def read_lines(path: Path) -> tuple[dict[str, str], list[str]]:
    """The `NAME=value` lines of an environment file, and what is wrong with the others.

    Blank lines and lines that begin with `#` are skipped; one pair of quotes around a value is dropped,
    as systemd's EnvironmentFile does it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"ENV_FILE can't be read: {error}"]
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in meaningful(text):
        name, sign, value = line.partition("=")
        if sign and name.strip().isidentifier():
            found[name.strip()] = unquoted(value.strip())
        else:
            wrong.append(f"{path.name}:{number} is no NAME=value line")
    return found, wrong


def meaningful(text: str) -> Iterator[tuple[int, str]]:
    """Each line that says something, stripped, with its number from 1."""
    for number, line in enumerate(text.splitlines(), start=1):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield number, stripped


def unquoted(value: str) -> str:
    """The value without one pair of equal quotes around it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def site_address(value: str) -> str:
    """An `http(s)://host[:port]` address without path or closing slash, or ValueError."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write the whole address, such as https://talks.example.org")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("write the address of the host alone: the site lives at its root")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def cache(value: str) -> dict[str, Any]:
    """Django's cache settings for `locmem://`, `redis://…`, `rediss://…` or `dummy://`, or ValueError."""
    scheme = urlsplit(value).scheme
    if scheme in {"redis", "rediss"}:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": value}
    if scheme in {"locmem", "dummy"}:
        kind = "LocMem" if scheme == "locmem" else "Dummy"
        return {"BACKEND": f"django.core.cache.backends.{scheme}.{kind}Cache"}
    raise ValueError("it begins with redis://, rediss://, locmem:// or dummy://")


class Mail(NamedTuple):
    """Where mail goes: a Django backend and, for SMTP, its server."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    ssl: bool = False


def mail(value: str) -> Mail:
    """The way of `smtp://`, `smtp+tls://`, `smtps://USER:PASSWORD@HOST:PORT` or `console://`, or ValueError."""
    parts = urlsplit(value)
    if parts.scheme == "console":
        return Mail("django.core.mail.backends.console.EmailBackend")
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ValueError("write smtp://, smtp+tls:// or smtps://USER:PASSWORD@HOST:PORT, or console://")
    return Mail(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        parts.port or ports[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        ssl=parts.scheme == "smtps",
    )


def store(value: str) -> dict[str, str]:
    """Options of django-storages' S3Storage for `s3://[KEY:SECRET@]BUCKET[/FOLDER][?region=…&endpoint=https://…]`.

    Without KEY and SECRET the usual AWS sources of credentials are asked. Anything else is a ValueError.
    """
    parts = urlsplit(value)
    extra = dict(parse_qsl(parts.query))
    unknown = sorted(extra.keys() - {"region", "endpoint"})
    if parts.scheme != "s3" or not parts.hostname or unknown:
        raise ValueError("write s3://[KEY:SECRET@]BUCKET[/FOLDER][?region=REGION&endpoint=https://HOST]")
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "region_name": extra.get("region"),
        "endpoint_url": extra.get("endpoint"),
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
    }
    return {name: option for name, option in options.items() if option}


def store_origin(options: Mapping[str, str]) -> str:
    """The origin, such as `https://files.example.org`, from which a store with these options serves its files."""
    endpoint = options.get("endpoint_url")
    if endpoint:
        parts = urlsplit(endpoint)
        return f"{parts.scheme}://{parts.netloc}"
    region = f".{options['region_name']}" if "region_name" in options else ""
    return f"https://{options['bucket_name']}.s3{region}.amazonaws.com"
