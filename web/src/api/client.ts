// Requests by the API's own description: paths, parameters, bodies and answers are typed by
// schema.d.ts. Every failure is an ApiError.

import { sawAnswer, sawSilence } from "./connection";
import { ApiError, type Problem, unreachable } from "./problem";
import type { paths } from "./schema";

type Method = "get" | "post" | "delete" | "put";
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> =
  paths[P] extends Record<M, infer O> ? O : never;
type Parameters<O> = O extends { parameters: infer A } ? A : never;
type Part<O, K extends string> = K extends keyof Parameters<O> ? Parameters<O>[K] : undefined;
type JsonOf<R> = R extends { content: { "application/json": infer J } } ? J : unknown;
type Success<O> = O extends { responses: infer R }
  ? R extends { 200: infer A }
    ? JsonOf<A>
    : R extends { 202: infer A }
      ? JsonOf<A>
      : unknown
  : never;
type BodyOf<O> = O extends { requestBody?: { content: { "application/json": infer J } } }
  ? J
  : unknown;

/** What an operation answers: Answer<"/v1/tables">. */
export type Answer<P extends PathsWith<M>, M extends Method = "get"> = Success<Operation<P, M>>;

export interface Options<O> {
  path?: Part<O, "path">;
  query?: Part<O, "query">;
  body?: BodyOf<O>;
  /** Instead of a JSON body. */
  raw?: { body: BodyInit; type?: string };
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** "/v1/tables/{schema}/{table}" with its parameters in place. */
export function addressOf(
  template: string,
  path: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(path[name]).split("/").map(encodeURIComponent).join("/"),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

async function problemIn(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get("retry-after"));
  const fallback: Problem = {
    type: "about:blank",
    title: response.statusText || "Refused",
    status: response.status,
    detail: `The server answered ${response.status}.`,
  };
  const body = (await response.json().catch(() => null)) as Problem | null;
  return new ApiError(body?.detail ? body : fallback, retry > 0 ? retry : null);
}

/** fetch that throws ApiErrors and tells whether the server is there. */
export async function send(address: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    sawSilence();
    throw unreachable();
  }
  sawAnswer();
  if (!response.ok) throw await problemIn(response);
  return response;
}

async function call<O>(method: string, template: string, options: Options<O>): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  let body: BodyInit | undefined;
  if (options.raw) {
    body = options.raw.body;
    if (options.raw.type) headers["content-type"] = options.raw.type;
  } else if (options.body !== undefined) {
    body = JSON.stringify(options.body);
    headers["content-type"] = "application/json";
  }
  const address = addressOf(
    template,
    options.path as Record<string, unknown> | undefined,
    options.query as Record<string, unknown> | undefined,
  );
  const response = await send(address, {
    method,
    headers,
    body,
    signal: options.signal,
  });
  return response.json();
}

/** const { tables } = await get("/v1/tables", { query: { layer: "mart" }, signal }); */
export function get<P extends PathsWith<"get">>(
  path: P,
  options: Options<Operation<P, "get">> = {},
): Promise<Answer<P, "get">> {
  return call("GET", path, options) as Promise<Answer<P, "get">>;
}

export function post<P extends PathsWith<"post">>(
  path: P,
  options: Options<Operation<P, "post">> = {},
): Promise<Answer<P, "post">> {
  return call("POST", path, options) as Promise<Answer<P, "post">>;
}

export function put<P extends PathsWith<"put">>(
  path: P,
  options: Options<Operation<P, "put">> = {},
): Promise<Answer<P, "put">> {
  return call("PUT", path, options) as Promise<Answer<P, "put">>;
}

export function remove<P extends PathsWith<"delete">>(
  path: P,
  options: Options<Operation<P, "delete">> = {},
): Promise<Answer<P, "delete">> {
  return call("DELETE", path, options) as Promise<Answer<P, "delete">>;
}
