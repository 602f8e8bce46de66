// What script adds to the pages of an edition: stars, and times in the reader's own zone.
(() => {
  const say = document.currentScript.dataset;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, given) => Object.assign(document.createElement(tag), given);

  // Kept in this browser alone; one that keeps nothing forgets it with the page.
  const recall = (name) => {
    try {
      return localStorage.getItem(name) ?? "";
    } catch {
      return "";
    }
  };
  const keep = (name, text) => {
    try {
      localStorage.setItem(name, text);
    } catch {}
  };

  // Stars, by the talk's number. The button's name is "Save" and the title; a talk's own page has words on it too.
  const takes = document.querySelector(".takes");
  const name = `stars:${say.edition}`;
  const stars = new Set();
  const starred = all("[data-n]").map((item) => {
    const { n } = item.dataset;
    const title = item.querySelector("h1, h3");
    title.id ||= `n${n}`;
    const button = make("button", { type: "button", className: "star" });
    button.setAttribute("aria-labelledby", `save ${title.id}`);
    button.onclick = () => save(stars.has(n) ? [...stars].filter((other) => other !== n) : [...stars, n], item);
    takes ? takes.prepend(button) : title.after(button);
    return { n, item, button };
  });
  const show = (item) => {
    for (const star of starred) {
      star.button.ariaPressed = stars.has(star.n);
      if (takes) star.button.textContent = stars.has(star.n) ? say.saved : say.save;
      star.item.classList.toggle("is-saved", stars.has(star.n));
    }
    document.dispatchEvent(new CustomEvent("stars", { detail: item }));
  };
  const take = (numbers) => {
    stars.clear();
    for (const number of numbers) if (/^\d+$/.test(number)) stars.add(number);
  };
  const save = (numbers, item) => {
    take(numbers);
    keep(name, [...stars]);
    show(item);
  };
  if (starred.length) document.body.append(make("span", { id: "save", hidden: true, textContent: say.save }));
  take(recall(name).split(","));
  show();
  addEventListener("storage", (event) => {
    if (event.key !== name) return;
    take(recall(name).split(","));
    show();
  });

  // The reader's own zone. A time on another day than its heading, or than its start, has its weekday.
  const zone = document.querySelector(".zone");
  const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const written = (moment, given) => moment.toLocaleDateString(say.language, given);
  const date = document.querySelector(".facts [data-of]");
  const venueDate = date?.textContent;
  const times = all('main time[datetime*="T"]:not([datetime$="Z"])').map((time) => {
    const first = time.parentNode.querySelector("time");
    const from = time === first ? (date?.dataset.of ?? `${time.closest("section")?.getAttribute("aria-labelledby").slice(1)}T12:00`) : first.dateTime;
    return { time, venue: [...time.childNodes], from: new Date(from), moment: new Date(time.dateTime) };
  });
  const local = ({ from, moment }) =>
    (from.toDateString() === moment.toDateString() ? "" : `${written(moment, { weekday: "short" })} `) + clock.format(moment);
  const turn = (own) => {
    for (const shown of times) shown.time.replaceChildren(...(own ? [local(shown)] : shown.venue));
    if (date) {
      const at = new Date(date.dataset.of);
      const day = written(at, { day: "numeric", month: "long", year: "numeric" });
      date.textContent = own ? `${written(at, { weekday: "long" })}, ${day}` : venueDate;
    }
    const [venue, mine] = all("span", zone);
    venue.hidden = own;
    mine.hidden = !own;
    zone.querySelector("button").ariaPressed = own;
  };
  if (zone && times.some(({ time, moment }) => clock.format(moment) !== time.dateTime.slice(11, 16))) {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    all("b", zone).at(-1).textContent = timeZone.split("/").pop().replaceAll("_", " ");
    const button = zone.querySelector("button");
    button.hidden = false;
    button.onclick = () => {
      const own = button.ariaPressed !== "true";
      keep("own-zone", own ? "1" : "");
      turn(own);
    };
    if (recall("own-zone")) turn(true);
  }

  globalThis.lectern = { all, make, stars, save };
})();
