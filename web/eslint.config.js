// Imports flow one way: lib → ui, charts, api → features → app. Features do not know one another.
import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const mayNotImport = (folders, why) => ({
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        {
          group: folders.flatMap((folder) => [`@/${folder}/*`, `**/../${folder}/*`]),
          message: why,
        },
      ],
    },
  ],
});

const layer = (folder, forbidden) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  ignores: ["**/*.test.{ts,tsx}"],
  rules: mayNotImport(
    forbidden,
    `${folder} may not know this: imports flow lib → ui, charts, api → features → app.`,
  ),
});

export default tseslint.config(
  { ignores: ["node_modules", "dist", ".vite", "src/api/schema.d.ts", "public"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat["recommended-latest"],
  {
    files: ["**/*.{ts,tsx}"],
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "react-hooks/incompatible-library": "off", // table and virtual hooks keep their own state
    },
  },
  { files: ["tools/**/*.mjs", "e2e/**/*"], rules: { "no-console": "off" } },
  {
    files: ["tools/**/*.mjs", "*.js"],
    languageOptions: { globals: { process: "readonly", console: "readonly", fetch: "readonly", Buffer: "readonly", URL: "readonly" } },
  },
  layer("lib", ["ui", "charts", "api", "features", "app"]),
  layer("api", ["ui", "charts", "features", "app"]),
  layer("charts", ["features", "app", "api"]),
  layer("ui", ["features", "app", "charts"]),
  // Within a feature paths are relative and downwards ("./"); "../" leads to another feature.
  {
    files: ["src/features/**/*.{ts,tsx}"],
    rules: mayNotImport(["features", "app"], "Features know neither one another nor the app."),
  },
);
