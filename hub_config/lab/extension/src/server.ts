// What the workspace's server answers, and how it is asked.

import type { Lab, ServerSettings } from "./lab";

export interface Finding {
  rule: string;
  outcome: string;
  where: string;
  why: string;
  todo: string;
}
export interface Output {
  name: string;
  outcome: string;
  files: string[];
  findings: Finding[];
}
export interface Folder {
  folder: string;
  outcome: string;
  made_at_utc: string;
  outputs: Output[];
}
export interface Sent {
  id: string;
  title: string;
  state: string;
  round: number;
  summary: string;
  asked: string;
}
export interface Asked {
  package: string;
  person: string;
  reason: string;
  state: string;
  answer: string;
}
export interface Template {
  name: string;
  purpose: string;
}
export interface Idle {
  closes_in_s: number | null;
  warning_s: number;
  every_s: number;
}

export type Ask = <T>(path: string, body?: Record<string, unknown>) => Promise<T>;

/** A function that asks below the workspace's own address, with JupyterLab's login and XSRF token. */
export function asking(lab: Lab, settings: ServerSettings): Ask {
  return async function ask<T>(path: string, body?: Record<string, unknown>): Promise<T> {
    const init: RequestInit = body ? { method: "POST", body: JSON.stringify(body) } : {};
    let answer: Response;
    try {
      answer = await lab.ServerConnection.makeRequest(`${settings.baseUrl}tre/${path}`, init, settings);
    } catch {
      throw new Error("The workspace does not answer. Try again in a moment.");
    }
    const given = (await answer.json().catch(() => ({}))) as T & { message?: string; hint?: string };
    if (!answer.ok) {
      const said = [given.message, given.hint].filter(Boolean).join(" ");
      throw new Error(said || `The workspace refused (${answer.status}). Reload the page and try again.`);
    }
    return given;
  };
}
