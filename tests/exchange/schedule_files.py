"""Invented schedules in the manners of pretalx, frab and an old exporter, in three time zones."""

ONE, TWO, THREE = (f"{digit * 8}-0000-4000-8000-{digit * 12}" for digit in "123")

# pretalx: one event a slot, Markdown, attachments on its own host, East Asia.
KOBE = f"""\
<?xml version='1.0' encoding='utf-8' ?>
<!-- Made with love -->
<schedule>
    <generator name="pretalx" version="2031.1" />
    <version>0.7</version>
    <conference>
        <title>灯台会議 2031 — Kobe</title>
        <acronym>kobe-31</acronym>
        <start>2031-05-15</start>
        <end>2031-05-16</end>
        <days>2</days>
        <timeslot_duration>00:05</timeslot_duration>
        <base_url>https://talks.example</base_url>
        <time_zone_name>Asia/Tokyo</time_zone_name>
        <url>https://talks.example/kobe-31/schedule/</url>
        <track name="硝子 Glass" slug="glass" color="#AA3300"/>
        <track name="Salt" slug="salt" color="#0055aa"/>
    </conference>
    <day index='1' date='2031-05-15' start='2031-05-15T04:00:00+09:00' end='2031-05-16T03:59:00+09:00'>
        <room name='海の間' guid='{THREE}'>
            <event guid='{ONE}' id='41' code='ABCDEF'>
                <room>海の間</room>
                <title>Rings &amp; lenses</title>
                <subtitle>A second look</subtitle>
                <type>Invited Talk</type>
                <date>2031-05-15T09:30:00+09:00</date>
                <start>09:30</start>
                <duration>00:45</duration>
                <abstract>Why *rings*.</abstract>
                <slug>kobe-31-41-rings-lenses</slug>
                <track>硝子 Glass</track>
                <logo></logo>
                <persons>
                    <person id='7'>灯台 守</person>
                    <person id='8'>Maren Østby</person>
                </persons>
                <language>ja</language>
                <description>Long &lt;b&gt;words&lt;/b&gt;.</description>
                <recording>
                    <license>CC BY 4.0</license>
                    <optout>true</optout>
                </recording>
                <links>
                    <link href="https://rings.example/" type="related">Rings: home</link>
                </links>
                <attachments>
                    <attachment href="/media/kobe-31/rings.pdf" type="related">Slides</attachment>
                    <attachment href="https://video.example/rings.webm">Film</attachment>
                </attachments>
                <url>https://talks.example/kobe-31/talk/ABCDEF/</url>
                <feedback_url>https://talks.example/kobe-31/talk/ABCDEF/feedback/</feedback_url>
            </event>
        </room>
        <room name='Deck'>
            <event guid='{TWO}' id='42' code='GHIJKL'>
                <room>Deck</room>
                <title>Cancelled: Салют</title>
                <subtitle></subtitle>
                <type>Talk</type>
                <date>2031-05-15T23:30:00+09:00</date>
                <start>23:30</start>
                <duration>01:00</duration>
                <abstract>Late.</abstract>
                <slug>kobe-31-42-</slug>
                <track></track>
                <persons></persons>
                <language>en</language>
                <description></description>
                <links></links>
                <attachments></attachments>
                <url>https://talks.example/kobe-31/talk/GHIJKL/</url>
            </event>
        </room>
    </day>
</schedule>
"""

# frab: HTML, public names, localised tracks, the clocks go back in the night of the party, America.
QUITO = f"""\
{{"schedule": {{
  "version": "1.2 \\u2013 \\"Lamp\\"", "base_url": "https:\\/\\/frab.example\\/en\\/quito31\\/",
  "conference": {{
    "acronym": "Quito31", "title": "Faros del mundo", "start": "2031-11-01", "end": "2031-11-02", "daysCount": 2,
    "timeslot_duration": "00:15", "time_zone_name": "America/Vancouver",
    "rooms": [{{"name": "Sala Ñ", "guid": null, "capacity": 80}}, {{"name": "Unused"}}],
    "days": [
      {{"index": 1, "date": "2031-11-01", "day_start": "2031-11-01T09:00:00-07:00", "day_end": "2031-11-02T05:00:00-08:00",
       "rooms": {{"Sala Ñ": [
         {{"id": 9, "guid": "{ONE}", "logo": "/system/9.png",
          "date": "2031-11-02T00:30:00-07:00", "start": "00:30", "duration": "02:00", "room": "Sala Ñ",
          "slug": "", "url": "https://frab.example/en/quito31/public/events/9",
          "title": "Fiesta\\nlarga", "subtitle": "", "track": {{"es": "Noche", "en": "Night"}}, "type": "meeting", "language": "en",
          "abstract": "<p>Baile &amp; más</p>", "description": "<p>Baile &amp; más</p><p>Hasta tarde</p>",
          "recording_license": "", "do_not_record": false,
          "persons": [{{"id": 3, "public_name": "Ñandú Pérez", "biography": "Dances."}}, {{"id": 4, "public_name": "José"}}],
          "links": [{{"url": "http://baile.example", "title": ""}}, {{"url": "javascript:x", "title": "x"}}],
          "attachments": [{{"url": "files/deck.pptx", "title": "Notes"}}]}}]}}}}]}}}}}}
"""

# pentabarf and its heirs, long ago: no guid, no date of the event itself, a day that ends in the small hours.
PUNE = """\
<schedule>
  <conference>
    <title>दीपस्तंभ</title><acronym>pune10</acronym><start>2010-12-27</start><end>2010-12-27</end>
    <day_change>04:00:00</day_change>
    <time_zone_name>Asia/Kolkata</time_zone_name>
  </conference>
  <day date="2010-12-27" index="1">
    <room name="Hall 1">
      <event id="1"><start>11:00</start><duration>00:30</duration><title>प्रकाश</title><type>lecture</type>
        <persons><person>Ada</person><person> </person></persons></event>
      <event id="2"><start>01:15</start><duration>1:06:30</duration><title>Night</title></event>
      <event id="3"><start>12:00</start><duration>01:30:00</duration><title>Lunch</title><type>Lunch</type></event>
    </room>
  </day>
</schedule>
"""


def event(number: int, title: str = "Lamp", **more: str) -> str:
    """An event of a short schedule; ``more`` replaces or adds elements (an empty text leaves one out)."""
    words = {
        "title": title, "type": "Talk", "date": f"2031-07-0{number}T10:00:00+02:00", "start": "10:00",
        "duration": "00:30", "abstract": "Words.", "slug": f"lamp-{number}", **more,
    }  # fmt: skip
    guid = words.pop("guid", f"{number}0000000-0000-4000-8000-000000000000")
    own = words.pop("id", str(number))
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in words.items() if text)
    names = f'id="{own}"' + (f' guid="{guid}"' if guid else "")
    return f"<event {names}>{inner}</event>"


def schedule(*events: str, acronym: str = "bern-31", zone: str = "Europe/Zurich", more: str = "") -> str:
    """A short schedule, one event a line, from line 4."""
    told = f"<time_zone_name>{zone}</time_zone_name>" if zone else ""
    told += "<start>2031-07-01</start><end>2031-07-05</end>"
    lines = "\n".join(events)
    return (
        "<schedule>\n"
        f"<conference><title>Leuchtturm</title><acronym>{acronym}</acronym>{told}{more}</conference>\n"
        f'<day date="2031-07-01"><room name="Saal">\n{lines}\n</room></day>\n</schedule>\n'
    )
