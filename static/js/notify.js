// The button that lets the browser tell of questions and ends while no page of tandemweb is looked at.
(() => {
  "use strict";
  const KEY = "tandemweb.notify";

  function show() {
    const button = document.getElementById("notify");
    if (!button || !("Notification" in window)) return;
    const isOn = Notification.permission === "granted" && localStorage.getItem(KEY) === "on";
    button.hidden = false;
    button.disabled = Notification.permission === "denied";
    button.textContent = isOn ? "Notifications are on: turn off" : "Notify me when a run needs me";
    if (button.disabled) button.title = "The browser refuses notifications of this page.";
    button.setAttribute("aria-pressed", String(isOn));
  }

  document.addEventListener("click", async (event) => {
    if (event.target.id !== "notify") return;
    const isOn = localStorage.getItem(KEY) === "on" && Notification.permission === "granted";
    if (isOn) localStorage.removeItem(KEY);
    else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(KEY, "on");
    show();
    document.dispatchEvent(new CustomEvent("live:notify"));
  });

  document.addEventListener("live:merged", show);
  show();
})();
