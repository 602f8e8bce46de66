"""Links as people write them, made safe to stand in a page."""

import re
from urllib.parse import urlsplit

HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


def web_link(text: str) -> str:
    """Return an http(s) or mailto address as it stands, "" for anything else (a file's name, a script)."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    known = parts.scheme in {"http", "https"} and bool(parts.netloc)
    return text if known or (parts.scheme == "mailto" and parts.path) else ""


def any_link(text: str) -> str:
    """Return an address, a path of this site, or a bare host (`example.org/me`) as https; "" for anything else."""
    text = text.strip()
    if text.startswith("/") and not text.startswith(("//", "/\\")):
        return text
    return web_link(text) or (f"https://{text}" if HOST.fullmatch(text) else "")


def host_of(link: str) -> str:
    """Return the host that a link leads to, without www; "" for a path."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def doi_link(doi: str) -> str:
    """Return the resolver's address of a DOI, however it is written; "" for none."""
    name = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", "", doi.strip(), flags=re.IGNORECASE)
    return f"https://doi.org/{name}" if name.startswith("10.") else ""
