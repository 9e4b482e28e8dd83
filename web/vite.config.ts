import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// The program that the development server asks for data: TRADEWIND=http://127.0.0.1:8080 by default.
const program = process.env.TRADEWIND ?? "http://127.0.0.1:8080";
const doors = ["/v1", "/openapi.json", "/metrics", "/healthz", "/readyz"];

/** The type is asked for with the page, not when the style sheet has come: no text changes its shape. */
function preloadFont(): Plugin {
  return {
    name: "preload-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => /geist-latin-wght-normal.*\.woff2$/.test(name))
          .map((name) => ({
            tag: "link",
            attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${name}`, crossorigin: "" },
            injectTo: "head-prepend" as const,
          })),
    },
  };
}

export default defineConfig({
  plugins: [react(), preloadFont()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  cacheDir: ".vite",
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the policy allows no inline scripts, and data: fonts are not wanted
    modulePreload: { polyfill: false }, // the polyfill is an inline script
    reportCompressedSize: false,
    manifest: true,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: "127.0.0.1",
    fs: { allow: [".", realpathSync("node_modules")] }, // a link: copies of the project share it
    proxy: Object.fromEntries(
      doors.map((door) => [door, { target: program, changeOrigin: true, headers: { origin: program } }]),
    ),
  },
});
