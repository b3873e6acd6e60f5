// Runs before textual.js: gives the tab its own app, reconnects, and lets the terminal use the browser safely.

const terminal = document.getElementById("terminal");

// The id lasts as long as the tab, so a reload finds the same app again.
let id = sessionStorage.getItem("tab");
if (!id) {
  id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("tab", id);
}
terminal.dataset.sessionWebsocketUrl += "/" + id;

// Letters as wide as a whole number of pixels, so that those of Arabic touch; smaller ones on a narrow screen.
terminal.dataset.fontSize = Math.min(9, Math.max(6, Math.floor(innerWidth / 60))) / 0.6;

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

// A connection may be lost without notice, while the computer sleeps or by another network: ask whether it answers.
window.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    let heard = 0;
    const ask = () => {
      const asked = Date.now();
      if (this.readyState === WebSocket.OPEN) this.send(JSON.stringify(["ping", String(asked)]));
      setTimeout(() => heard < asked && document.body.classList.add("-closed"), 8_000);
    };
    this.addEventListener("message", () => (heard = Date.now()));
    this.addEventListener("open", () => setInterval(ask, 20_000));
    document.addEventListener("visibilitychange", () => document.hidden || ask());
  }
};

// These belong to the browser: paste, reload, full screen, tools. textual.js would send them to the app.
const BROWSER_KEYS = ["F5", "F11", "F12"];
addEventListener(
  "keydown",
  (event) => {
    const pastes = (event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyV";
    const copies = event.ctrlKey && event.shiftKey && event.code === "KeyC";
    if (pastes || copies || BROWSER_KEYS.includes(event.key)) event.stopImmediatePropagation();
    if (copies) {
      event.preventDefault(); // of the developer tools; selected text is copied, as in terminals
      document.execCommand("copy");
    }
  },
  true,
);
addEventListener("contextmenu", (event) => event.shiftKey || event.preventDefault()); // the app has its own

// A page opened from an article must not reach this one. What merely looks like an address on the screen opens nothing:
// the terminal passes none here.
const open = window.open;
window.open = (url, target) => (url ? open.call(window, url, target, target === "_blank" ? "noopener" : "") : null);

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
