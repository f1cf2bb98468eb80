// Arrow keys walk from the box through completions and hits and back; Enter opens what they stand on.
(() => {
  "use strict";
  const box = document.getElementById("search");
  box.setSelectionRange(box.value.length, box.value.length);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const places = [box, ...document.querySelectorAll("#results [data-step]")];
    const here = places.indexOf(document.activeElement);
    if (event.key === "Escape" && here > 0) return box.focus();
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!way || here < 0) return;
    const next = places[here + way];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
})();
