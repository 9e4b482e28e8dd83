// Before each file of tests: English numbers wherever the tests run.
import { afterEach } from "vitest";
import { setLocale } from "./format";

setLocale("en-GB");
afterEach(() => {
  document.body.replaceChildren();
});
