// What every request of htmx needs: the session's token, which no form of another site can know, and words for those who
// wait for the answer.
(() => {
  "use strict";
  const OVER = "The session is over. Load the page again to log in.";
  const LOST = "The server does not answer. Is it still running?";

  function tell(text) {
    document.getElementById("trouble").textContent = text;
  }

  // What a page loads by itself says what is missing in its own place.
  function isAsked({ requestConfig }) {
    return requestConfig.verb !== "get" || requestConfig.triggeringEvent?.isTrusted;
  }

  function explain(answer) {
    if (answer.status === 401) return OVER;
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    return page.querySelector("main [role=alert], main h1 + p")?.textContent.trim() || `The server refused this (${answer.status}).`;
  }

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (isAsked(detail)) tell("");
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (isAsked(detail)) tell(explain(detail.xhr));
  });
  document.addEventListener("htmx:sendError", ({ detail }) => {
    if (isAsked(detail)) tell(LOST);
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.dataset.told) document.getElementById("told").textContent = target.dataset.told;
  });
})();
