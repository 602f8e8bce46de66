"""The groups Organizers, Editors and Reviewers, with their rights."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from workbench.rights import make_groups

WITH_RIGHTS = ("auth", "editions", "speakers", "talks", "exchange", "history")


def make(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the permissions first: Django makes them only when all migrations are through."""
    for label in WITH_RIGHTS:
        config = installed.get_app_config(label)
        create_permissions(config, verbosity=0, using=schema_editor.connection.alias, apps=apps)
    make_groups(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))


class Migration(migrations.Migration):
    """Going back leaves the groups: accounts may be in them."""

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("editions", "0001_initial"),
        ("speakers", "0001_initial"),
        ("talks", "0001_initial"),
        ("exchange", "0001_initial"),
        ("history", "0001_initial"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
