import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Answer, get, post } from "@/api/client";
import { useEvent } from "@/api/events";
import type { LagEvent } from "@/api/eventTypes";
import { useSql } from "@/api/sql";
import { say } from "@/ui/toast";
import { addSample, rateOf, type Sample } from "./rates";
import { joinTail, tailMax } from "./tail";

export type Stream = Answer<"/v1/streams">["streams"][number];
export type StreamRecord = Answer<"/v1/streams/{stream}/records">["records"][number];

const listMs = 5000;
const tailMs = 1000;
const sampleMs = 1000;

export function useStreams() {
  return useQuery({
    queryKey: ["streams"],
    queryFn: ({ signal }) => get("/v1/streams", { signal }),
    select: (answer) => answer.streams,
    refetchInterval: listMs,
  });
}

export function useStreamLag(stream: string) {
  return useQuery({
    queryKey: ["streams", stream, "lag"],
    queryFn: ({ signal }) => get("/v1/streams/{stream}/lag", { path: { stream }, signal }),
    refetchInterval: listMs,
  });
}

/** Positions of all streams as they are told, live. */
export function useLive(): Map<string, LagEvent> {
  const [live, setLive] = useState(() => new Map<string, LagEvent>());
  useEvent("lag", (lag) => {
    setLive((before) => new Map(before).set(lag.stream, lag));
  });
  return live;
}

/** Records a second of a stream, the last minute and a half; from its positions, sampled each second. */
export function useRates(position: number | undefined): number[] {
  const [samples, setSamples] = useState<Sample[]>([]);
  const newest = useRef(position);
  useEffect(() => {
    newest.current = position;
  }, [position]);
  useEffect(() => {
    const timer = setInterval(() => {
      const at = newest.current;
      if (at === undefined) return;
      setSamples((before) => addSample(before, { at: Date.now(), position: at }));
    }, sampleMs);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return rateOf(samples);
}

/** The newest records, the newest first; asked for again and again from where the last page ended. */
export function useTail(stream: string, end: number | undefined, on: boolean, partition: number) {
  const client = useQueryClient();
  const queryKey = ["streams", stream, "tail", partition];
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<{ records: StreamRecord[]; next: number }>(queryKey);
      const start = before?.next ?? Math.max(0, (end ?? 0) - tailMax);
      const page = await get("/v1/streams/{stream}/records", {
        path: { stream },
        query:
          partition < 0
            ? { position: start, limit: tailMax }
            : { partition, offset: start, limit: tailMax },
        signal,
      });
      return {
        records: joinTail(before?.records ?? [], page.records),
        next: (partition < 0 ? page.next_position : page.next_offset) ?? start,
      };
    },
    enabled: end !== undefined,
    refetchInterval: on ? tailMs : false,
    gcTime: 0,
  });
}

export interface FieldHint {
  column_name: string;
  type: string | null;
  description: string | null;
}

/** What records of a stream look like, by its table. */
export const useFields = (stream: string) =>
  useSql<FieldHint>(
    ["streams", stream, "fields"],
    `SELECT column_name, type, description FROM system.columns
WHERE schema_name = 'raw' AND table_name = '${stream.replaceAll("'", "''")}' AND NOT starts_with(column_name, '_')
ORDER BY position`,
  );

export function useSend(stream: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, keep }: { text: string; keep: boolean }) =>
      post("/v1/streams/{stream}/records", {
        path: { stream },
        query: { on_invalid: keep ? "deadletter" : "refuse" } as never,
        raw: { body: text, type: "application/json" },
      }),
    onSuccess: (answer) => {
      const [place] = answer.offsets;
      if (answer.rejected > 0) say("Kept as a dead letter.", "Quality has it, with its reason.");
      else if (place)
        say(`Durable at offset ${place.first} of partition ${place.partition}.`);
      void client.invalidateQueries({ queryKey: ["streams"] });
    },
  });
}

export function useHold(stream: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ sink, paused }: { sink: string; paused: boolean }) =>
      paused
        ? post("/v1/streams/{stream}/sinks/{sink}/resume", { path: { stream, sink } })
        : post("/v1/streams/{stream}/sinks/{sink}/pause", { path: { stream, sink } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["streams", stream] }),
  });
}
