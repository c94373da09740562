// Writes the site's editor as one file, with the licences of what is in it. No map, no date: the same lock file gives
// the same bytes.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/slm_graph/web/static/editor.js");
const options = {
  absWorkingDir: here,
  entryPoints: ["src/editor.js"],
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  legalComments: "none", // the licences below say it once
  target: ["es2021"],
  metafile: true,
};

// "node_modules/@scope/name/…" or "node_modules/name/…" → the package's folder
function packageOf(path) {
  const parts = path.split("/");
  const start = parts.lastIndexOf("node_modules");
  return start < 0 ? null : parts.slice(0, start + (parts[start + 1].startsWith("@") ? 3 : 2)).join("/");
}

function licencesOf(metafile) {
  const byText = new Map();
  for (const folder of [...new Set(Object.keys(metafile.inputs).map(packageOf))].filter(Boolean).sort()) {
    const { name, version } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const file = readdirSync(join(here, folder)).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence file: its licence cannot be kept`);
    const text = readFileSync(join(here, folder, file), "utf8").trim().replaceAll("*/", "* /");
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  return [...byText].map(([text, names]) => `/*!\n${names.join("\n")}\n\n${text}\n*/\n`).join("");
}

const trial = await build({ ...options, write: false });
const written = await build({ ...options, outfile: target, banner: { js: licencesOf(trial.metafile).trimEnd() } });
console.log(`${Object.values(written.metafile.outputs)[0].bytes} bytes: src/slm_graph/web/static/editor.js`);
