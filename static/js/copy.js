// Brings buttons to life that copy a text. Without this script the text can be selected and copied by hand.
(() => {
  "use strict";

  function show() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    const label = (button.dataset.label ??= button.textContent);
    try {
      await navigator.clipboard.writeText("value" in source ? source.value : source.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied: select the text yourself";
    }
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });

  document.addEventListener("live:merged", show);
  show();
})();
