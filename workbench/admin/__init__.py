"""The admin of every model, a module a room; importing it registers all."""

from workbench.admin import accounts, editions, exchange, history, speakers, talks

__all__ = ["accounts", "editions", "exchange", "history", "speakers", "talks"]
