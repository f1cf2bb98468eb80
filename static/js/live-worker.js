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
const NOTICE_MILLISECONDS = 15000;
const notified = new Set(); // tabs that may show notifications
let told = null; // ids of the notices that were there already; null before the first look
let watching = null;

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
    if (notified.size > 0 && change.topics.includes("runs")) lookAtNotices();
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

// While nobody looks there is no stream; a question or an end is then noticed by asking now and then.
async function lookAtNotices() {
  try {
    const response = await fetch("/runs/waiting.json", { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!response.ok) return;
    const { notices } = await response.json();
    const items = [
      ...notices.questions.map((one) => ({ id: `${one.run_id}-${one.id}`, run: one.run_id, title: `${one.title} asks you`, text: one.text })),
      ...notices.unseen.map((one) => ({ id: one.id, run: one.id, title: `${one.title}: ${one.status}`, text: one.reason })),
    ];
    const news = told === null ? [] : items.filter((item) => !told.has(item.id));
    told = new Set(items.map((item) => item.id));
    const [port] = notified;
    if (port && news.length > 0) port.postMessage({ kind: "notices", items: news });
  } catch {
    // The server is away; the next look may find it.
  }
}

function balanceWatch() {
  const isWanted = notified.size > 0;
  if (isWanted && watching === null) {
    lookAtNotices();
    watching = setInterval(lookAtNotices, NOTICE_MILLISECONDS);
  }
  if (!isWanted && watching !== null) {
    clearInterval(watching);
    watching = null;
    told = null;
  }
}

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  port.addEventListener("message", ({ data }) => {
    if (data.kind === "gone") {
      tabs.delete(port);
      notified.delete(port);
    } else {
      tabs.set(port, data.visible);
      if (data.notify) notified.add(port);
      else notified.delete(port);
    }
    balance();
    balanceWatch();
  });
  port.start();
  port.postMessage({ kind: "mode", polling });
  if (source && latest) port.postMessage({ kind: "revision", revision: latest });
});
