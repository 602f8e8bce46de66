// What script adds to the schedule: filters, what is on now, the day one reads, one's programme.
(() => {
  const { all, make, stars, save } = globalThis.lectern;
  const form = document.querySelector(".tools");
  if (!form) return;
  const say = form.dataset;
  const rows = all(".row");
  const days = all(".day");
  const [status, back] = document.querySelector(".status").children;
  const mine = form.querySelector(".mine");
  const linked = document.querySelector(".linked");

  // Words as the server folds them.
  const letters = { æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ŧ: "t", ı: "i", ŋ: "n", ə: "e", ß: "ss", ς: "σ" };
  Object.assign(letters, { "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-" });
  const fold = (text) =>
    text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f]/g, "")
      .replace(/[^\x00-\x7f]/g, (letter) => letters[letter] ?? letter)
      .normalize("NFC");
  const texts = new Map(rows.map((row) => [row, fold(all("h3, .who, .meta > :not(.has)", row).map((part) => part.textContent).join(" "))]));
  const starts = (row) => row.querySelector(".when time")?.dateTime.slice(0, 10);

  // Filters; of a page that came filtered, by the server.
  const whole = "whole" in say;
  const chosen = (name) => all(`[name=${name}]:checked`, form).map((box) => box.value);
  const filter = () => {
    const words = fold(form.q.value).split(/\s+/).filter(Boolean);
    const wanted = ["track", "room", "type", "video"].map((name) => [name, chosen(name)]).filter(([, values]) => values.length);
    const on = chosen("day");
    const [ids] = chosen("ids");
    const active = words.length + wanted.length + on.length > 0 || ids !== undefined;
    const numbers = ids?.split(",");
    const kept = (row) =>
      (!numbers || numbers.includes(row.dataset.n)) &&
      words.every((word) => texts.get(row).includes(word)) &&
      wanted.every(([name, values]) => values.includes(row.dataset[name])) &&
      (!on.length || on.includes(starts(row)));
    for (const row of rows) row.hidden = active && !kept(row);
    for (const day of days) {
      day.classList.toggle("grid", !active && /\bn\d/.test(day.className));
      day.hidden = !day.querySelector(".row:not([hidden])");
    }
    const talks = rows.filter((row) => row.dataset.n);
    const left = talks.filter((row) => !row.hidden).length;
    status.textContent = active ? say.count.replace("%n", left).replace("%m", talks.length) : "";
    back.hidden = !active;
    document.querySelector(".status ~ .empty").hidden = days.some((day) => !day.hidden);
    form.querySelector("summary b").textContent = all("details :checked", form).length || "";
  };
  const address = () => {
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    try {
      history.replaceState(null, "", asked.size ? `?${asked}`.replaceAll("%2C", ",") : location.pathname);
    } catch {} // a file keeps its address
  };
  if (whole) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (name === "q") form.q.value = value;
      else if (name === "ids" && /\d/.test(value)) [form.ids.value, form.ids.checked] = [value, true];
      else for (const box of all(`[name="${CSS.escape(name)}"]`, form)) box.checked ||= box.value === value;
    }
    for (const button of all(".apply", form)) button.hidden = true;
    form.oninput = filter;
    form.onchange = address;
    form.onsubmit = (event) => {
      event.preventDefault();
      address();
    };
    back.onclick = (event) => {
      event.preventDefault();
      form.reset();
      form.q.value = "";
      address();
      filter();
    };
  } else form.onchange = () => form.requestSubmit();

  // Saved talks: those of the link that led here until they are saved, else this browser's.
  const others = form.ids.checked ? form.ids.value.split(",") : [];
  const spans = rows.flatMap((row) => {
    const [start, end] = all(".when time", row).map((time) => Date.parse(time.dateTime));
    return start ? [{ row, start, end: end ?? start + 36e5, off: row.matches(".is-off") }] : [];
  });
  const title = (row) => row.querySelector("h3").textContent;
  const clashes = () => {
    const ours = spans.filter(({ row, end, off }) => !off && end > Date.now() && stars.has(row.dataset.n));
    for (const badge of all(".clash")) badge.remove();
    return ours.flatMap((one, place) =>
      ours
        .slice(place + 1)
        .filter((two) => one.start < two.end && two.start < one.end && !(one.row.dataset.room && one.row.dataset.room === two.row.dataset.room))
        .map((two) => [one.row, two.row]),
    );
  };
  const warn = (row, other) =>
    row.querySelector(".star").after(make("p", { className: "badge clash", textContent: say.overlaps.replace("%s", title(other)) }));
  const links = () => {
    const ids = stars.size ? `?ids=${[...stars]}` : "";
    const ics = new URL(`../schedule.ics${ids}`, form.action).href;
    const webcal = ics.replace(/^https?/, "webcal");
    return { link: form.action + ids, ics, webcal, google: `https://calendar.google.com/calendar/r?cid=${encodeURIComponent(webcal)}` };
  };
  const carry = mine.querySelector(".carry");
  const code = make("img", { width: 160, height: 160, alt: carry.dataset.alt, onerror: () => code.remove() });
  const picture = () => {
    if (!mine.open || !stars.size || !carry.dataset.alt) return;
    code.src = new URL(`../qr.svg?ids=${[...stars]}`, form.action).href;
    carry.prepend(code);
  };
  const programme = (changed) => {
    const foreign = others.some((number) => !stars.has(number));
    if (!foreign) form.ids.value = [...stars];
    linked.hidden = !foreign;
    form.querySelector(".saved b").textContent = foreign ? others.length : stars.size;
    mine.querySelector(".none").hidden = stars.size > 0;
    carry.hidden = !stars.size;
    const to = links();
    for (const link of all("[data-to]", mine)) link.href = to[link.dataset.to];
    picture();
    const pairs = clashes();
    for (const [one, two] of pairs) {
      warn(one, two);
      warn(two, one);
    }
    form.querySelector(".heard").textContent = changed?.querySelector(".clash")?.textContent ?? "";
    if (whole && (form.ids.checked || !back.hidden)) filter();
  };
  linked.querySelector("button").hidden = false;
  linked.querySelector("button").onclick = () => save([...stars, ...others]);
  for (const button of all("[data-copy]", mine)) {
    button.hidden = !navigator.clipboard;
    button.onclick = async () => {
      await navigator.clipboard.writeText(links()[button.dataset.copy]);
      button.textContent = button.dataset.done;
    };
  }
  form.hidden = form.querySelector(".saved").hidden = mine.hidden = false;
  mine.ontoggle = picture;
  document.addEventListener("stars", (event) => programme(event.detail));
  programme();
  if (whole && location.search) filter();

  // Now, next and past, and the line between, while the edition is on.
  const jump = document.querySelector(".jump");
  const line = make("li", { className: "line", ariaHidden: true });
  const first = Math.min(...spans.map(({ start }) => start));
  const last = Math.max(...spans.map(({ end }) => end));
  const rowOf = (node, name = "r") => Number(node.className.match(`\\b${name}(\\d+)`)?.[1]);
  const draw = (now) => {
    const list = days.map((day) => day.querySelector("ol")).findLast((one) => Date.parse(one.querySelector(".when time")?.dateTime) <= now);
    const own = spans.filter(({ row }) => row.parentNode === list);
    const until = Math.max(...own.map(({ end }) => end));
    if (until <= now) return line.remove();
    list.insertBefore(line, own.find(({ start }) => start > now)?.row ?? null);
    const marks = all(".tick", list).map((tick) => [Date.parse(tick.firstChild.dateTime), rowOf(tick)]);
    if (!marks.length) return;
    marks.push([until, Math.max(...own.map(({ row }) => rowOf(row, "e")))]);
    const next = marks.findIndex(([at]) => at > now);
    const [[from, row], [to, end]] = marks.slice(next - 1, next + 1);
    line.style.gridRow = `${row} / ${end}`;
    line.style.setProperty("--at", `${(100 * (now - from)) / (to - from)}%`);
  };
  const mark = () => {
    const now = Date.now();
    const on = !!say.now && now > first - 432e5 && now < last;
    const next = Math.min(...spans.filter(({ start }) => start > now).map(({ start }) => start));
    for (const { row, start, end, off } of spans) {
      const isNow = on && !off && start <= now && now < end;
      const isNext = on && !off && start === next;
      row.classList.toggle("is-now", isNow);
      row.classList.toggle("is-next", isNext);
      row.classList.toggle("is-past", on && end <= now);
      row.querySelector(".when").dataset.word = isNow ? say.now : isNext ? say.next : "";
    }
    if (jump) jump.hidden = !on;
    if (on) draw(now);
    else line.remove();
  };
  mark();
  setInterval(mark, 3e4);
  if (jump)
    jump.onclick = () => {
      const row = document.querySelector(".is-now:not([hidden]), .is-next:not([hidden])");
      row?.scrollIntoView({ block: "center" });
      row?.querySelector("a, button")?.focus({ preventScroll: true });
    };

  // The day one reads.
  const tabs = new Map(all(".days a").map((tab) => [tab.hash.slice(1), tab]));
  const read = (day) => {
    for (const [id, tab] of tabs) {
      if (id === day.getAttribute("aria-labelledby")) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };
  const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => read(entry.target)), {
    rootMargin: "-20% 0px -79% 0px",
  });
  if (days.length) read(days[0]);
  for (const day of days) {
    seen.observe(day);
    const tab = tabs.get(day.getAttribute("aria-labelledby"));
    if (tab) tab.onclick = () => read(day);
  }
})();
