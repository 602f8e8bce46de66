"""What can be said of the public addresses as a whole."""

from django.urls import URLPattern

from website.urls import urlpatterns


def reserved_words() -> frozenset[str]:
    """Return the words with which the site's own addresses begin, which no edition may be called."""
    return frozenset(word for pattern in urlpatterns if (word := _words(pattern)[0]) and "<" not in word)


def reserved_slugs() -> frozenset[str]:
    """Return the words that follow an edition in its own addresses, which no page of it may be called."""
    below = (
        words[1] for pattern in urlpatterns if len(words := _words(pattern)) > 1 and "<edition:" in words[0]
    )
    return frozenset(word for word in below if word and "<" not in word)


def _words(pattern: URLPattern) -> list[str]:
    return str(pattern.pattern).split("/")
