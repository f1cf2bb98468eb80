// A run that goes on: seconds are counted here, without a request; a log follows its end while the reader is there;
// an end that the reader sees is marked as seen.
(() => {
  "use strict";
  const AT_END = 24; // pixels
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  const TICK = 1000;
  const CALM_TICK = 15000;
  let ticking = null;
  let places = new Map(); // id of a log -> what its reader saw before the page was merged

  function formatSeconds(whole) {
    const two = (number) => String(number).padStart(2, "0");
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
    if (whole < 86400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
    return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
  }

  function tick() {
    for (const place of document.querySelectorAll(".elapsed[data-since]")) {
      const since = Date.parse(place.dataset.since);
      if (Number.isNaN(since)) continue;
      const text = formatSeconds(Math.max(0, Math.floor((Date.now() - since) / 1000)));
      if (place.textContent !== text) place.textContent = text;
    }
  }

  function tickAgain() {
    clearInterval(ticking);
    ticking = document.hidden ? null : setInterval(tick, isCalm.matches ? CALM_TICK : TICK);
    tick();
  }

  function isAtEnd(log) {
    return log.scrollHeight - log.scrollTop - log.clientHeight <= AT_END;
  }

  function firstSeen(log) {
    const top = log.getBoundingClientRect().top;
    for (const entry of log.children) {
      const place = entry.getBoundingClientRect();
      if (place.bottom > top) return { id: entry.id, offset: place.top - top };
    }
    return null;
  }

  function remember() {
    places = new Map();
    for (const log of document.querySelectorAll(".log[data-tail]")) {
      places.set(log.id, { isAtEnd: isAtEnd(log), seen: firstSeen(log) });
    }
  }

  function restore() {
    for (const log of document.querySelectorAll(".log[data-tail]")) {
      const place = places.get(log.id);
      if (!place || place.isAtEnd) log.scrollTop = log.scrollHeight;
      else if (place.seen) {
        const entry = document.getElementById(place.seen.id);
        if (entry) log.scrollTop += entry.getBoundingClientRect().top - log.getBoundingClientRect().top - place.seen.offset;
      }
    }
  }

  // What a reader looks at stays, though the window of events has moved on: it goes when they are back at the end.
  function keepsNode(node) {
    const log = node.parentElement;
    return node.nodeType === Node.ELEMENT_NODE && log?.matches(".log[data-tail]") && places.get(log.id)?.isAtEnd === false;
  }

  async function markSeen() {
    const head = document.querySelector("#run-head[data-unseen]");
    if (!head || document.hidden) return;
    const address = head.dataset.unseen;
    delete head.dataset.unseen;
    const token = document.querySelector("meta[name=csrf-token]").content;
    try {
      // Kept alive: who has seen it may be gone to another page before the answer is there.
      const headers = { "X-CSRF-Token": token, "HX-Request": "true" };
      await fetch(address, { method: "POST", headers, keepalive: true });
    } catch {
      head.dataset.unseen = address;
    }
  }

  document.addEventListener("live:merging", remember);
  document.addEventListener("live:removing", (event) => {
    if (keepsNode(event.detail)) event.preventDefault();
  });
  document.addEventListener("live:merged", () => {
    restore();
    tick();
    markSeen();
  });
  document.addEventListener("visibilitychange", () => {
    tickAgain();
    markSeen();
  });
  isCalm.addEventListener("change", tickAgain);
  restore();
  tickAgain();
  markSeen();
})();
