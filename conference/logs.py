"""Log lines that a machine reads: one JSON object a line, without personal data."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
QUERY = re.compile(r"(?<=[\w/])\?[^\s\"']*=[^\s\"']*")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: time (UTC, ISO 8601), level, logger, message, request, error.

    Only these are written, never the request itself, which holds addresses and cookies. In what is
    written, mail addresses and query strings are blanked: a database names the value that it refused,
    and a search says what someone looked for.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, without a line end."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": blanked(record.getMessage()),
        }
        if name := request_id.get():
            line["request"] = name
        if record.exc_info:
            line["error"] = blanked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def blanked(text: str) -> str:
    """The text with mail addresses and query strings replaced by what they were."""
    return QUERY.sub("?[query]", ADDRESS.sub("[address]", text))
