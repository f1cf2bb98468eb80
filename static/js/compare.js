// Reading and deciding differences by keyboard. Keys lead to what the page already holds as links and buttons: each names
// its key in data-key. Without this script everything is there, one click away.
(() => {
  "use strict";
  const NEXT = { n: 1, j: 1, p: -1, k: -1 };
  const AHEAD = "1200px 0px"; // parts are loaded before they come into view
  const SETTLED_MILLISECONDS = 60; // a part that is scrolled past at once is not loaded
  let current = null; // id of the region that keys speak of

  function mark(region) {
    document.querySelector(".region.current")?.classList.remove("current");
    current = region.id;
    region.classList.add("current");
  }

  function stand(region) {
    mark(region);
    region.focus({ preventScroll: true });
    region.scrollIntoView({ block: isTall(region) ? "start" : "nearest" });
  }

  function isTall(region) {
    const box = region.getBoundingClientRect();
    return box.height > innerHeight / 2 || box.top < 0 || box.bottom > innerHeight;
  }

  function isInView(region) {
    const box = region.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }

  function findCurrent() {
    return document.activeElement?.closest(".region") ?? (current && document.getElementById(current));
  }

  // Parts that were not loaded yet lie between the regions: the next place may be in one of them.
  async function step(way) {
    const here = findCurrent();
    const places = [...document.querySelectorAll(".region, .part.waits")];
    let place = here ? places.indexOf(here) + way : findFirstInView(places, way);
    while (places[place]?.matches(".part.waits")) {
      const found = await load(places[place]);
      const inside = [...(found?.querySelectorAll(".region") ?? [])];
      if (inside.length) return stand(way > 0 ? inside[0] : inside.at(-1));
      place += way;
    }
    if (places[place]) stand(places[place]);
  }

  function findFirstInView(places, way) {
    const first = places.findIndex((place) => place.getBoundingClientRect().bottom > 0);
    return way > 0 ? first : first - 1;
  }

  function load(part) {
    const { id } = part;
    return new Promise((resolve) => {
      const settled = (event) => {
        if (event.type === "htmx:afterSettle" && !document.getElementById(id)?.matches(":not(.waits)")) return;
        document.removeEventListener("htmx:afterSettle", settled);
        document.removeEventListener("htmx:responseError", settled);
        document.removeEventListener("htmx:sendError", settled);
        resolve(document.getElementById(id));
      };
      document.addEventListener("htmx:afterSettle", settled);
      document.addEventListener("htmx:responseError", settled);
      document.addEventListener("htmx:sendError", settled);
      htmx.trigger(part, "near");
    });
  }

  const near = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) near.delete(target);
      else if (!near.has(target)) {
        near.add(target);
        setTimeout(() => {
          if (!near.has(target) || !target.isConnected) return;
          watcher.unobserve(target);
          htmx.trigger(target, "near");
        }, SETTLED_MILLISECONDS);
      }
    }
  }, { rootMargin: AHEAD });

  function watchParts(root) {
    for (const part of root.querySelectorAll(".part.waits")) watcher.observe(part);
  }

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("form.edit");
    if (form && event.key === "Escape") form.closest(".region")?.focus();
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    const isTyping = event.target.closest("textarea, select, [contenteditable], input:not([type=range])");
    // Some keyboards have brackets behind a key that looks like Ctrl and Alt together.
    const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
    if (isTyping || isCommand || event.key.length !== 1) return;
    const key = event.key === "+" ? "2" : event.key;
    if (NEXT[key]) {
      event.preventDefault();
      step(NEXT[key]);
      return;
    }
    const named = `[data-key="${CSS.escape(key)}"]`;
    const here = findCurrent();
    const own = here?.querySelector(named);
    const target = own ?? [...document.querySelectorAll(`[data-page] ${named}`)].find((item) => !item.closest(".region"));
    if (!target) return;
    event.preventDefault();
    if (own && !isInView(here)) stand(here); // nothing is picked where nobody looks
    else target.click();
  });

  document.addEventListener("focusin", (event) => {
    const region = event.target.closest(".region");
    if (region) mark(region);
  });

  // A pick answers with new buttons; the reader stays where they were.
  document.addEventListener("htmx:afterSwap", (event) => {
    watchParts(document);
    if (event.detail.requestConfig?.verb === "post") {
      const preview = document.querySelector("#preview[open] [hx-get]");
      if (preview) htmx.trigger(preview, "picked");
    }
    const region = current && document.getElementById(current);
    if (region && event.detail.requestConfig?.verb === "post") {
      region.classList.add("current");
      if (!region.contains(document.activeElement)) region.focus({ preventScroll: true });
    }
  });

  // The list of files, narrowed while one types.
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-narrows]")) narrow(event.target);
    if (event.target.matches("[data-slides]")) slide(event.target);
  });

  function narrow(field) {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of document.querySelectorAll(`${field.dataset.narrows} [data-name]`)) {
      item.hidden = !words.every((word) => item.dataset.name.includes(word));
    }
  }

  // Two pictures, one over the other: the slider says how much of the upper one is seen.
  function slide(field) {
    field.closest(".overlay").style.setProperty("--seen", `${field.value}%`);
  }

  // What was merged into the page knows nothing of what is typed there.
  document.addEventListener("live:merged", () => document.querySelectorAll("[data-narrows]").forEach(narrow));

  const hinted = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (hinted && hinted.matches(".region")) stand(hinted);
  watchParts(document);
  for (const field of document.querySelectorAll(".overlay input[data-slides]")) slide(field);
})();
