// Colours lose no character, and words in texts and comments stay what they are.
import { describe, expect, it } from "vitest";
import { tokensOf } from "./highlight";

const kinds = (text: string, language: "sql" | "yaml") =>
  tokensOf(text, language)
    .filter((token) => token.kind !== "plain")
    .map((token) => `${token.kind}:${token.text}`);

describe("highlighting", () => {
  it("keeps every character", () => {
    for (const text of ["", "select 'it''s' -- x\n/* y", "a: 1 # b\n", "SELECT \"a\"\"b\" FROM t;"]) {
      for (const language of ["sql", "yaml", "text"] as const) {
        expect(tokensOf(text, language).map((token) => token.text).join("")).toBe(text);
      }
    }
  });
  it("tells keywords from names, texts and comments", () => {
    expect(kinds("SELECT total FROM t WHERE a = 'from' -- where", "sql")).toEqual([
      "keyword:SELECT",
      "keyword:FROM",
      "keyword:WHERE",
      "string:'from'",
      "comment:-- where",
    ]);
  });
  it("knows YAML's keys, texts, numbers and comments", () => {
    expect(kinds('limit: 20 # rows\nname: "a b"\n', "yaml")).toEqual([
      "name:limit",
      "number:20",
      "comment:# rows",
      "name:name",
      'string:"a b"',
    ]);
  });
});
