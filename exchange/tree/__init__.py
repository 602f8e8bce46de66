"""A folder, single files or a .zip as one read-only view, in which no link is followed and no device opened."""

from exchange.tree.opening import open_tree
from exchange.tree.view import BadFile, Entry, Tree, is_ignored

__all__ = ["BadFile", "Entry", "Tree", "is_ignored", "open_tree"]
