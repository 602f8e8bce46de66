// What script adds to a schedule: filters that answer while one types, what is on now, the day one is reading.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łŁ]/g, "l").replace(/[øØ]/g, "o").toLowerCase();
  const form = document.querySelector(".tools");
  if (!form) return;
  const rows = all(".row");
  const talks = rows.filter((row) => row.dataset.type);
  const days = all(".day");
  const status = document.querySelector(".status");

  // Filters: the same as the server's, on what the page holds.
  const text = new Map(rows.map((row) => [row, fold(row.querySelector(".body").textContent)]));
  const chosen = (name) => all(`[name=${name}]:checked`, form).map((input) => input.value);
  const dayOf = (row) => (row.querySelector("time")?.dateTime ?? "").slice(0, 10);
  const filter = () => {
    const words = fold(form.q.value).split(/\s+/).filter(Boolean);
    const wanted = ["track", "room", "type", "video"].map((name) => [name, chosen(name)]).filter(([, values]) => values.length);
    const onDays = chosen("day");
    const active = words.length + wanted.length + onDays.length > 0;
    const kept = (row) =>
      words.every((word) => text.get(row).includes(word)) &&
      wanted.every(([name, values]) => values.includes(row.dataset[name])) &&
      (!onDays.length || onDays.includes(dayOf(row)));
    for (const row of rows) row.classList.toggle("is-away", active && !kept(row));
    for (const day of days) {
      if (day.dataset.grid === undefined) day.dataset.grid = day.classList.contains("grid") ? "1" : "";
      day.classList.toggle("grid", Boolean(day.dataset.grid) && !active);
      day.classList.toggle("is-away", !day.querySelector(".row:not(.is-away)"));
    }
    const count = talks.filter((row) => !row.classList.contains("is-away")).length;
    status.textContent = active ? form.dataset.count.replace("%n", count).replace("%m", talks.length) : "";
  };
  // A page that came filtered holds only what was found: its form goes to the server.
  if (!new URLSearchParams(location.search).size) form.addEventListener("input", filter);

  // Now, next and past, by the visitor's clock. Nothing is marked outside the days of the programme.
  const spans = rows.flatMap((row) => {
    const [start, end] = all("time", row).map((time) => Date.parse(time.dateTime));
    return start ? [{ row, start, end: end ?? start + 36e5 }] : [];
  });
  const first = Math.min(...spans.map((span) => span.start));
  const last = Math.max(...spans.map((span) => span.end));
  const mark = () => {
    const now = Date.now();
    if (now < first - 864e5 || now > last) return;
    const next = Math.min(...spans.filter((span) => span.start > now).map((span) => span.start));
    for (const { row, start, end } of spans) {
      const off = row.classList.contains("is-off");
      const isNow = !off && start <= now && now < end;
      const isNext = !off && start === next;
      row.classList.toggle("is-now", isNow);
      row.classList.toggle("is-next", isNext);
      row.classList.toggle("is-past", end <= now);
      row.querySelector(".when").dataset.word = isNow ? form.dataset.now : isNext ? form.dataset.next : "";
    }
  };
  mark();
  setInterval(mark, 3e4);

  // The day that is being read.
  const links = new Map(all("nav.days a").map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const [id, link] of links) {
          if (id === entry.target.getAttribute("aria-labelledby")) link.setAttribute("aria-current", "true");
          else link.removeAttribute("aria-current");
        }
      }
    },
    { rootMargin: "-15% 0px -80% 0px" },
  );
  for (const day of days) seen.observe(day);
})();
