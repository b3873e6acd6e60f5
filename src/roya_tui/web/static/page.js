// Runs before textual.js connects: gives the tab its own app, and comes back after a lost connection.
"use strict";

const terminal = document.getElementById("terminal");

// The id lasts as long as the tab, so a reload finds the same app again.
let id = sessionStorage.getItem("tab");
if (!id) {
  id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("tab", id);
}
terminal.dataset.sessionWebsocketUrl += "/" + id;

// textual.js marks the body when its connection has closed.
async function reconnect() {
  for (let seconds = 1; ; seconds = Math.min(seconds * 2, 30)) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    try {
      await fetch(".", { method: "HEAD", cache: "no-store" });
      location.reload();
      return;
    } catch {
      // The server does not answer yet.
    }
  }
}
new MutationObserver((_, observer) => {
  if (document.body.classList.contains("-closed")) {
    observer.disconnect();
    reconnect();
  }
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });
