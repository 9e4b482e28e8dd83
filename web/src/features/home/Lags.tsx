import { Waves } from "lucide-react";
import type { LagEvent, SinkLag } from "@/api/eventTypes";
import { formatCount } from "@/lib/format";
import { Badge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";

interface Line extends SinkLag {
  stream: string;
  total: number;
}

function State({ sink }: { sink: Line }) {
  if (sink.error !== null) {
    return (
      <Badge tone="bad" dot title={sink.error}>
        stuck
      </Badge>
    );
  }
  if (sink.paused) return <Badge tone="warn">paused</Badge>;
  return sink.lag === 0 ? (
    <Badge tone="good">up to date</Badge>
  ) : (
    <Badge tone="info" dot live>
      catching up
    </Badge>
  );
}

const columns: Column<Line>[] = [
  { id: "stream", title: "Stream", cell: (line) => line.stream },
  { id: "sink", title: "Sink", cell: (line) => line.name.replaceAll("_", " ") },
  { id: "lag", title: "Behind by", align: "right", cell: (line) => formatCount(line.lag) },
  { id: "total", title: "Taken", align: "right", extra: true, cell: (line) => formatCount(line.position) },
  { id: "state", title: "State", cell: (line) => <State sink={line} /> },
];

/** How far each reader of each stream is. */
export function Lags({ lags }: { lags: LagEvent[] | null }) {
  const lines = lags?.flatMap((lag) =>
    lag.sinks.map((sink) => ({ ...sink, stream: lag.stream, total: lag.next_position })),
  );
  return (
    <Card title="Streams and their sinks" flush>
      {!lines && <SkeletonLines lines={4} />}
      {lines?.length === 0 && (
        <EmptyState title="No streams" icon={Waves}>
          A source of kind “stream” in a package takes records over HTTP.
        </EmptyState>
      )}
      {lines && lines.length > 0 && (
        <Table
          label="Streams and their sinks"
          columns={columns}
          rows={lines}
          rowId={(line) => `${line.stream} ${line.name}`}
          height={300}
        />
      )}
    </Card>
  );
}
