// One file with all that the UI consists of, plain and packed, for the program to carry.
// src/site/site.cc reads it: a list with a line each (path, type, etag, immutable, three sizes), an
// empty line, the bytes in the same order.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};
const packedAlready = new Set([".woff2", ".png"]);

function filesBelow(folder, prefix = "") {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const file = path.join(folder, name);
      if (statSync(file).isDirectory()) {
        return name === ".vite" ? [] : filesBelow(file, `${prefix}/${name}`);
      }
      return [{ file, webPath: `${prefix}/${name}` }];
    });
}

const smaller = (packed, plain) => (packed.length < plain.length ? packed : Buffer.alloc(0));

function packOne({ file, webPath }) {
  const extension = path.extname(file);
  if (!types[extension]) throw new Error(`${webPath}: no content type is known for ${extension}`);
  const plain = readFileSync(file);
  const none = Buffer.alloc(0);
  const asItIs = packedAlready.has(extension);
  return {
    webPath,
    type: types[extension],
    etag: `"${createHash("sha256").update(plain).digest("hex").slice(0, 20)}"`,
    immutable: webPath.startsWith("/assets/") ? 1 : 0,
    plain,
    gzip: asItIs ? none : smaller(zlib.gzipSync(plain, { level: 9 }), plain),
    brotli: asItIs
      ? none
      : smaller(
          zlib.brotliCompressSync(plain, {
            params: { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
          }),
          plain,
        ),
  };
}

export function writePack(folder, target) {
  const files = filesBelow(folder).map(packOne);
  const lines = files.map((one) =>
    [
      one.webPath,
      one.type,
      one.etag,
      one.immutable,
      one.plain.length,
      one.gzip.length,
      one.brotli.length,
    ].join("\t"),
  );
  const list = Buffer.from(`tradewind-site 1\n${lines.join("\n")}\n\n`);
  const bodies = files.flatMap((one) => [one.plain, one.gzip, one.brotli]);
  const pack = Buffer.concat([list, ...bodies]);
  writeFileSync(target, pack);
  return { files: files.length, bytes: pack.length };
}
