// Leads to what an address with #L88-L112 names, and to the line above when a rendered document has no block of its
// own at #L34. Without this script #L88 works by itself.
(() => {
  "use strict";

  function readLines() {
    const match = /^#L(\d{1,7})(?:-L(\d{1,7}))?$/.exec(location.hash);
    if (!match) return null;
    const first = Number(match[1]);
    return { first, last: Math.max(first, Number(match[2] ?? first)) };
  }

  function findNearest(line) {
    let nearest = null;
    for (const block of document.querySelectorAll(".markdown [data-line]:not(.at-line)")) {
      if (Number(block.dataset.line) > line) break;
      nearest = block;
    }
    return nearest;
  }

  function mark() {
    const lines = readLines();
    if (!lines || lines.last === lines.first || document.getElementById(`L${lines.first}`)?.localName !== "tr") return;
    for (const marked of document.querySelectorAll(".lines tr.marked")) marked.classList.remove("marked");
    for (let line = lines.first; line <= lines.last; line += 1) {
      const marked = document.getElementById(`L${line}`);
      if (!marked) break;
      marked.classList.add("marked");
    }
  }

  function show() {
    const lines = readLines();
    if (!lines) return;
    mark();
    const row = document.getElementById(`L${lines.first}`);
    if (!row || lines.last > lines.first) (row ?? findNearest(lines.first))?.scrollIntoView({ block: "start" });
  }

  addEventListener("hashchange", show);
  document.addEventListener("live:merged", mark);
  show();
})();
