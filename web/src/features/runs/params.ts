// "name = value", one a line: what a run's SQL reads as run.params.

export interface Parsed {
  params: Record<string, string>;
  error?: string;
}

export function parseParams(text: string): Parsed {
  const params: Record<string, string> = {};
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (!line) continue;
    const at = line.indexOf("=");
    const name = line.slice(0, at).trim();
    if (at < 1 || !name) return { params, error: `Line ${i + 1} is not name = value` };
    if (name in params) return { params, error: `${name} is there twice` };
    params[name] = line.slice(at + 1).trim();
  }
  return { params };
}
