"""Every public address on one screen."""

from django.urls import path, register_converter

from website.converters import EditionKey
from website.pages import page
from website.views import editions, files, home, machines, schedule, speakers, talks

register_converter(EditionKey, "edition")

app_name = "website"
urlpatterns = [
    path("", page(home.home), name="home"),
    path("editions/", page(editions.editions), name="editions"),
    path("committee/", page(editions.committee), name="committee"),
    path("pages/<slug:slug>/", page(editions.series_page), name="series-page"),
    path("speakers/", page(speakers.speakers), name="speakers"),
    path("speakers/<slug:slug>/", page(speakers.person), name="speaker"),
    path("media/<path:name>", files.media, name="media"),
    path("sitemap.xml", page(machines.sitemap), name="sitemap"),
    path("robots.txt", page(machines.robots), name="robots"),
    path("theme.css", page(machines.series_theme), name="series-theme"),
    path("<edition:edition>/", page(editions.overview), name="edition"),
    path("<edition:edition>/schedule/", page(schedule.schedule), name="schedule"),
    path("<edition:edition>/talks/<slug:slug>/", page(talks.talk), name="talk"),
    path("<edition:edition>/speakers/", page(editions.edition_speakers), name="edition-speakers"),
    path("<edition:edition>/rooms/<slug:slug>/", page(schedule.room), name="room"),
    path("<edition:edition>/theme.css", page(machines.theme), name="theme"),
    path("<edition:edition>/<slug:slug>/", page(editions.text_page), name="page"),
]
