"""The commands of the roof: what `manage.py` calls."""
