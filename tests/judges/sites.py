"""The sites that the judges look at: served as a public site is, each from a database of its own."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import quote, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tests.judges.tools import ROOT

HOST = "127.0.0.1"
CORPUS = Path(os.environ.get("LECTERN_CORPORA") or ROOT.parent / "shared" / "corpora") / "emc2"
WANTED = (".html", ".ics", ".bib", ".json", "schedule.xml")
"""How the names of those files end that hold feeds or structured data."""
Fill = Callable[[], None]


class Server(ThreadingMixIn, WSGIServer):
    """A server that answers several requests at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """A handler that does not tell of every request."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def fill_with_samples() -> None:
    """Load the sample series."""
    from django.core.management import call_command

    call_command("demo", verbosity=0, stdout=StringIO())


def fill_with_corpus() -> None:
    """Import the real series."""
    from exchange.importing import Options, import_files

    report = import_files([CORPUS], Options(timezone="America/New_York"))
    if not report.ok:
        raise RuntimeError("The real series could not be imported.")


@contextmanager
def site(fill: Fill) -> Iterator[str]:
    """Serve a new site, with DEBUG off and collected static files; gives its address. Once in a process."""
    with tempfile.TemporaryDirectory(prefix="lectern-judge-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="conference.settings",
            ENV_FILE="",
            DEBUG="0",
            SECRET_KEY="only for the judges, and for as long as they look",
            ALLOWED_HOSTS=HOST,
            DATABASE_URL=f"sqlite:///{folder}/judge.sqlite3",
            MEDIA_ROOT=f"{folder}/media",
            LOG_LEVEL="ERROR",
        )
        import django
        from django.conf import settings

        settings.STATIC_ROOT = Path(folder) / "static"
        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        fill()
        from conference.wsgi import application

        with make_server(HOST, 0, application, Server, Quiet) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://{HOST}:{server.server_port}"
            server.shutdown()


def ask(address: str) -> tuple[int, bytes]:
    """The status and the body of what is at an address of the site."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", parts._replace(scheme="", netloc="").geturl())
    with connection.getresponse() as answer:
        return answer.status, answer.read()


def gather(fill: Fill, folder: Path) -> None:
    """Write every public page and feed of a new site into a folder, under the names that an archive gives them.

    An entry without a work to cite has no file. A process of its own does it, as each has but one site.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(_gather, fill, folder).result()


def _gather(fill: Fill, folder: Path) -> None:
    with site(fill) as address:
        from website.archive.addresses import MISSING, MOVED, addresses
        from website.archive.scope import Scope

        for one in addresses(Scope()):
            if one.route in {MISSING, MOVED} or "/export/" in one.file or not one.file.endswith(WANTED):
                continue
            status, body = ask(address + "/" + quote(one.file.removesuffix("index.html")))
            if status == 200:
                file = folder / one.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)
            elif not (status == 404 and one.file.endswith((".bib", ".csl.json"))):
                raise RuntimeError(f"{one.file}: {status}")
