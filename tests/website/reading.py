"""Pages read as a reader's browser would: parsed, and asked for what stands in them."""

from typing import Any

from django.test import Client
from lxml import html

Node = Any
"""An element of a parsed page; lxml has no types of its own."""


def read(client: Client, path: str, status: int = 200) -> Node:
    """Get a page and parse it."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return html.fromstring(answer.content)


def words(node: Node) -> str:
    """The words of a node, blanks collapsed."""
    return " ".join(node.text_content().split())


def having(node: Node, name: str, tag: str = "*") -> list[Node]:
    """All below that carry a class."""
    return list(node.xpath(f".//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"))


def all_words(node: Node, name: str, tag: str = "*") -> list[str]:
    """The words of all below that carry a class."""
    return [words(found) for found in having(node, name, tag)]


def links(node: Node) -> list[str]:
    """Every address that the page leads to or loads, in order, each once."""
    found = [*node.xpath("//a/@href"), *node.xpath("//link/@href"), *node.xpath("//script/@src")]
    found += [*node.xpath("//img/@src"), *node.xpath("//source/@srcset")]
    return list(dict.fromkeys(str(link) for link in found))


def clocks(node: Node) -> list[str]:
    """The machine-readable times, in order."""
    return [str(value) for value in node.xpath(".//time/@datetime")]
