// One stream of events for all tabs of the browser. It is open only while some tab can be seen.
"use strict";

const RETRY_MILLISECONDS = 10000; // as Retry-After of /events says
const LOST_FAILURES = 4; // a stream that ended by itself is one
const tabs = new Map(); // port -> can it be seen?
let source = null;
let timer = null;
let latest = 0; // newest revision that the stream told
let polling = false;
let failures = 0; // in a row, while the browser tries to come back by itself

function tellAll(message) {
  for (const port of tabs.keys()) port.postMessage(message);
}

function setPolling(value) {
  polling = value;
  tellAll({ kind: "mode", polling });
}

function open() {
  source = new EventSource("/events");
  source.addEventListener("hello", (event) => {
    latest = Number(event.lastEventId);
    failures = 0;
    setPolling(false);
    tellAll({ kind: "revision", revision: latest });
  });
  source.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    latest = change.revision;
    tellAll({ kind: "change", revision: latest, topics: change.topics });
  });
  source.addEventListener("error", () => {
    failures += 1;
    if (failures === LOST_FAILURES) tellAll({ kind: "lost" });
    if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
    close();
    setPolling(true);
    timer = setTimeout(() => {
      timer = null;
      balance();
    }, RETRY_MILLISECONDS);
  });
}

function close() {
  source?.close();
  source = null;
}

function balance() {
  const isSeen = [...tabs.values()].some(Boolean);
  if (isSeen && !source && timer === null) open();
  if (!isSeen) close();
}

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  port.addEventListener("message", ({ data }) => {
    if (data.kind === "gone") tabs.delete(port);
    else tabs.set(port, data.visible);
    balance();
  });
  port.start();
  port.postMessage({ kind: "mode", polling });
  if (source && latest) port.postMessage({ kind: "revision", revision: latest });
});
