// SQL and YAML in colours for reading, without loading the editor: words, texts, numbers, comments.

export type Kind = "keyword" | "string" | "number" | "comment" | "name" | "plain";
export interface Token {
  kind: Kind;
  text: string;
}

const keywords = new Set(
  (
    "select from where group by order having limit offset as on using join left right full inner " +
    "outer cross union all except intersect distinct case when then else end and or not in is null " +
    "like ilike between exists cast with recursive over partition rows range preceding following " +
    "current row filter asc desc nulls first last true false interval date timestamp values create " +
    "view table lateral unnest within"
  ).split(" "),
);

const sql = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)/,
    /(?<string>'(?:[^']|'')*')/,
    /(?<name>"(?:[^"]|"")*")/,
    /(?<number>\b\d+(?:\.\d+)?\b)/,
    /(?<word>\b[A-Za-z_]\w*\b)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);
const yaml = new RegExp(
  [
    /(?<comment>(?:^|(?<=\s))#[^\n]*)/,
    /(?<name>^[ \t-]*[\w.-]+(?=:))/,
    /(?<string>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/,
    /(?<number>(?<=[\s[,:])-?\d+(?:\.\d+)?(?=[\s\],]|$))/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gm",
);

export type Language = "sql" | "yaml" | "text";

export function tokensOf(text: string, language: Language): Token[] {
  if (language === "text") return [{ kind: "plain", text }];
  const tokens: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(language === "sql" ? sql : yaml)) {
    const [found] = match;
    const kinds = match.groups ?? {};
    let kind = Object.keys(kinds).find((name) => kinds[name] !== undefined) ?? "plain";
    if (kind === "word") kind = keywords.has(found.toLowerCase()) ? "keyword" : "plain";
    if (match.index > at) tokens.push({ kind: "plain", text: text.slice(at, match.index) });
    tokens.push({ kind: kind as Kind, text: found });
    at = match.index + found.length;
  }
  if (at < text.length) tokens.push({ kind: "plain", text: text.slice(at) });
  return tokens;
}
