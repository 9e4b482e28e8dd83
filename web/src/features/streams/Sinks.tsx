import { Pause, Play } from "lucide-react";
import type { LagEvent, SinkLag } from "@/api/eventTypes";
import { formatCount } from "@/lib/format";
import { Badge } from "@/ui/Badge";
import { IconButton } from "@/ui/Button";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { sayError } from "@/ui/toast";
import { useHold, useStreamLag } from "./api";

function State({ sink }: { sink: SinkLag }) {
  if (sink.error !== null) {
    return (
      <Badge tone="bad" dot title={sink.error}>
        stuck
      </Badge>
    );
  }
  if (sink.paused) return <Badge tone="warn">held</Badge>;
  return sink.lag === 0 ? (
    <Badge tone="good">up to date</Badge>
  ) : (
    <Badge tone="info" dot live>
      catching up
    </Badge>
  );
}

/** What reads the stream, how far it is, and a way to hold it. */
export function Sinks({ stream, live }: { stream: string; live: LagEvent | undefined }) {
  const lag = useStreamLag(stream);
  const hold = useHold(stream);
  const columns: Column<SinkLag>[] = [
    { id: "sink", title: "Sink", value: (sink) => sink.name.replaceAll("_", " ") },
    {
      id: "taken",
      title: "Taken up to",
      align: "right",
      value: (sink) => sink.position,
      cell: (sink) => formatCount(sink.position),
    },
    {
      id: "lag",
      title: "Behind by",
      align: "right",
      value: (sink) => sink.lag,
      cell: (sink) => formatCount(sink.lag),
    },
    { id: "state", title: "State", cell: (sink) => <State sink={sink} /> },
    {
      id: "hold",
      title: <span className="visually-hidden">Hold or go on</span>,
      align: "right",
      cell: (sink) => (
        <IconButton
          small
          label={`${sink.paused ? "Let go on" : "Hold"}: ${sink.name.replaceAll("_", " ")}`}
          icon={sink.paused ? Play : Pause}
          onClick={() => {
            hold.mutate({ sink: sink.name, paused: sink.paused }, { onError: sayError });
          }}
        />
      ),
    },
  ];
  return (
    <Card title="Sinks" note="Each takes every record once; a held one goes on where it was" flush>
      <QueryView query={lag} loading={<SkeletonLines lines={5} />}>
        {(found) => (
          <Table
            label="Sinks"
            columns={columns}
            rows={live?.sinks ?? found.sinks}
            rowId={(sink) => sink.name}
            height={300}
          />
        )}
      </QueryView>
    </Card>
  );
}
