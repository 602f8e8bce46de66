// Lays the day out as rooms and minutes, and lets a talk be moved by mouse and by keys. The server has the last word.
(() => {
  const STEP = 5;
  const LAST = 24 * 60 - STEP;
  const OPEN_END = 60; // An entry without an end is drawn as an hour.
  const NEW_LENGTH = 30;
  const page = document.getElementById("grid-page");
  const said = document.getElementById("grid-said");
  const find = (what) => page.querySelector(what);
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
  const clock = (minute) =>
    [Math.floor(minute / 60) % 24, minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const number = (text) => (text === "" ? null : Number(text));

  let table, heads, rooms, first, last;
  let held = null; // The talk in hand: where it is now, and `was`, where it came from.
  let grip = null; // A pressed mouse button, a drag once it has moved.
  let dragged = false;

  const name = (talk) => talk.querySelector(".grid-name").textContent;
  const place = ({ talk, from, length, column, lane = 0, lanes = 1 }) => {
    const start = clamp(from, first, last - STEP);
    const end = clamp(from + Math.max(length ?? OPEN_END, STEP), start + STEP, last);
    talk.style.gridRow = `${start - first + 2} / ${end - first + 2}`;
    talk.style.gridColumn = String(column + 2);
    talk.style.setProperty("--lane", lane);
    talk.style.setProperty("--lanes", lanes);
    talk.classList.toggle("is-short", end - start < 25);
  };
  const read = (talk) => {
    const { from, length, room, lane, lanes } = talk.dataset;
    const column = from === "" ? rooms.length : Math.max(rooms.indexOf(room), 0);
    return { talk, from: number(from), length: number(length), column, lane, lanes };
  };

  const layOut = () => {
    table = find(".grid-table");
    heads = [...table.querySelectorAll(".grid-head")];
    rooms = heads.map((head) => head.dataset.room);
    [first, last] = [Number(table.dataset.first), Number(table.dataset.last)];
    table.style.setProperty("--rooms", rooms.length);
    heads.forEach((head, at) => (head.style.gridColumn = String(at + 2)));
    table.querySelectorAll(".grid-tick").forEach((tick) => {
      tick.style.gridRow = String(tick.dataset.minute - first + 2);
    });
    table.querySelectorAll(".grid-talk").forEach((talk) => place(read(talk)));
    page.classList.add("is-live");
    find("#grid-help")?.removeAttribute("hidden");
    page.querySelectorAll(".grid-name").forEach((link) => link.setAttribute("aria-describedby", "grid-help"));
    if (find("#grid-move")?.open) open(page.querySelector(`[data-talk="${find("#grid-move [name=talk]").value}"]`));
  };

  // What is under the hand stays there, however much is told above it.
  const replace = (html) => {
    const before = find(".grid-scroll");
    const [{ top }, left, down] = [before.getBoundingClientRect(), before.scrollLeft, before.scrollTop];
    find("#grid").outerHTML = html;
    layOut();
    const after = find(".grid-scroll");
    after.scrollTo(left, down);
    window.scrollBy(0, after.getBoundingClientRect().top - top);
  };

  // What the server answers is the day as it is then, with what came of the move.
  const send = async (fields) => {
    fields.set("csrfmiddlewaretoken", find("[name=csrfmiddlewaretoken]").value);
    try {
      const answer = await fetch(find("#grid-move form").action, {
        method: "POST",
        body: fields,
        headers: { "X-Requested-With": "fetch" },
      });
      if (answer.redirected || ![200, 409, 422].includes(answer.status)) throw new Error(answer.status);
      replace(await answer.text());
      const talk = find(`[data-talk="${fields.get("talk")}"] .grid-name`) || find(".grid-done");
      talk.focus({ preventScroll: true });
      said.textContent = [...page.querySelectorAll(".grid-words")].map((one) => one.textContent).join(" ");
    } catch {
      said.textContent = page.dataset.failed;
      said.classList.remove("grid-unseen");
    }
  };

  const when = ({ from, length, column }) => {
    if (column === rooms.length) return page.dataset.later;
    return length === null ? clock(from) : `${clock(from)}–${clock(from + length)}`;
  };
  const room = ({ column }) => heads[column]?.textContent ?? "";
  const where = (talk) => [when(talk), room(talk)].filter(Boolean).join(", ");

  const show = () => {
    const { talk, from, column } = held;
    const list = column === rooms.length ? find(".grid-untimed") : table;
    if (talk.parentElement !== list) {
      held.settling = true;
      list.append(talk);
      talk.querySelector(".grid-name").focus({ preventScroll: true });
      held.settling = false;
    }
    if (from !== null) place({ ...held, lane: 0, lanes: 1 });
    talk.querySelector(".grid-when").textContent = when(held);
    talk.querySelector(".grid-room").textContent = room(held);
    if (grip === null) talk.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const pickUp = (talk) => {
    const was = read(talk);
    held = { ...was, was, next: talk.nextElementSibling, list: talk.parentElement };
    held.text = ["when", "room"].map((part) => talk.querySelector(`.grid-${part}`).textContent);
    if (was.from === null) Object.assign(held, { from: first + 60, length: NEW_LENGTH });
    talk.classList.add("is-held");
  };

  const putBack = () => {
    const { talk, was, list, next, text } = held;
    const focused = talk.contains(document.activeElement);
    held = null;
    list.insertBefore(talk, next);
    ["when", "room"].forEach((part, at) => (talk.querySelector(`.grid-${part}`).textContent = text[at]));
    if (was.from !== null) place(was);
    talk.classList.remove("is-held");
    if (focused) talk.querySelector(".grid-name").focus({ preventScroll: true });
    said.textContent = page.dataset.back;
  };

  const drop = () => {
    const { talk, from, length, column, was } = held;
    if (column === was.column && (column === rooms.length || (from === was.from && length === was.length))) {
      putBack();
      return;
    }
    const fields = new FormData();
    const unscheduled = column === rooms.length;
    const given = {
      do: unscheduled ? "unschedule" : "move",
      talk: talk.dataset.talk,
      stamp: talk.dataset.stamp,
      room: unscheduled ? talk.dataset.room : rooms[column],
      ...(unscheduled ? {} : { day: table.dataset.day, start: clock(from), minutes: length ?? "" }),
    };
    Object.entries(given).forEach(([key, value]) => fields.set(key, value));
    held = null;
    send(fields);
  };

  const open = (talk) => {
    const dialog = find("#grid-move");
    const fields = dialog.querySelector("form").elements;
    const { from, length } = read(talk);
    fields.talk.value = talk.dataset.talk;
    fields.stamp.value = talk.dataset.stamp;
    fields.day.value = table.dataset.day;
    fields.start.value = from === null ? "" : clock(from);
    fields.minutes.value = from === null ? NEW_LENGTH : (length ?? "");
    fields.room.value = talk.dataset.room;
    fields.other.value = "";
    [...fields.other.options].forEach((option) => {
      option.hidden = option.value.split(".")[0] === talk.dataset.talk;
    });
    find(".grid-swap").hidden = from === null;
    find("#grid-name").textContent = name(talk);
    find(".grid-edit").href = talk.dataset.edit;
    dialog.close();
    dialog.showModal();
  };

  const keys = {
    ArrowUp: [-STEP, 0],
    ArrowDown: [STEP, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  page.addEventListener("keydown", (event) => {
    const talk = event.target.closest(".grid-name")?.parentElement;
    if (!talk || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = keys[event.key];
    if (event.key === " ") {
      if (held) drop();
      else {
        pickUp(talk);
        said.textContent = page.dataset.picked.replace("%s", `${name(talk)}, ${where(held)}`);
      }
    } else if (held && event.key === "Enter") drop();
    else if (held && event.key === "Escape") putBack();
    else if (held && step) {
      const [later, across] = getComputedStyle(page).direction === "rtl" ? [step[0], -step[1]] : step;
      if (event.shiftKey) held.length = Math.max((held.length ?? OPEN_END) + later, STEP);
      else held.from = clamp(held.from + later, 0, LAST);
      held.column = clamp(held.column + across, 0, rooms.length);
      show();
      said.textContent = where(held);
    } else return;
    event.preventDefault();
  });
  page.addEventListener("focusout", () => {
    if (held && !held.settling && grip === null) setTimeout(() => held && !held.talk.contains(document.activeElement) && putBack());
  });

  page.addEventListener("click", (event) => {
    const talk = event.target.closest(".grid-talk");
    if (event.target.closest(".grid-close")) find("#grid-move").close();
    else if (!talk || event.ctrlKey || event.metaKey || event.shiftKey) return;
    else if (!dragged) open(talk);
    dragged = false;
    event.preventDefault();
  });
  page.addEventListener("submit", (event) => {
    const form = event.target.closest(".grid-move form, .grid-undo");
    if (!form) return;
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    find("#grid-move").close();
    send(fields);
  });

  // A finger scrolls and taps; it moves talks by the form.
  page.addEventListener("pointerdown", (event) => {
    const talk = event.target.closest(".grid-talk");
    dragged = false;
    if (!talk || event.button || event.pointerType === "touch" || held) return;
    if (getComputedStyle(table).display !== "grid") return;
    const edge = Boolean(event.target.closest(".grid-edge"));
    const offset = event.clientY - talk.getBoundingClientRect()[edge ? "bottom" : "top"];
    grip = { talk, edge, offset, x: event.clientX, y: event.clientY };
  });
  const minuteAt = (y) => {
    const { top, bottom } = heads[0].getBoundingClientRect();
    const start = table.getBoundingClientRect().top + bottom - top;
    return first + (y - start) / parseFloat(getComputedStyle(table).gridAutoRows);
  };
  document.addEventListener("pointermove", (event) => {
    if (!grip) return;
    if (!held) {
      if (Math.hypot(event.clientX - grip.x, event.clientY - grip.y) < 4) return;
      pickUp(grip.talk);
      dragged = true;
    }
    const minute = Math.round(minuteAt(event.clientY - grip.offset) / STEP) * STEP;
    if (grip.edge) held.length = Math.max(minute - held.from, STEP);
    else {
      const later = find(".grid-later").getBoundingClientRect();
      const over = heads.findIndex((head) => {
        const { left, right } = head.getBoundingClientRect();
        return event.clientX >= left && event.clientX < right;
      });
      const isLater = event.clientX >= later.left && event.clientX < later.right;
      held.column = isLater ? rooms.length : over < 0 ? held.column : over;
      held.from = clamp(minute, first, last - STEP);
    }
    show();
  });
  document.addEventListener("pointerup", () => {
    grip = null;
    if (held && dragged) drop();
  });
  document.addEventListener("pointercancel", () => {
    grip = null;
    if (held) putBack();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !grip) return;
    grip = null;
    if (held) putBack();
  });
  layOut();
})();
