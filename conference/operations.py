"""What operators and their monitors ask: `/healthz`."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the site can work: `{"status", "database", "migrations"}`, 200 if it can, else 503.

    Each is `ok` or one word: `status` failing, `database` unreachable, `migrations` unapplied or unknown.
    """
    parts = examine()
    well = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "failing", **parts}, status=200 if well else 503)


def examine() -> dict[str, str]:
    """Database and migrations, each `ok` or what is wrong, in one word that gives nothing away."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return {"database": "unreachable", "migrations": "unknown"}
    return {"database": "ok", "migrations": "unapplied" if missing else "ok"}
