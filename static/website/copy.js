// What script adds to links and citations: a button that copies, and the system's own way to send a page on.
(() => {
  for (const button of document.querySelectorAll("[data-copies]")) {
    const source = document.getElementById(button.dataset.copies);
    button.hidden = !navigator.clipboard;
    button.onclick = async () => {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = button.dataset.done;
    };
  }
  for (const button of document.querySelectorAll("[data-shares]")) {
    button.hidden = !navigator.share;
    button.onclick = () => navigator.share({ title: button.dataset.shares, url: button.closest(".panel").querySelector("input").value }).catch(() => {});
  }
})();
