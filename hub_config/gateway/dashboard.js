/* Draws a Dask dashboard from what it says over its web socket. The policy of the page lets none of it run. */
(() => {
  "use strict";
  const state = document.getElementById("state");
  const place = document.getElementById("dashboard");
  const say = (text) => {
    state.textContent = text;
    state.hidden = !text;
  };
  /* The session is new with each page; Bokeh reads its name and end from what it calls a token. */
  const token = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    const name = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const said = { session_id: name, session_expiry: Math.floor(Date.now() / 1000) + 300 };
    return btoa(JSON.stringify(said)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const port = /\/proxy\/(\d+)\//.exec(location.pathname)[1];

  /* What is shown is counted against the day, so a page that nobody looks at does not go on. */
  const PATIENCE_MS = 60_000;
  const open = new Set();
  let away;
  let paused = false;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (!document.hidden && paused) location.reload();
    if (!document.hidden) return;
    away = setTimeout(() => {
      paused = true;
      for (const socket of open) socket.close();
    }, PATIENCE_MS);
  });

  /* Bokeh tries again by itself, and says nothing of it. */
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      if (paused) throw new Error("nobody looks at this page");
      super(...given);
      open.add(this);
      this.addEventListener("open", () => {
        if (!place.classList.contains("ended")) return;
        place.classList.remove("ended");
        say("");
      });
      this.addEventListener("close", () => {
        open.delete(this);
        const shown = place.childElementCount > 0;
        say(
          shown
            ? "The dashboard has ended. What is shown is its last state. Reload the page when a cluster runs again."
            : `No Dask dashboard answers on port ${port}. Make a cluster with dask.distributed.Client(), and follow ` +
                "the link that it shows.",
        );
        place.classList.toggle("ended", shown);
      });
    }
  };
  /* Dask makes links of workers' names by a template that Bokeh would compile as a script. */
  const escaped = (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  Bokeh.Models.get("HTMLTemplateFormatter").prototype.doFormat = (_row, _cell, value) => escaped(String(value ?? ""));

  const slow = setTimeout(() => {
    say("The dashboard has not answered yet: its scheduler may be busy. Wait, or try another of its pages.");
  }, 10_000);
  Bokeh.embed
    .add_document_from_session(`${scheme}//${location.host}${location.pathname}/ws`, token(), place)
    .then(() => say(""))
    .catch((error) => console.error(error))
    .finally(() => clearTimeout(slow));
})();
