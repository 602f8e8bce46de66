"""The root of all addresses: the workbench, operations, then the website."""

from django.contrib import admin
from django.urls import include, path

from conference.operations import healthz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("", include("website.urls")),
]
handler404 = "website.views.errors.not_found"
handler500 = "website.views.errors.server_error"
