// Keeps an open page up to date. A change makes the page ask for itself again; what differs is merged into what is
// shown, so that scroll position, focus, open details and half-typed input stay.
(() => {
  "use strict";
  const POLL_MILLISECONDS = 2000;
  const LOST = "The server does not answer. Is it still running?";
  const GATHER_MILLISECONDS = 50; // one write often comes as several changes
  const REST_MILLISECONDS = 1000; // between two updates at most, however long they take
  const status = document.getElementById("status");
  const updated = document.getElementById("updated");
  const workerAddress = new URL("live-worker.js", document.currentScript.src);

  let known = Number(document.querySelector("meta[name=revision]").content);
  let needed = 0; // the revision that the page has to be as new as; other pages are answered the same
  let etag = null;
  let etagAddress = null;
  let isStale = false;
  let isLoading = false;
  let isOver = false;
  let sent = 0; // beginnings and ends of what was sent from this page
  let gathering = null;
  let took = 0; // milliseconds that the last update took; as long is left to others before the next
  let polling = null;
  const brought = new WeakMap(); // still places -> what htmx put there last

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function concerns(topics) {
    const own = document.getElementById("live").dataset.topics.split("\n").map((topic) => topic.trim()).filter(Boolean);
    if (own.includes("none")) return false; // a form that is being filled in
    // Every page says how many runs there are; what happens within one concerns only the pages that name it.
    if (topics.includes("everything") || topics.includes("runs")) return true;
    if (own.length === 0) return topics.some((topic) => !topic.startsWith("run:"));
    return own.some((topic) => topics.includes(topic));
  }

  function refreshSoon() {
    isStale = true;
    if (document.hidden || isOver || gathering !== null) return;
    gathering = setTimeout(() => {
      gathering = null;
      refresh();
    }, Math.max(GATHER_MILLISECONDS, Math.min(took, REST_MILLISECONDS)));
  }

  async function refresh() {
    if (isLoading || isOver || !isStale) return;
    isLoading = true;
    isStale = false;
    const began = performance.now();
    try {
      await load();
      took = performance.now() - began;
      if (isStale) refreshSoon();
    } catch {
      isStale = true;
      say(LOST);
    } finally {
      isLoading = false;
    }
  }

  async function load() {
    const address = location.pathname + location.search;
    const headers = { Accept: "text/html", "Live-Revision": needed };
    if (etag && etagAddress === address) headers["If-None-Match"] = etag;
    const sentBefore = sent;
    const response = await fetch(address, { headers, cache: "no-store" });
    if (response.status === 304) return say("");
    if (response.status === 401) {
      isOver = true;
      return say("The session is over. Load the page again to log in.");
    }
    if (response.status === 404) return say("This page is gone: what it showed was moved or deleted.");
    if (!response.ok) return say(`The server could not update this page (${response.status}).`);
    const html = await response.text();
    if (sent !== sentBefore) return refreshSoon(); // what was read may be older than what was just decided here
    if (address !== location.pathname + location.search) return refreshSoon();
    etag = response.headers.get("ETag");
    etagAddress = address;
    merge(html);
    say("");
    updated.textContent = `Updated at ${new Date().toLocaleTimeString()}`;
  }

  function merge(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const part = fresh.getElementById("live");
    if (!part) return;
    const places = listPlaces(document.activeElement);
    tell("live:merging");
    const live = [...document.querySelectorAll("[data-still] [data-live]")].map((piece) => [piece, fresh.getElementById(piece.id)]);
    Idiomorph.morph(document.getElementById("live"), part, {
      ignoreActiveValue: true,
      callbacks: {
        beforeNodeMorphed: (old, next) => !isTouched(old) && !isStill(old, next),
        beforeNodeRemoved: (node) => tell("live:removing", node),
        // Whether details are open is the reader's choice.
        beforeAttributeUpdated: (name, node) => !(name === "open" && node.localName === "details"),
      },
    });
    mergeCounts(fresh);
    for (const [piece, next] of live) if (next) Idiomorph.morph(piece, next);
    document.title = fresh.title;
    htmx.process(document.getElementById("live"));
    showLocalTimes();
    if (document.activeElement === document.body) focusNear(places);
    tell("live:merged");
  }

  // The ids around an element, nearest first.
  function listPlaces(element) {
    const places = [];
    for (let place = element?.closest("[id]"); place; place = place.parentElement?.closest("[id]")) places.push(place.id);
    return places;
  }

  // Where what had the focus is gone, what it stood in has it: the keyboard goes on from there.
  function focusNear(places) {
    const place = places.map((id) => document.getElementById(id)).find(Boolean);
    if (!place) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }

  // Other scripts of a page take part in a merge; false where one of them objects.
  function tell(name, detail = null) {
    return document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
  }

  function mergeCounts(fresh) {
    for (const place of document.querySelectorAll(".topbar [data-live]")) {
      const now = fresh.getElementById(place.id);
      if (now && !now.isEqualNode(place)) place.replaceWith(document.importNode(now, true));
    }
  }

  // What was loaded or opened in a still place stays; of it only what is marked as live is brought up to date.
  function isStill(node, next) {
    return node.dataset?.still !== undefined && node.dataset.still === next.dataset?.still;
  }

  function isTouched(node) {
    switch (node.localName) {
      // As a whole: what a form says it was built from has to stay with what was typed on it.
      case "form":
        return [...node.elements].some(isTouched);
      case "input":
        return node.checked !== node.defaultChecked || node.value !== node.defaultValue;
      case "textarea":
        return node.value !== node.defaultValue;
      case "select": {
        const initial = [...node.options].findIndex((option) => option.defaultSelected);
        return node.selectedIndex !== Math.max(initial, 0);
      }
      default:
        return false;
    }
  }

  function formatTime(at, timeZone) {
    const date = at.toLocaleDateString("en-GB", { dateStyle: "long", timeZone });
    return `${date}, ${at.toLocaleTimeString("en-GB", { timeStyle: "short", timeZone })}`;
  }

  function showLocalTimes() {
    for (const time of document.querySelectorAll("#live time[datetime]")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.textContent = formatTime(at, undefined);
      time.title = `${formatTime(at, "UTC")} UTC`;
    }
  }

  function setPolling(isOn) {
    if (isOn === (polling !== null)) return;
    if (isOn) {
      polling = setInterval(refreshSoon, POLL_MILLISECONDS);
    } else {
      clearInterval(polling);
      polling = null;
    }
  }

  function receive({ data }) {
    if (data.kind === "lost") return say(LOST);
    if (data.kind === "mode") return setPolling(data.polling);
    if (data.kind === "notices") return data.items.forEach(notify);
    if (status.textContent === LOST) say("");
    const isNews = data.revision > known;
    known = Math.max(known, data.revision);
    if (!isNews || (data.kind !== "revision" && !concerns(data.topics))) return;
    needed = data.revision;
    refreshSoon();
  }

  function mayNotify() {
    return "Notification" in window && Notification.permission === "granted" && localStorage.getItem("tandemweb.notify") === "on";
  }

  function notify({ id, run, title, text }) {
    if (document.hasFocus()) return; // the page itself says so
    const shown = new Notification(title, { body: text, tag: id });
    shown.addEventListener("click", () => {
      window.focus();
      location.assign(`/runs/${encodeURIComponent(run)}`);
    });
  }

  function listen() {
    // A page with a form that is being filled in stays as it is; as the answer to a form it has no address of its own.
    if (document.getElementById("live").dataset.topics.trim() === "none") return;
    if (!window.SharedWorker || !window.EventSource) return setPolling(true);
    const worker = new SharedWorker(workerAddress);
    const tell = () => worker.port.postMessage({ kind: "here", visible: !document.hidden, notify: mayNotify() });
    worker.addEventListener("error", () => setPolling(true));
    worker.port.addEventListener("message", receive);
    worker.port.start();
    document.addEventListener("visibilitychange", tell);
    document.addEventListener("live:notify", tell);
    addEventListener("pageshow", tell);
    addEventListener("pagehide", () => worker.port.postMessage({ kind: "gone" }));
    tell();
  }

  for (const name of ["htmx:beforeRequest", "htmx:afterRequest"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.requestConfig.verb !== "get") sent += 1;
    });
  }
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { target, xhr } = detail;
    if (!detail.shouldSwap) return;
    if (target.id === "live") {
      // A form that is answered with the whole page: other forms keep what is typed in them.
      detail.shouldSwap = false;
      detail.requestConfig.elt.reset?.();
      merge(xhr.responseText);
    } else if (isStill(target, target)) {
      // What is asked for again and is the same stays, with the focus and what was opened in it.
      detail.shouldSwap = brought.get(target) !== xhr.responseText;
      brought.set(target, xhr.responseText);
    }
  });
  document.addEventListener("htmx:afterSettle", showLocalTimes);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && isStale) refreshSoon();
  });
  showLocalTimes();
  listen();
})();
