{% load heads %}// Keeps the pages that were visited for when there is no network. While the network answers, its answer is shown.
const { version, language, offline, files, words } = {{ settings|as_json }};
// What the offline page needs, new with each version; and what was visited. A new way of keeping takes a new number.
const SHELL = `shell-${version}`;
const KEPT = "kept-1";
const MOST = 300;
const PATIENCE = { page: 5000, file: 2500 };
const HOUR = 36e5;

self.addEventListener("install", (event) => {
  // Never what the browser itself still keeps: it may be from before this version.
  const anew = [offline, ...files].map((url) => new Request(url, { cache: "reload" }));
  const fill = async () => (await caches.open(SHELL)).addAll(anew);
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== SHELL && name !== KEPT).map((name) => caches.delete(name)));
  };
  event.waitUntil(drop().then(() => self.clients.claim()));
});

// Pages end in a slash; feeds, documents, parts of files, forms and the organizers' side are left to the browser.
const isOurs = ({ origin, pathname }) => origin === location.origin && !pathname.startsWith("/admin/");
const kindOf = (request) => {
  const url = new URL(request.url);
  if (request.method !== "GET" || request.headers.has("range") || !isOurs(url)) return "";
  if (request.mode === "navigate") return url.pathname.endsWith("/") ? "page" : "";
  return ["style", "script", "image"].includes(request.destination) ? "file" : "";
};

self.addEventListener("fetch", (event) => {
  const kind = kindOf(event.request);
  if (kind) event.respondWith(answer(event, kind));
});

const answer = async (event, kind) => {
  const { request } = event;
  const copy = await find(request.url);
  // A name that is made of the content always stands for the same content.
  if (copy && /\.[0-9a-f]{12}\.\w+$|\/renditions\/[^/]+$/.test(request.url)) return copy;
  // The browser keeps pages for a minute: without asking again, a reader would take a copy for the network's answer.
  const fresh = fetch(request, kind === "page" ? { cache: "no-cache" } : {}).then((response) => {
    event.waitUntil(keep(request.url, response.clone()));
    return response;
  });
  const last = async () => (kind === "page" ? (copy ? dated(copy.clone()) : caches.match(offline)) : (copy ?? Response.error()));
  const failed = fresh.catch(last);
  event.waitUntil(failed);
  if (!copy) return failed;
  return Promise.race([failed, new Promise((give) => setTimeout(give, PATIENCE[kind])).then(last)]);
};

// The filters of a schedule are no pages of their own: without a network the whole schedule stands for them.
const bare = (url) => url.replace(/[?#].*/, "");
const find = (url) => caches.match(bare(url));

const keep = async (url, response) => {
  const cache = await caches.open(KEPT);
  // What the site took back is not shown again.
  if (response.status === 404 || response.status === 410) await cache.delete(bare(url));
  if (!response.ok || response.redirected || url !== bare(url)) return;
  await cache.put(url, response);
  const old = (await cache.keys()).filter((key) => !key.url.includes("/static/"));
  await Promise.all(old.slice(0, -MOST).map((key) => cache.delete(key)));
};

const dated = async (copy) => {
  const at = new Date(copy.headers.get("date") ?? Date.now());
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "long" };
  const when = at.toLocaleString(language, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const time = `<time datetime="${at.toISOString()}">${when}</time>`;
  const banner = `<p class="banner copy" role="status">${words.copy.replace("%s", time)} <a href="">${words.again}</a></p>`;
  const html = (await copy.text()).replace(/<main[^>]*>/, (main) => main + banner);
  return new Response(html, { status: copy.status, headers: copy.headers });
};

// A page that came before its worker sends what it is made of, and the schedule that it belongs to.
self.addEventListener("message", (event) => {
  const ask = async (url) => {
    const copy = await find(url);
    if (copy && Date.now() - Date.parse(copy.headers.get("date")) < HOUR) return;
    await keep(url, await fetch(url));
  };
  event.waitUntil(Promise.allSettled(event.data.filter((url) => isOurs(new URL(url))).map(ask)));
});
