// Asks for the worker that keeps visited pages, and tells it what this page is made of.
(() => {
  const { worker, keep } = document.currentScript.dataset;
  const workers = navigator.serviceWorker;
  // Neither for files nor for what only organizers see.
  if (!workers || !location.protocol.startsWith("http") || location.pathname.startsWith("/admin/")) return;
  const tell = () => {
    const found = document.querySelectorAll("link[rel=stylesheet],script[src],img");
    const parts = [...found].map((one) => one.currentSrc ?? one.href ?? one.src);
    const urls = [location.pathname.endsWith("/") ? location.pathname : "", keep, ...parts];
    const own = urls.filter(Boolean).map((url) => new URL(url, location)).filter((url) => url.origin === location.origin);
    workers.controller?.postMessage([...new Set(own.map((url) => url.origin + url.pathname))]);
  };
  workers.addEventListener("controllerchange", tell);
  addEventListener("load", () => {
    tell();
    workers.register(worker).catch(() => {});
  });
})();
