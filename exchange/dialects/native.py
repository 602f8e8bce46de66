"""The native dialect: the front matter of the sites that Lectern grew up with."""

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from exchange.dialects import values
from exchange.dialects.reader import Files, Reader
from exchange.dialects.rules import Body, ClockTime, Dates, Elements, Field, Flags, Words
from exchange.dialects.seam import code_digest
from exchange.dialects.table import RecordRules, TableDialect
from exchange.documents import Document
from exchange.records import Asset, Kind
from exchange.scalars import is_placeholder

PORTRAITS = Files("photo", "portrait", ("assets/images/speakers/{edition}", "assets/images/speakers", "."))
DOCUMENTS = ("assets/docs/{edition}", "assets/docs", ".")
FULL_DAY = timedelta(hours=24)
# A name in an edition's file that says how the old site built its pages, and nothing about the conference.
EDITION_FLAGS = re.compile(
    r"(is|has|show|on)_\w+|colocated_self|event_session|proceedings_\w+|submission_\w+|<! -- .*"
)
NOTHING = re.compile(r"(?!)")


def _documents(field: str) -> Files:
    return Files(field, "document", DOCUMENTS)


PERSON = (
    Field("name", ("name",), values.person),
    Field("affiliation", ("affiliation",)),
    Field("avatar", ("avatar",), values.picture, files=PORTRAITS),
    Field("url", ("url",), values.link),
    Field("bio", ("bio",), values.prose),
)

# The order of the rules is the order in which new keys are written.
TALK = (
    Field("type", ("type",), default="talk"),
    ClockTime("starts_at", "time_start"),
    ClockTime("ends_at", "time_end"),
    Field("title", ("title",)),
    Flags(
        "state",
        (
            ("hidden", True, "draft"),
            ("draft", True, "draft"),
            ("published", False, "draft"),
            ("cancelled", True, "cancelled"),
        ),
        "published",
    ),
    Field("room", ("room",)),
    Field("location", ("location",)),
    Field("track", ("track",)),
    Words("tags", "tags"),
    Field("level", ("level",)),
    Field("language", ("language",)),
    Field("position", ("order",), values.whole, default=0),
    Elements(
        "appearances",
        (
            ("speaker", {"role": "speaker"}),
            ("speakers", {"role": "speaker"}),
            ("moderator", {"role": "moderator"}),
            ("panelists", {"role": "panelist"}),
            ("chair", {"role": "chair"}),
        ),
        PERSON,
        needs="name",
        plain=values.person,
        also=frozenset({"presentation"}),
        plurals={"speaker": "speakers", "moderator": "moderator", "chair": "chair"},
    ),
    Field(
        "slides", ("presentation", "speaker.presentation"), values.document, files=_documents("slides_file")
    ),
    Field("video_url", ("video_url",), values.link),
    Elements(
        "papers",
        (("papers", {}),),
        (
            Field("title", ("title",)),
            Field("authors", ("authors",), values.long_text),
            Field("affiliation", ("affiliation",), values.long_text),
            Field("paper", ("paper",), values.document, files=_documents("paper_file")),
            Field("slides", ("presentation",), values.document, files=_documents("slides_file")),
            Field("poster", ("poster",), values.document, files=_documents("poster_file")),
        ),
        needs="title",
        plain=values.text,
    ),
    Body("abstract"),
)
EDITION = (
    Field("title", ("title",)),
    Field("number", ("number",), values.whole),
    Field("host_short", ("colocated_short",)),
    Field("host_name", ("colocated_long",)),
    Field("host_url", ("colocated_url",), values.link),
    Field("starts_on", ("event_date",), values.day),
    Field("ends_on", ("event_end",), values.day),
    Field("timezone", ("timezone",), silent=True),
    Field("location", ("event_location",)),
    Field("venue", ("event_room",)),
    Field("submission_url", ("submission_url",), values.link),
    Dates("dates", re.compile(r"[a-z_]*(_deadline|_acceptance|_camera_ready)")),
    Field("proceedings_url", ("proceedings_url",), values.link),
    Field("proceedings_venue", ("proceedings_venue",)),
    Field("recordings_url", ("youtube_url",), values.link),
    Field("online_url", ("online_link", "webinar_link"), values.link),
    Elements(
        "sponsors",
        (("sponsors", {}), ("competition_sponsors", {"tier": "Competition"})),
        (
            Field("name", ("name",)),
            Field(
                "logo_text",
                ("logo",),
                values.picture,
                files=Files(
                    "logo", "logo", ("assets/images/sponsors", "assets/images/sponsors/{edition}", ".")
                ),
            ),
            Field("url", ("url",), values.link),
            Field("tier", ("tier",)),
            Field("description", ("description",), values.prose),
        ),
        needs="name",
        plain=values.text,
    ),
    Body("notice"),
)
MEMBER = (
    Field("name", ("name",), values.person),
    Field("affiliation", ("affiliation",)),
    Field("role", ("role",)),
    Field(
        "avatar",
        ("avatar",),
        values.picture,
        files=Files("photo", "portrait", ("assets/images/organizers", ".")),
    ),
    Field("url", ("profile_url",), values.link),
    Body("bio"),
)
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
GENERATOR_KEYS = frozenset(
    "layout permalink date draft weight slug url aliases redirect_from categories sitemap published excerpt image "
    "description keywords author authors lastmod last_modified_at outputs menu css js lang toc comments".split()
)


