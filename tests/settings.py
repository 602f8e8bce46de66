"""The settings of the tests: Lectern's own, read from a fixed environment, with what makes tests quick.

pytest-django reads the settings before it reads any conftest.py, so the environment is set here. Only
`DATABASE_URL` is let through, so that the same tests run on PostgreSQL.
"""

import os
import tempfile

FIXED = {
    "ENV_FILE": "",
    "DEBUG": "0",
    "SECRET_KEY": "for tests only: neither secret nor used anywhere else",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SITE_NAME": "Lectern",
    "SITE_URL": "",
    "TIME_ZONE": "UTC",
    "TRUSTED_PROXIES": "0",
    "CACHE_URL": "locmem://",
    "EMAIL_URL": "console://",
    "LOG_LEVEL": "WARNING",
    "MEDIA_ROOT": tempfile.mkdtemp(prefix="lectern-tests-"),
}
os.environ.update(FIXED)
for name in (
    "SECRET_KEY_FALLBACKS",
    "STORAGE_URL",
    "DEFAULT_FROM_EMAIL",
    *(f"{name}_FILE" for name in FIXED),
):
    os.environ.pop(name, None)

from conference.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {
    # Hashed names would need collectstatic first.
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
