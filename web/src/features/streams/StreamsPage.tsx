import { Waves } from "lucide-react";
import { formatBytes, formatCount } from "@/lib/format";
import { useGo } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { EmptyState } from "@/ui/EmptyState";
import { Card, Page } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Stream, useLive, useStreams } from "./api";
import css from "./streams.module.css";

const worst = (stream: Stream) => Math.max(0, ...stream.consumers.map((one) => one.lag));

const columnsFor = (lags: Map<string, { lag: number }>): Column<Stream>[] => {
  const lagOf = (stream: Stream) => lags.get(stream.name)?.lag ?? worst(stream);
  return [
    {
      id: "name",
      title: "Stream",
      value: (stream) => stream.name,
      cell: (stream) => (
        <span className={css.name}>
          <Link to={`/streams/${stream.name}`}>{stream.name}</Link>
          {stream.damage.length > 0 && (
            <Badge tone="bad" title={stream.damage.join("; ")}>
              damaged
            </Badge>
          )}
        </span>
      ),
    },
    {
      id: "records",
      title: "Records",
      align: "right",
      value: (stream) => stream.record_count,
      cell: (stream) => formatCount(stream.record_count),
    },
    {
      id: "bytes",
      title: "Size",
      align: "right",
      value: (stream) => stream.bytes,
      cell: (stream) => formatBytes(stream.bytes),
    },
    {
      id: "partitions",
      title: "Partitions",
      align: "right",
      value: (stream) => stream.partitions.length,
    },
    {
      id: "lag",
      title: "Furthest behind",
      align: "right",
      value: lagOf,
      cell: (stream) =>
        lagOf(stream) === 0 ? (
          <Badge tone="good">up to date</Badge>
        ) : (
          `${formatCount(lagOf(stream))} records`
        ),
    },
  ];
};

export default function StreamsPage() {
  const streams = useStreams();
  const live = useLive();
  const go = useGo();
  return (
    <Page
      title="Streams"
      about="Records that come over HTTP, durable before they are answered, and how far each reader of them is."
    >
      <Card flush>
        <QueryView
          query={streams}
          loading={<SkeletonLines lines={4} />}
          isEmpty={(found) => found.length === 0}
          empty={
            <EmptyState title="No streams" icon={Waves}>
              A source of kind “stream” in a package takes records over HTTP.
            </EmptyState>
          }
        >
          {(found) => (
            <Table
              label="Streams"
              columns={columnsFor(live)}
              rows={found}
              rowId={(stream) => stream.name}
              onRow={(stream) => {
                go(`/streams/${stream.name}`);
              }}
            />
          )}
        </QueryView>
      </Card>
    </Page>
  );
}
