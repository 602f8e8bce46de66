// What ical.js, the parser of Thunderbird and Nextcloud, reads out of calendars, the files named or standard input:
// JSON, for each calendar its events, or the error.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const eventsOf = (text) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((part) => {
    const event = new ICAL.Event(part);
    return {
      uid: event.uid,
      title: event.summary,
      sequence: event.sequence,
      clock: event.startDate.toString().slice(0, 16),
      zone: event.startDate.zone.tzid,
      moment: event.startDate.toUnixTime(),
      seconds: event.duration.toSeconds(),
    };
  });

const read = (file) => {
  try {
    return { events: eventsOf(readFileSync(file, "utf8")) };
  } catch (error) {
    return { events: [], error: String(error) };
  }
};
const files = process.argv.slice(2);
process.stdout.write(JSON.stringify((files.length ? files : [0]).map(read)));
