/* Runs before the lab, in its page. Shows how much a workspace has shown today, and keeps what an output holds from
   leading the browser to another host. The rest is kept by the page's Content-Security-Policy. */
(() => {
  "use strict";
  const base = document.currentScript.src.replace(/gateway\/guard\.js.*$/, "");
  const note = (text, kind) => {
    let bar = document.getElementById(`tre-${kind}`);
    if (!bar) {
      bar = document.createElement("div");
      bar.id = `tre-${kind}`;
      bar.setAttribute("role", "alert");
      bar.style.cssText =
        "position:fixed;left:0;right:0;bottom:0;z-index:100000;padding:8px 16px;font:14px sans-serif;" +
        "color:#1a1a1a;background:#ffe08a;border-top:2px solid #8a6d00";
      document.body.append(bar);
    }
    if (bar.textContent !== text) bar.textContent = text;
    return bar;
  };

  /* Another host, or another workspace of the same person: a link there could carry data from project to project. The
     hub's own pages are asked for without a query, by which they would lead on. */
  const own = new URL(base).pathname;
  const hub = own.replace(/user\/[^/]+\/[^/]+\/$/, "hub/");
  const elsewhere = (href) => {
    try {
      const url = new URL(href, base);
      if (["data:", "blob:", "about:"].includes(url.protocol)) return false;
      const here = url.pathname.startsWith(own) || (url.pathname.startsWith(hub) && !url.search);
      return url.origin !== location.origin || !here;
    } catch {
      return true;
    }
  };
  /* An address that holds its own content: whoever follows it saves a file. */
  const holds = (href) => {
    try {
      return ["data:", "blob:", "filesystem:"].includes(new URL(href, base).protocol);
    } catch {
      return false;
    }
  };
  const say = (text) => {
    const bar = note(text, "elsewhere");
    setTimeout(() => bar.remove(), 6000);
  };
  const refused = () => say("A workspace opens no other hosts and no other workspaces.");
  const kept = () => say("Files leave a workspace through the airlock: tre.request(...).");

  /* What keeps a link from being followed, as a function that says so; nothing when it may be. */
  const against = (link) => {
    // What a drawing animates stands in no attribute.
    const animated = link.href?.animVal;
    const all = [link.getAttribute("href"), link.getAttribute("xlink:href"), animated].filter((href) => href);
    if (all.some((href) => elsewhere(href) && !holds(href))) return refused;
    return all.length && (link.hasAttribute("download") || all.some(holds)) ? kept : undefined;
  };

  /* The page itself goes to no other host and saves nothing, whatever asks for it: a link, a form, a script, a refresh. */
  if ("navigation" in window) {
    navigation.addEventListener("navigate", (event) => {
      const to = event.destination.url;
      if (event.cancelable && (elsewhere(to) || holds(to))) {
        event.preventDefault();
        (holds(to) ? kept : refused)();
      }
    });
  }
  for (const kind of ["click", "auxclick"]) {
    document.addEventListener(
      kind,
      (event) => {
        const link = event.composedPath().find((node) => node.localName === "a" || node.localName === "area");
        const stop = link && against(link);
        if (!stop) return;
        event.preventDefault();
        stop();
      },
      true,
    );
  }
  document.addEventListener(
    "submit",
    (event) => {
      // A field may be called like what a form is asked for.
      const said = (node, name) => node && Element.prototype.getAttribute.call(node, name);
      const action = said(event.submitter, "formaction") ?? said(event.target, "action");
      if (action && (elsewhere(action) || holds(action))) {
        event.preventDefault();
        refused();
      }
    },
    true,
  );
  const open = window.open.bind(window);
  window.open = (href, ...rest) => {
    // An empty window would be led elsewhere by whoever opened it, as a terminal's links are.
    if (!href || elsewhere(href) || !/^https?:$/.test(new URL(href, base).protocol)) {
      refused();
      return null;
    }
    return open(href, ...rest);
  };
  const dispatch = EventTarget.prototype.dispatchEvent;
  EventTarget.prototype.dispatchEvent = function (event) {
    const stop = event.type === "click" && this.href ? against(this) : undefined;
    if (!stop) return dispatch.call(this, event);
    stop();
    return false;
  };
  const click = HTMLElement.prototype.click;
  HTMLElement.prototype.click = function () {
    const stop = this.href ? against(this) : undefined;
    if (stop) stop();
    else click.call(this);
  };
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
    Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
  }

  /* What the lab is about to show as HTML. */
  const never = "meta,base,link,iframe,frame,frameset,object,embed,script,noscript,template,fencedframe,portal";
  const suspect =
    /<\s*(?:meta|base|link|i?frame|frameset|object|embed|script|fencedframe|portal|a|area|set|animate)\b/i;
  const links = "a,area";
  if ("trustedTypes" in window) {
    const plain = trustedTypes.createPolicy("guard", { createHTML: (text) => text });
    const strip = (root) => {
      let found = 0;
      for (const node of root.querySelectorAll(never)) {
        node.remove();
        found += 1;
      }
      for (const node of root.querySelectorAll("set,animate")) {
        if (/href$/i.test(node.getAttribute("attributeName") ?? "")) {
          node.remove();
          found += 1;
        }
      }
      for (const node of root.querySelectorAll(links)) {
        for (const name of ["href", "xlink:href", "ping"]) {
          const value = node.getAttribute(name);
          if (value !== null && (name === "ping" || elsewhere(value) || holds(value))) {
            node.removeAttribute(name);
            node.title = "A workspace opens no other hosts and no other workspaces.";
            found += 1;
          }
        }
      }
      return found;
    };
    /* One text is read in different ways by where it is put: as a part of a table, of a page, or as a page. */
    const inert = document.implementation.createHTMLDocument("");
    const readings = (text) => {
      const [part, body] = ["template", "div"].map((name) => inert.createElement(name));
      part.innerHTML = body.innerHTML = plain.createHTML(text);
      const page = new DOMParser().parseFromString(plain.createHTML(text), "text/html").documentElement;
      return [
        [part.content, () => part.innerHTML],
        [body, () => body.innerHTML],
        [page, () => page.outerHTML],
      ];
    };
    const clean = (text) => {
      if (!suspect.test(text)) return text;
      for (let round = 0; round < 4; round += 1) {
        const found = readings(text).filter(([root]) => strip(root));
        if (!found.length) return text;
        text = found[0][1]();
      }
      return "";
    };
    /* The lab compiles what checks its settings; nothing else is made a program of a text. */
    const CHECKS = "(function anonymous(self,scope\n) {\nconst schema";
    trustedTypes.createPolicy("default", {
      createHTML: clean,
      createScript: (text, _type, sink) => (sink === "Function" && text.startsWith(CHECKS) ? text : null),
      createScriptURL: (text) => text,
    });
  }

  /* The gateway says in a cookie how far the day has come. */
  const words = {
    warned:
      "Your workspaces have shown a lot today. Soon no more will be shown until tomorrow (UTC): show less, and send " +
      "large outputs through the airlock.",
    capped:
      "Your workspaces have shown as much as they may in a day. Nothing more is shown until tomorrow (UTC). Your work " +
      "is kept; save it now.",
  };
  const look = () => {
    const level = /(?:^|; )tre-shown=(\w+)/.exec(document.cookie)?.[1];
    if (words[level]) note(words[level], "shown");
    else document.getElementById("tre-shown")?.remove();
  };
  addEventListener("DOMContentLoaded", () => {
    look();
    setInterval(look, 3000);
  });
})();
