// The live preview beside Markdown fields, and pictures put into them by button, drop or paste.
"use strict";

{
  const PAUSE = 300; // milliseconds without a key before the preview is asked for

  const post = async (address, name, value, signal) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    body.append(name, value);
    // No redirect is followed: a sign-in page is no preview.
    return fetch(address, { method: "POST", body, signal, redirect: "error", credentials: "same-origin" });
  };

  class Editor {
    constructor(box) {
      this.text = box.querySelector("textarea");
      this.shown = box.querySelector(".markdownx-preview");
      this.words = this.text.dataset;
      this.asked = new AbortController();
      this.shown.setAttribute("role", "group");
      this.shown.setAttribute("aria-label", this.words.preview);
      this.addPictureButton(box);
      this.text.addEventListener("input", () => this.soon());
      this.text.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
      this.text.addEventListener("paste", (event) => this.take(event, event.clipboardData));
      this.whenSeen(box);
    }

    // A form may hold many texts behind closed headings: their previews wait until they are seen.
    whenSeen(box) {
      const watch = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          watch.disconnect();
          this.show();
        }
      });
      watch.observe(box);
    }

    soon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show(), PAUSE);
    }

    async show() {
      this.asked.abort();
      this.asked = new AbortController();
      const { signal } = this.asked;
      if (!this.text.value.trim()) {
        this.shown.replaceChildren();
        return;
      }
      try {
        const answer = await post(this.words.markdownxUrlsPath, "content", this.text.value, signal);
        if (!answer.ok) throw new Error(String(answer.status));
        const html = await answer.text();
        // The server's renderer made it safe; it is the same that makes the public pages.
        if (!signal.aborted) this.shown.innerHTML = html;
      } catch {
        if (!signal.aborted) this.say(this.words.failed);
      }
    }

    say(words) {
      const line = document.createElement("p");
      line.className = "workbench-problem";
      line.setAttribute("role", "alert");
      line.textContent = words;
      this.shown.replaceChildren(line);
    }

    addPictureButton(box) {
      const chooser = document.createElement("input");
      chooser.type = "file";
      chooser.accept = "image/jpeg,image/png,image/webp,image/gif";
      chooser.hidden = true;
      chooser.addEventListener("change", () => {
        this.send([...chooser.files]);
        chooser.value = "";
      });
      const button = document.createElement("button");
      button.type = "button";
      button.className = "workbench-picture";
      button.textContent = this.words.picture;
      button.addEventListener("click", () => chooser.click());
      box.append(button, chooser);
    }

    take(event, carried) {
      const files = [...(carried?.files ?? [])];
      if (files.length) {
        event.preventDefault();
        this.send(files);
      }
    }

    async send(files) {
      for (const file of files) {
        try {
          const answer = await post(this.words.markdownxUploadUrlsPath, "image", file);
          const told = await answer.json();
          if (answer.ok) this.insert(told.image_code);
          else this.say(told.error);
        } catch {
          this.say(this.words.failed);
        }
      }
    }

    insert(code) {
      this.text.setRangeText(code, this.text.selectionStart, this.text.selectionEnd, "end");
      this.text.dispatchEvent(new Event("input", { bubbles: true }));
      this.text.focus();
    }
  }

  const attach = (place) => {
    for (const box of place.querySelectorAll(".markdownx")) {
      // The empty row is what new rows are copied from.
      if (!box.querySelector("textarea").name.includes("__prefix__")) new Editor(box);
    }
  };

  document.addEventListener("DOMContentLoaded", () => attach(document));
  document.addEventListener("formset:added", (event) => attach(event.target));
}
