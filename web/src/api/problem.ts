/** What the API says when it refuses (RFC 9457), and what we say when it cannot be reached. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  hint?: string;
  error_count?: number;
  error_indexes?: number[];
  errors?: { index: number; type: string; field?: string; reason: string }[];
}

export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    readonly problem: Problem,
    /** Seconds after which it makes sense to ask again. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
  }
  get status(): number {
    return this.problem.status;
  }
  get unreachable(): boolean {
    return this.problem.status === 0;
  }
  /** Full, starting, stopping or away: the same question may be answered later. */
  get passing(): boolean {
    return [0, 429, 503].includes(this.problem.status);
  }
}

export const unreachable = (): ApiError =>
  new ApiError({
    type: "urn:tradewind:problem:unreachable",
    title: "No answer",
    status: 0,
    detail: "The server does not answer.",
    hint: "It may have been stopped, or be starting. This page goes on by itself when it is back.",
  });

/** Whatever was thrown, as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: "about:blank", title: "A fault of this page", status: -1, detail };
}
