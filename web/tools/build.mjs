// node tools/build.mjs OUT: the UI for browsers in OUT/dist, and OUT/site.pack for the program.
import path from "node:path";
import { build } from "vite";
import { writePack } from "./pack.mjs";

const out = path.resolve(process.argv[2] ?? "dist-pack");
await build({ build: { outDir: path.join(out, "dist"), emptyOutDir: true }, logLevel: "warn" });
const total = writePack(path.join(out, "dist"), path.join(out, "site.pack"));
console.log(`${total.files} files, ${total.bytes} bytes in the pack`);
