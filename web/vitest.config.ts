import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import vite from "./vite.config.ts";

export default mergeConfig(
  vite,
  defineConfig({
    test: {
      environment: "happy-dom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["src/lib/testing.ts"],
      restoreMocks: true,
      isolate: false, // one browser stand-in for all files: no test leaves anything behind
      env: { TZ: "UTC" },
    },
  }),
);
