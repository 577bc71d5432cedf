// Build the extension into the folder given, by default the one that is shipped. The same sources give the same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "server", "labextensions", "tre-workspace");
const made = await build({
  absWorkingDir: here,
  entryPoints: ["src/index.ts"],
  bundle: true,
  charset: "utf8",
  format: "iife",
  legalComments: "none",
  loader: { ".css": "text" },
  minifySyntax: true,
  minifyWhitespace: true,
  target: "es2022",
  write: false,
});
const script = made.outputFiles[0].contents;
const name = `remoteEntry.${createHash("sha256").update(script).digest("hex").slice(0, 16)}.js`;
const about = {
  name: "tre-workspace",
  version: "0.1.0",
  description: "Outputs, requests, templates and the warning before a workspace closes, in JupyterLab.",
  license: "BSD-3-Clause",
  jupyterlab: { extension: true, _build: { load: `static/${name}`, extension: "./extension" } },
};
mkdirSync(join(target, "static"), { recursive: true });
for (const old of readdirSync(join(target, "static"))) rmSync(join(target, "static", old));
writeFileSync(join(target, "static", name), script);
writeFileSync(join(target, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
