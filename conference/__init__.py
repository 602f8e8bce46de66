"""The roof: the Django project that joins the rooms."""