def kind_of_type(type_key: str) -> str:
    """What pages do with a type that is met for the first time: 'session', 'break' or 'talk'."""
    key = type_key.lower()
    if "session" in key or key.startswith("panel"):
        return "session"
    return "break" if key in ("break", "lunch", "coffee", "dinner", "social", "registration") else "talk"


def _kind_of(document: Document) -> Kind | None:
    root = document.root
    type_node = root.get("type")
    if type_node is not None and getattr(type_node, "text", "") == "speakers":
        return None  # a roster of names for a generator's page: kept as bytes, no programme entry
    top = PurePosixPath(document.path).parts[0]
    folders: dict[str, Kind] = {"_programs": "talk", "_editions": "edition", "_organizers": "member"}
    if top in folders:
        return folders[top]
    if type_node is None and (root.get("event_date") or root.get("colocated_short")):
        return "edition"
    if type_node is None and root.get("profile_url") is not None:
        return "member"
    return "talk"


def _finish_talk(reader: Reader) -> None:
    fields = reader.fields
    if fields["type"] == "talk" and reader.document.root.get("type") is None:
        reader.problems.warning(reader.path, reader.document.root.place, "type-missing")
    if kind_of_type(str(fields["type"])) == "talk":
        title = fields["title"]
        node = reader.document.root.get("title")
        place = node.place if node is not None else reader.document.root.place
        if not (title or reader.problems_at(node)):
            reader.problems.warning(reader.path, place, "title-missing")
        if not fields.get("abstract") and not is_placeholder(str(title or "TBD")):
            reader.problems.warning(reader.path, reader.places.get("abstract"), "abstract-missing")
    _look_at_times(reader)


def _look_at_times(reader: Reader) -> None:
    fields, places = reader.fields, reader.places
    start, end = (
        datetime.fromisoformat(str(fields[name])) if fields[name] else None
        for name in ("starts_at", "ends_at")
    )
    if end is None:
        return
    if start is None:
        if not reader.problems_at(reader.document.root.get("time_start")):
            reader.problems.warning(reader.path, places["ends_at"], "end-without-start")
        fields["ends_at"] = None
    elif end < start:
        reader.problems.error(
            reader.path, places["ends_at"], "end-before-start", start=f"{start:%H:%M}", end=f"{end:%H:%M}"
        )
    elif end == start:
        reader.problems.warning(reader.path, places["ends_at"], "no-length", time=f"{start:%H:%M}")
    elif end - start > FULL_DAY:
        hours = int((end - start).total_seconds()) // 3600
        reader.problems.warning(reader.path, places["ends_at"], "longer-than-a-day", hours=hours)


def _finish_edition(reader: Reader) -> None:
    digits = re.match(r"[0-9]+", reader.stem)
    if reader.fields["number"] is None and digits:
        reader.fields["number"] = int(digits[0])
    if reader.fields["ends_on"] is None:
        reader.fields["ends_on"] = reader.fields["starts_on"]
    start, end = reader.fields["starts_on"], reader.fields["ends_on"]
    if start and end and str(end) < str(start):
        reader.problems.error(
            reader.path, reader.places["ends_on"], "end-before-start", start=str(start), end=str(end)
        )
    reader.fields["edition"] = reader.edition or None
    reader.fields["notice_format"] = "html" if reader.path.endswith((".html", ".htm")) else "markdown"
    banners = tuple(f"assets/images/editions/{reader.stem}{ending}" for ending in PICTURE_ENDINGS)
    reader.assets.append(Asset("banner", "", "", "banner", banners, None))


def _finish_member(reader: Reader) -> None:
    if reader.fields["name"] is None and not reader.problems_at(reader.document.root.get("name")):
        reader.problems.error(reader.path, reader.document.root.place, "name-missing")


NATIVE = TableDialect(
    name="native",
    digest=code_digest(),
    markers=("_config.yml", "_programs", "_editions", "_organizers"),
    folders=("_programs", "_editions", "_organizers"),
    kinds={
        "talk": RecordRules(TALK, NOTHING, _finish_talk),
        "edition": RecordRules(EDITION, EDITION_FLAGS, _finish_edition),
        "member": RecordRules(MEMBER, NOTHING, _finish_member, needs_edition=False),
    },
    kind_of=_kind_of,
    generator_keys=GENERATOR_KEYS,
)
