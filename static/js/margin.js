// Puts the margin that htmx brings (one link per run of lines) beside the lines of the file. Without this script the
// page "Its missions" says the same.
addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "margin") return;
  for (const cell of document.querySelectorAll("td.why")) cell.replaceChildren();
  for (const link of [...event.target.querySelectorAll("a[data-first]")]) {
    const first = Number(link.dataset.first);
    for (let line = first; line <= Number(link.dataset.last); line += 1) {
      // A file may be shown in pages: a run that began on an earlier one is named where this one begins.
      const cell = document.querySelector(`#L${line} > td.why`);
      if (cell) {
        cell.append(link);
        break;
      }
    }
  }
});
