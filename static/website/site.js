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

  // Stars, by the talk's number. The button's name is "Save" and the title.
  const name = `stars:${say.edition}`;
  const stars = new Set();
  const starred = all("[data-n]").map((item) => {
    const { n } = item.dataset;
    const title = item.querySelector("h1, h3");
    title.id ||= `n${n}`;
    const button = make("button", { type: "button", className: "star", textContent: title.matches("h1") ? say.save : "" });
    button.setAttribute("aria-labelledby", `save ${title.id}`);
    button.onclick = () => save(stars.has(n) ? [...stars].filter((other) => other !== n) : [...stars, n], item);
    title.after(button);
    return { n, item, button };
  });
  const show = (item) => {
    for (const star of starred) {
      star.button.ariaPressed = stars.has(star.n);
      star.item.classList.toggle("is-saved", stars.has(star.n));
    }
    document.dispatchEvent(new CustomEvent("stars", { detail: item }));
  };
  const take = (numbers) => {
    stars.clear();
    for (const number of numbers) if (number) stars.add(number);
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

  // The reader's own zone. Days stay the venue's: a mark tells the day before or after.
  const zone = document.querySelector(".zone");
  const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const times = all('main time[datetime*="T"]:not([datetime$="Z"])').map((time) => ({
    time,
    venue: [...time.childNodes],
    day: Date.parse((time.parentNode.querySelector("time") ?? time).dateTime.slice(0, 10)),
    moment: new Date(time.dateTime),
  }));
  const shift = ({ day, moment }) =>
    Math.round((Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()) - day) / 864e5);
  const turn = (own) => {
    for (const shown of times) {
      const days = shift(shown);
      const mark = days ? [make("sup", { textContent: days < 0 ? `−${-days}` : `+${days}` })] : [];
      shown.time.replaceChildren(...(own ? [clock.format(shown.moment), ...mark] : shown.venue));
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
