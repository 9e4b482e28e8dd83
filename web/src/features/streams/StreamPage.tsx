import { Send, Waves } from "lucide-react";
import { useState } from "react";
import { formatBytes, formatCount, formatNumber } from "@/lib/format";
import { useParams } from "@/lib/urlState";
import { Button, LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Figure } from "@/ui/Figure";
import { Card, Page, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { Sparkline } from "@/ui/Sparkline";
import { type Column, Table } from "@/ui/Table";
import { type Stream, useLive, useRates, useStreams } from "./api";
import { mean } from "./rates";
import { SendRecord } from "./SendRecord";
import { Sinks } from "./Sinks";
import css from "./streams.module.css";
import { Tail } from "./Tail";

type Partition = Stream["partitions"][number];

const secondsOfMean = 10;

const partitionColumns: Column<Partition>[] = [
  { id: "partition", title: "Partition", value: (one) => one.partition },
  {
    id: "first",
    title: "Oldest offset",
    align: "right",
    value: (one) => one.first_offset,
    cell: (one) => formatCount(one.first_offset),
  },
  {
    id: "next",
    title: "Next offset",
    align: "right",
    value: (one) => one.next_offset,
    cell: (one) => formatCount(one.next_offset),
  },
  {
    id: "held",
    title: "Held",
    align: "right",
    value: (one) => one.next_offset - one.first_offset,
    cell: (one) => formatCount(one.next_offset - one.first_offset),
  },
];

function Figures({ stream, position, lag }: { stream: Stream; position?: number; lag: number }) {
  const rates = useRates(position);
  return (
    <section className={css.figures} aria-label="Now">
      <div>
        <Figure
          label="Records coming in"
          value={formatNumber(mean(rates.slice(-secondsOfMean)), 1)}
          unit="/s"
          note={`mean of ${secondsOfMean} seconds`}
        />
        <div className={css.spark}>
          <Sparkline values={rates} label="Records a second since this page was opened" />
        </div>
      </div>
      <Figure
        label="Records held"
        value={formatCount(stream.record_count)}
        note={`${formatBytes(stream.bytes)} in ${formatCount(stream.segment_count)} ${stream.segment_count === 1 ? "segment" : "segments"}`}
      />
      <Figure label="Next position" value={formatCount(position)} note="over all partitions" />
      <Figure
        label="Furthest behind"
        value={formatCount(lag)}
        unit="records"
        note={lag === 0 ? "Every sink has all of it" : ""}
      />
    </section>
  );
}

function StreamOf({ stream }: { stream: Stream }) {
  const live = useLive().get(stream.name);
  const consumed = stream.consumers.map((one) => one.committed + one.lag);
  const position = live?.next_position ?? (consumed.length > 0 ? Math.max(...consumed) : undefined);
  const lag = live?.lag ?? Math.max(0, ...stream.consumers.map((one) => one.lag));
  return (
    <Stack gap={5}>
      {stream.damage.length > 0 && (
        <p className={css.damage} role="alert">
          Damage was found, and the damaged bytes are in quarantine: {stream.damage.join("; ")}
        </p>
      )}
      <Figures stream={stream} position={position} lag={lag} />
      <div className={css.halves}>
        <Sinks stream={stream.name} live={live} />
        <Card title="Partitions" note="Records of one key stay in order, in one of them" flush>
          <Table
            label="Partitions"
            columns={partitionColumns}
            rows={stream.partitions}
            rowId={(one) => String(one.partition)}
            height={300}
          />
        </Card>
      </div>
      <Tail stream={stream} end={position} />
    </Stack>
  );
}

export default function StreamPage() {
  const { name } = useParams("name");
  const streams = useStreams();
  const [sending, setSending] = useState(false);
  const stream = streams.data?.find((one) => one.name === name);
  return (
    <Page
      title={name}
      crumbs={[{ title: "Streams", to: "/streams" }, { title: name }]}
      actions={
        stream && (
          <Button
            kind="primary"
            icon={Send}
            onClick={() => {
              setSending(true);
            }}
          >
            Send a test record
          </Button>
        )
      }
    >
      <QueryView
        query={streams}
        loading={<SkeletonBlock height={420} />}
        isEmpty={(found) => !found.some((one) => one.name === name)}
        empty={
          <Card>
            <EmptyState
              title={`There is no stream ${name}`}
              icon={Waves}
              actions={<LinkButton to="/streams">All streams</LinkButton>}
            >
              Streams are sources of kind “stream” of the packages of this workspace.
            </EmptyState>
          </Card>
        }
      >
        {() => stream && <StreamOf key={name} stream={stream} />}
      </QueryView>
      {sending && stream && (
        <SendRecord
          stream={name}
          onClose={() => {
            setSending(false);
          }}
        />
      )}
    </Page>
  );
}
