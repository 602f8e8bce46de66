// What ical.js, the parser of Thunderbird and Nextcloud, reads out of the calendar on standard input: JSON, an event each.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((part) => {
  const event = new ICAL.Event(part);
  const zone = event.startDate.zone;
  return {
    uid: event.uid,
    title: event.summary,
    sequence: event.sequence,
    clock: event.startDate.toString().slice(0, 16),
    zone: zone.tzid,
    moment: event.startDate.toUnixTime(),
    seconds: event.duration.toSeconds(),
  };
});
process.stdout.write(JSON.stringify(events));
