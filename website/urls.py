"""Every public address on one screen."""

from django.urls import path

import website.converters  # noqa: F401 - makes <edition:…> known
from website.pages import page
from website.views import (
    cards,
    changes,
    codes,
    editions,
    feeds,
    files,
    home,
    machines,
    now,
    offline,
    schedule,
    search,
    speakers,
    talks,
)
from website.views.feeds import feed

app_name = "website"
urlpatterns = [
    path("", page(home.home), name="home"),
    path("editions/", page(editions.editions), name="editions"),
    path("committee/", page(editions.committee), name="committee"),
    path("pages/<slug:slug>/", page(editions.series_page), name="series-page"),
    path("speakers/", page(speakers.speakers), name="speakers"),
    path("speakers/<slug:slug>/", page(speakers.person), name="speaker"),
    path("speakers/<slug:slug>.ics", feed(feeds.speaker_calendar), name="speaker-ics"),
    path("proceedings.bib", feed(feeds.series_bibtex), name="series-bib"),
    path("media/<path:name>", files.media, name="media"),
    path("search/", page(search.search), name="search"),
    path("sitemap.xml", page(machines.sitemap), name="sitemap"),
    path("robots.txt", page(machines.robots), name="robots"),
    path("theme.css", page(machines.series_theme), name="series-theme"),
    path("manifest.webmanifest", page(offline.manifest), name="manifest"),
    path("sw.js", page(offline.worker), name="worker"),
    path("offline.html", page(offline.offline), name="offline"),
    path("<edition:edition>/", page(editions.overview), name="edition"),
    path("<edition:edition>/schedule/", page(schedule.schedule), name="schedule"),
    path("<edition:edition>/schedule.ics", feed(feeds.schedule_calendar), name="schedule-ics"),
    path("<edition:edition>/schedule.xml", feed(feeds.schedule_xml), name="schedule-xml"),
    path("<edition:edition>/schedule.json", feed(feeds.schedule_json), name="schedule-json"),
    *(
        path(f"<edition:edition>/schedule/export/schedule.{kind}", feed(feeds.exported), {"kind": kind})
        for kind in ("xml", "json", "ics")
    ),
    path("<edition:edition>/talks/<slug:slug>/", page(talks.talk), name="talk"),
    path("<edition:edition>/talks/<slug:slug>.ics", feed(feeds.talk_calendar), name="talk-ics"),
    path("<edition:edition>/talks/<slug:slug>.bib", feed(feeds.talk_bibtex), name="talk-bib"),
    path("<edition:edition>/talks/<slug:slug>.csl.json", feed(feeds.talk_csl_json), name="talk-csl"),
    path("<edition:edition>/proceedings.bib", feed(feeds.edition_bibtex), name="edition-bib"),
    path("<edition:edition>/proceedings.csl.json", feed(feeds.edition_csl_json), name="edition-csl"),
    path("<edition:edition>/speakers/", page(editions.edition_speakers), name="edition-speakers"),
    path("<edition:edition>/rooms/<slug:slug>/", page(schedule.room), name="room"),
    path("<edition:edition>/changes/", page(changes.changes), name="changes"),
    path("<edition:edition>/changes/feed.atom", feed(changes.feed), name="changes-feed"),
    path("<edition:edition>/now/", page(now.now), name="now"),
    path("<edition:edition>/qr.svg", page(codes.qr), name="qr"),
    path("<edition:edition>/theme.css", page(machines.theme), name="theme"),
    path("<edition:edition>/card.png", cards.picture(cards.edition_card), name="edition-card"),
    path("<edition:edition>/talks/<slug:slug>/card.png", cards.picture(cards.talk_card), name="talk-card"),
    path("<edition:edition>/<slug:slug>/", page(editions.text_page), name="page"),
]
