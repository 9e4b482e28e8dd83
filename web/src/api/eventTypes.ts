// The data of events (docs/API.md, "Live updates"). The description of the API has no schema for
// them: src/api/event_json.cc writes them.

export type RunState = "queued" | "running" | "succeeded" | "failed" | "skipped" | "cancelled";

export interface RunEvent {
  id: number;
  package: string;
  reason: string;
  state: RunState;
  message: string;
  from: string;
  to: string;
  queued_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  assets: { total: number } & Record<RunState, number>;
  rows_out: number;
}

export interface AssetEvent {
  run: number;
  package: string;
  asset: string;
  state: RunState;
  message: string;
  progress: number | null;
  left_ms: number | null;
  rows_in: number;
  rows_out: number;
  rows_per_second: number | null;
  bytes_out: number;
  memory_bytes: number;
  attempts: number;
  version: number;
  started_at: string | null;
  finished_at: string | null;
}

export interface SinkLag {
  name: string;
  position: number;
  lag: number;
  paused: boolean;
  error: string | null;
}

export interface LagEvent {
  stream: string;
  next_position: number;
  lag: number;
  sinks: SinkLag[];
}

export interface KpiEvent {
  records_accepted: number;
  records_rejected: number;
  records_per_second: number;
  runs_queued: number;
  runs_running: number;
  runs_failed_today: number;
  dead_letters_open: number;
}

export interface EventData {
  hello: { resumed: boolean };
  run: RunEvent;
  asset: AssetEvent;
  lag: LagEvent;
  kpi: KpiEvent;
  job: { id: number; state: string } & Record<string, unknown>;
  backfill: { id: number; state: string } & Record<string, unknown>;
  notice: { id: number } & Record<string, unknown>;
  reset: { reason: string };
}

export type EventType = keyof EventData;
