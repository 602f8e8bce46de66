"""The headers of every answer."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from conference.headers import HeadersMiddleware
from conference.logs import request_id

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address,status", [("/", 200), ("/admin/login/", 200), ("/no/such/page/", 404), ("/healthz", 200)]
)
def test_every_answer_has_them(client: Client, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_the_admin_has_them_behind_the_door_too(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    response = client.get("/admin/")
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.django_db  # closing a streamed answer looks after connections
def test_static_files_have_them(client: Client) -> None:
    response = client.get("/static/admin/css/base.css")
    response.close()
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == POLICY


@override_settings(ALLOWED_HOSTS=["talks.example.org"])
def test_an_unknown_host_is_refused_with_them(client: Client) -> None:
    response = client.get("/admin/login/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.django_db
@override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000)
def test_behind_tls(client: Client) -> None:
    assert client.get("/admin/login/").headers["Location"] == "https://testserver/admin/login/"
    secure = client.get("/admin/login/", secure=True)
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


def answer(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What the middleware makes of a view's response."""
    answered = HeadersMiddleware(lambda _request: response)(request)
    assert isinstance(answered, HttpResponse)
    return answered


def test_a_stricter_policy_of_a_view_is_left_alone(rf: RequestFactory) -> None:
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'; sandbox"})
    assert (
        answer(rf.get("/media/a.pdf"), own).headers["Content-Security-Policy"]
        == "default-src 'none'; sandbox"
    )


@override_settings(DEBUG=True)
@pytest.mark.parametrize("status,has", [(200, True), (403, True), (404, False), (500, False)])
def test_only_the_debug_pages_go_without_a_policy(rf: RequestFactory, status: int, has: bool) -> None:
    response = answer(rf.get("/"), HttpResponse(status=status))
    assert ("Content-Security-Policy" in response.headers) is has


def test_a_strangers_request_id_is_not_believed(rf: RequestFactory) -> None:
    first = answer(rf.get("/", headers={"x-request-id": "forged-id-1"}), HttpResponse()).headers[
        "X-Request-ID"
    ]
    second = answer(rf.get("/"), HttpResponse()).headers["X-Request-ID"]
    assert first not in {"forged-id-1", second}
    assert len(first) == 32


@override_settings(TRUSTED_PROXIES=1)
@pytest.mark.parametrize(
    "given,kept", [("abc-123.DEF", True), ("short", False), ("a b c d e f", False), ("é" * 9, False)]
)
def test_a_proxys_request_id_is_kept_if_it_is_one(rf: RequestFactory, given: str, kept: bool) -> None:
    response = answer(rf.get("/", HTTP_X_REQUEST_ID=given), HttpResponse())
    assert (response.headers["X-Request-ID"] == given) is kept


def test_the_request_id_ends_with_its_request(rf: RequestFactory) -> None:
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(request_id.get())
        return HttpResponse()

    response = HeadersMiddleware(view)(rf.get("/"))
    assert seen == [response.headers["X-Request-ID"]]
    assert request_id.get() == ""
