// The extension as JupyterLab loads it: a module of its own kind ("federated"), made by hand so that building it needs
// a bundler and nothing of JupyterLab.

import { watch } from "./idle";
import { take, type Application, type Lab, type Launcher, type Restorer, type Shared } from "./lab";
import { panel } from "./panel";
import { asking, type Ask, type Template } from "./server";
import style from "./style.css";

const NAME = "tre-workspace";
const OPEN = "tre:outputs";
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24"><path class="jp-icon3" fill="#616161" d="M5 3h9l5 5v5h-2V9h-4V5H7v14h5v2H5zM16.5 22l-3.5-3.5 1.4-1.4 2.1 2.1 4.1-4.2 1.4 1.4z"/></svg>`;

function plugins(lab: Lab): unknown[] {
  return [
    {
      id: `${NAME}:outputs`,
      description: "Outputs, their checks and requests, in a side panel.",
      autoStart: true,
      optional: [lab.ILayoutRestorer],
      activate: (app: Application, restorer: Restorer | null) => showPanel(lab, app, restorer),
    },
    {
      id: `${NAME}:templates`,
      description: "Notebook templates in the launcher.",
      autoStart: true,
      requires: [lab.ILauncher],
      activate: (app: Application, launcher: Launcher) => void offerTemplates(lab, app, launcher),
    },
    {
      id: `${NAME}:idle`,
      description: "Says when the workspace is about to close.",
      autoStart: true,
      activate: (app: Application) => {
        const settings = app.serviceManager.serverSettings;
        const home = new URL(settings.baseUrl.replace(/user\/.*$/, "hub/home"), location.href).href;
        watch(asking(lab, settings), home);
      },
    },
  ];
}

function showPanel(lab: Lab, app: Application, restorer: Restorer | null): void {
  const ask = asking(lab, app.serviceManager.serverSettings);
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);
  const node = panel(ask, () => widget.isVisible);
  const widget = new lab.Widget({ node });
  Object.assign(widget, { id: "tre-outputs" });
  const icon = new lab.LabIcon({ name: `${NAME}:icon`, svgstr: ICON });
  Object.assign(widget.title, { caption: "Outputs", icon });
  app.shell.add(widget, "left", { rank: 150 });
  restorer?.add(widget, "tre-outputs");
  app.commands.addCommand(OPEN, {
    label: "Outputs and requests",
    caption: "What you made, what the check says, and your requests to release it",
    execute: () => {
      app.shell.activateById(widget.id);
      node.focus();
    },
  });
}

async function offerTemplates(lab: Lab, app: Application, launcher: Launcher): Promise<void> {
  const ask: Ask = asking(lab, app.serviceManager.serverSettings);
  const icon = new lab.LabIcon({ name: `${NAME}:template`, svgstr: ICON });
  const { templates } = await ask<{ templates: Template[] }>("templates");
  for (const [rank, one] of templates.entries()) {
    const command = `tre:template:${one.name}`;
    app.commands.addCommand(command, {
      label: one.name.replace(/-/g, " "),
      caption: `${one.purpose} A copy is made in your home.`,
      icon,
      execute: async () => {
        const { path } = await ask<{ path: string }>("templates", { name: one.name });
        return app.commands.execute("docmanager:open", { path, factory: "Notebook" });
      },
    });
    launcher.add({ command, category: "Templates", rank });
  }
}

interface Container {
  init(shared: Shared): void;
  get(module: string): Promise<() => unknown>;
}
declare global {
  interface Window {
    _JUPYTERLAB?: Record<string, Container>;
  }
}

let shared: Shared = {};
const containers = (window._JUPYTERLAB ??= {});
containers[NAME] = {
  init: (given) => {
    shared = given;
  },
  get: async () => {
    const made = { __esModule: true, default: plugins(await take(shared)) };
    return () => made;
  },
};
