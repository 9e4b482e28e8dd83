import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Answer, get, post } from "@/api/client";
import { useRefreshOn } from "@/api/events";
import { runSql, useSql } from "@/api/sql";
import { say, sayError } from "@/ui/toast";

export type Checks = Answer<"/v1/checks">;
export type Report = Checks["reports"][number];
export type Check = Report["checks"][number];
export type Letter = Answer<"/v1/deadletters">["dead_letters"][number];

export interface Audit {
  day: string;
  table_name: string;
  passed: number;
  failed: number;
}

const lettersAsked = 100;
const failingRowsAsked = 1000;
const auditsAsked = 10_000;

export function useChecks() {
  useRefreshOn([["checks"]], ["run"]);
  return useQuery({ queryKey: ["checks"], queryFn: ({ signal }) => get("/v1/checks", { signal }) });
}

/** How many checks held at each run of them: the newest 100 runs of a table are kept. */
export function useAudits() {
  useRefreshOn([["sql", "quality", "audits"]], ["run"]);
  return useSql<Audit>(
    ["quality", "audits"],
    `SELECT CAST(checked_at AS STRING) AS day, table_name,
  count(*) FILTER (WHERE state = 'passed') AS passed,
  count(*) FILTER (WHERE state <> 'passed') AS failed
FROM system.check_results
GROUP BY checked_at, table_name
ORDER BY checked_at DESC`,
    { limit: auditsAsked },
  );
}

export function useFailingRows(quarantine: string) {
  const [schema = "", table = ""] = quarantine.split(".");
  const name = `"${schema}"."${table.replaceAll('"', '""')}"`;
  return useQuery({
    queryKey: ["sql", "quality", "rows", quarantine],
    queryFn: ({ signal }) =>
      runSql(`SELECT * FROM ${name} ORDER BY _checked_at DESC`, signal, failingRowsAsked),
    enabled: table !== "",
  });
}

export function useLetters(state: string, stream: string) {
  return useInfiniteQuery({
    queryKey: ["letters", state, stream],
    queryFn: ({ signal, pageParam }) =>
      get("/v1/deadletters", {
        query: {
          limit: lettersAsked,
          state: (state || undefined) as never,
          stream: stream || undefined,
          cursor: pageParam || undefined,
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

export function useLetter(id: string) {
  return useQuery({
    queryKey: ["letter", id],
    queryFn: ({ signal }) => get("/v1/deadletters/{id}", { path: { id }, signal }),
    enabled: id !== "",
  });
}

export interface Repair {
  id: string;
  body: string;
}

const replayLetter = ({ id, body }: Repair) =>
  post("/v1/deadletters/{id}/replay", {
    path: { id },
    raw: { body, type: "application/json" },
  });

const discardLetter = (id: string) => post("/v1/deadletters/{id}/discard", { path: { id } });

function useLettersAnew() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["letters"] }),
      client.invalidateQueries({ queryKey: ["letter"] }),
    ]);
}

/** Errors are shown where the record is repaired, not in a corner of the page. */
export function useReplay() {
  const anew = useLettersAnew();
  return useMutation({
    mutationFn: replayLetter,
    onSuccess: () => {
      say("The record is in its stream now.");
      return anew();
    },
  });
}

export function useDiscard() {
  const anew = useLettersAnew();
  return useMutation({
    mutationFn: discardLetter,
    onSuccess: () => {
      say("It is given up; it can still be read.");
      return anew();
    },
    onError: sayError,
  });
}

export function useCheckNow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (table: string) => post("/v1/checks", { body: (table ? { table } : {}) as never }),
    onSuccess: (answer) => {
      const bad = answer.failed + answer.errors;
      say(bad === 0 ? `All ${answer.passed} checks hold.` : `${bad} of the checks do not hold.`);
      return Promise.all([
        client.invalidateQueries({ queryKey: ["checks"] }),
        client.invalidateQueries({ queryKey: ["sql", "quality"] }),
      ]);
    },
    onError: sayError,
  });
}
