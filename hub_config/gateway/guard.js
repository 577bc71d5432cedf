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

  const elsewhere = (href) => {
    try {
      const url = new URL(href, base);
      return !["data:", "blob:", "about:"].includes(url.protocol) && url.origin !== location.origin;
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
  const refused = () => say("A workspace does not open other hosts.");
  const kept = () => say("Files leave a workspace through the airlock: tre.request(...).");

  /* The page itself goes to no other host, whatever asks for it: a link, a form, a script, a refresh. */
  if ("navigation" in window) {
    navigation.addEventListener("navigate", (event) => {
      if (event.cancelable && elsewhere(event.destination.url)) {
        event.preventDefault();
        refused();
      }
    });
  }
  for (const kind of ["click", "auxclick"]) {
    document.addEventListener(
      kind,
      (event) => {
        const link = event.composedPath().find((node) => node.localName === "a" || node.localName === "area");
        if (!link) return;
        // What a drawing animates stands in no attribute.
        const animated = link.href?.animVal;
        const all = [link.getAttribute("href"), link.getAttribute("xlink:href"), animated].filter((href) => href);
        if (all.some((href) => elsewhere(href) && !holds(href))) {
          event.preventDefault();
          refused();
        } else if (all.length && (link.hasAttribute("download") || all.some(holds))) {
          event.preventDefault();
          kept();
        }
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
    if (event.type === "click" && this.href) {
      if (elsewhere(this.href)) {
        refused();
        return false;
      }
      if (this.hasAttribute("download")) {
        kept();
        return false;
      }
    }
    return dispatch.call(this, event);
  };
  const click = HTMLElement.prototype.click;
  HTMLElement.prototype.click = function () {
    if (this.href && elsewhere(this.href)) refused();
    else if (this.hasAttribute("download")) kept();
    else click.call(this);
  };
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
    Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
  }

  /* What the lab is about to show as HTML. */
  const never = "meta,base,link,iframe,frame,frameset,object,embed,script,fencedframe,portal";
  const suspect =
    /<\s*(?:meta|base|link|i?frame|frameset|object|embed|script|fencedframe|portal|a|area|set|animate)\b|ping|srcdoc/i;
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
            node.title = "A workspace does not open other hosts.";
            found += 1;
          }
        }
      }
      return found;
    };
    const clean = (text) => {
      if (!suspect.test(text)) return text;
      for (let round = 0; round < 3; round += 1) {
        const template = document.createElement("template");
        template.innerHTML = plain.createHTML(text);
        if (!strip(template.content)) return text;
        text = template.innerHTML;
      }
      return "";
    };
    trustedTypes.createPolicy("default", {
      createHTML: clean,
      createScript: (text) => text,
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
