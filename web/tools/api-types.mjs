// Types of the API out of src/api/openapi.json into src/api/schema.d.ts (made anew, never committed).
//   node tools/api-types.mjs        when the description is newer
//   node tools/api-types.mjs URL    takes the description of a running program first
//   node tools/api-types.mjs URL --check    fails when the description kept here is another
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const description = new URL("../src/api/openapi.json", import.meta.url);
const types = new URL("../src/api/schema.d.ts", import.meta.url);

// What types are made of, and no more: examples and refusals (which are all of one shape) would make
// the file three times as long, and change it for nothing.
function essence(value, name) {
  if (Array.isArray(value)) return value.map((item) => essence(item));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(
    ([key]) => key !== "example" && !(name === "responses" && !key.startsWith("2")),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, essence(item, key)]));
}

const [url, only] = process.argv.slice(2);
if (url) {
  const answer = await fetch(new URL("/openapi.json", url));
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const found = await answer.json();
  const text = `${JSON.stringify(essence({ ...found, info: { ...found.info, version: "" } }), null, 1)}\n`;
  const known = existsSync(description) ? readFileSync(description, "utf8") : "";
  if (only === "--check" && text !== known) {
    console.error("web/src/api/openapi.json is not what the program says: tools/web.sh run types URL");
    process.exit(1);
  }
  if (text !== known) writeFileSync(description, text);
}
const made = existsSync(types) && statSync(types).mtimeMs >= statSync(description).mtimeMs;
if (!made) {
  const tree = await openapiTS(JSON.parse(readFileSync(description, "utf8")));
  writeFileSync(types, `// Made by tools/api-types.mjs.\n${astToString(tree)}`);
}
