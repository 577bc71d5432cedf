// The few parts of JupyterLab that we use, taken from the page's own copies: nothing of JupyterLab is bundled here.

export interface Widget {
  readonly id: string;
  readonly node: HTMLElement;
  readonly isVisible: boolean;
  readonly title: { caption: string; label: string; icon: unknown };
}
export interface ServerSettings {
  readonly baseUrl: string;
}
export interface Commands {
  addCommand(id: string, options: { label: string; caption?: string; icon?: unknown; execute: () => unknown }): unknown;
  execute(id: string, given?: Record<string, unknown>): Promise<unknown>;
}
export interface Application {
  readonly commands: Commands;
  readonly restored: Promise<void>;
  readonly serviceManager: { readonly serverSettings: ServerSettings };
  readonly shell: { add(widget: Widget, area: string, options: { rank: number }): void; activateById(id: string): void };
}
export interface Launcher {
  add(options: { command: string; category: string; rank: number }): unknown;
}
export interface Restorer {
  add(widget: Widget, name: string): void;
}

export interface Lab {
  readonly Widget: new (options: { node: HTMLElement }) => Widget;
  readonly LabIcon: new (options: { name: string; svgstr: string }) => unknown;
  readonly ServerConnection: {
    makeRequest(url: string, init: RequestInit, settings: ServerSettings): Promise<Response>;
  };
  readonly ILauncher: unknown;
  readonly ILayoutRestorer: unknown;
}

type Shared = Record<string, Record<string, { get: () => Promise<() => unknown>; from?: string }>>;

// Where each part comes from.
const PARTS: Record<keyof Lab, string> = {
  Widget: "@lumino/widgets",
  LabIcon: "@jupyterlab/ui-components",
  ServerConnection: "@jupyterlab/services",
  ILauncher: "@jupyterlab/launcher",
  ILayoutRestorer: "@jupyterlab/application",
};

/** Take the parts out of the page's shared modules. */
export async function take(shared: Shared): Promise<Lab> {
  const taken = await Promise.all(
    Object.entries(PARTS).map(async ([part, name]) => {
      const offers = Object.values(shared[name] ?? {});
      // The application's own copy, should an extension have brought another.
      const offer = offers.find((one) => one.from?.includes("application")) ?? offers[0];
      if (!offer) throw new Error(`JupyterLab does not offer ${name}.`);
      const module = (await offer.get())() as Record<string, unknown>;
      return [part, module[part]] as const;
    }),
  );
  return Object.fromEntries(taken) as unknown as Lab;
}

export type { Shared };
