// Runs before textual.js: gives the tab its own app, reconnects, and lets the terminal use the browser safely.

const terminal = document.getElementById("terminal");

// The id lasts as long as the tab, so a reload finds the same app again.
let id = sessionStorage.getItem("tab");
if (!id) {
  id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("tab", id);
}
terminal.dataset.sessionWebsocketUrl += "/" + id;

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

function focus() {
  document.querySelector(".-connected .xterm-helper-textarea")?.focus();
}
addEventListener("focus", focus);

// textual.js marks the body when it has connected, and when its connection has closed.
new MutationObserver((_, observer) => {
  focus();
  if (document.body.classList.contains("-closed")) {
    observer.disconnect();
    reconnect();
  }
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });

// A connection may be lost without notice while the computer sleeps, as this timer shows.
let ticked = Date.now();
setInterval(() => {
  if (Date.now() - ticked > 180_000) reconnect();
  ticked = Date.now();
}, 10_000);

// These belong to the browser: paste, reload, full screen, tools. textual.js would send them to the app.
const BROWSER_KEYS = ["F5", "F11", "F12"];
addEventListener(
  "keydown",
  (event) => {
    const pastes = (event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyV";
    if (pastes || BROWSER_KEYS.includes(event.key)) event.stopImmediatePropagation();
  },
  true,
);

// A page opened from an article must not reach this one.
const open = window.open;
window.open = (url, target) => open.call(window, url, target, target === "_blank" ? "noopener" : "");

// Nothing that the app shows can read the clipboard. Without TLS, browsers have only the old way to write to it.
const clipboard = navigator.clipboard;
function copy(text) {
  const set = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", set, { capture: true, once: true });
  document.execCommand("copy");
}
Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => (clipboard ? clipboard.writeText(text) : copy(text)), readText: async () => "" },
});
