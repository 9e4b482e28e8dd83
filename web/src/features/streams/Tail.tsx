import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { formatExact, formatTime } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { useUrlState } from "@/lib/urlState";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { Drawer } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { SelectField } from "@/ui/Field";
import { KeyValue } from "@/ui/KeyValue";
import { Card, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Stream, type StreamRecord, useTail } from "./api";
import css from "./streams.module.css";
import { tailMax, valueText } from "./tail";

const state = { partition: -1 };

function Record({ record, onClose }: { record: StreamRecord; onClose: () => void }) {
  const json = record.value_encoding === "json";
  return (
    <Drawer title={`Record ${formatCount(record.position)}`} onClose={onClose}>
      <Stack gap={4}>
        <KeyValue
          entries={[
            ["Partition", record.partition],
            ["Offset", formatCount(record.offset)],
            ["Position", formatCount(record.position)],
            ["Received", formatExact(record.received_at)],
            ["Key", record.key],
          ]}
        />
        <CodeBlock
          label="The record"
          language="text"
          code={json ? JSON.stringify(record.value, null, 2) : valueText(record)}
        />
      </Stack>
    </Drawer>
  );
}

/** The newest records as they come. */
export function Tail({ stream, end }: { stream: Stream; end: number | undefined }) {
  const [{ partition }, setState] = useUrlState(state);
  const [following, setFollowing] = useState(true);
  const [open, setOpen] = useState<StreamRecord | null>(null);
  const endOf =
    partition < 0
      ? end
      : stream.partitions.find((one) => one.partition === partition)?.next_offset;
  const tail = useTail(stream.name, endOf, following, partition);
  const columns: Column<StreamRecord>[] = [
    {
      id: "position",
      title: "Position",
      width: "7rem",
      cell: (record) => (
        <button
          type="button"
          className={css.open}
          onClick={() => {
            setOpen(record);
          }}
        >
          {formatCount(record.position)}
        </button>
      ),
    },
    {
      id: "received",
      title: "Received",
      width: "7rem",
      cell: (record) => (
        <span title={formatExact(record.received_at)}>{formatTime(record.received_at)}</span>
      ),
    },
    {
      id: "place",
      title: "Partition and offset",
      width: "11rem",
      cell: (record) => `${record.partition} · ${formatCount(record.offset)}`,
    },
    { id: "key", title: "Key", cell: (record) => record.key },
    {
      id: "value",
      title: "Record",
      cell: (record) => <span className={css.value}>{valueText(record)}</span>,
    },
  ];
  return (
    <Card
      title={
        <span className={css.name}>
          Live records{" "}
          {following && (
            <Badge tone="good" dot live>
              following
            </Badge>
          )}
        </span>
      }
      note={`The newest ${tailMax}, newest first`}
      actions={
        <>
          <SelectField
            label="Partition"
            hideLabel
            value={String(partition)}
            choices={[
              { value: "-1", title: "All partitions" },
              ...stream.partitions.map((one) => ({
                value: String(one.partition),
                title: `Partition ${one.partition}`,
              })),
            ]}
            onChange={(chosen) => {
              setState({ partition: Number(chosen) });
            }}
          />
          <Button
            icon={following ? Pause : Play}
            onClick={() => {
              setFollowing(!following);
            }}
          >
            {following ? "Hold still" : "Follow"}
          </Button>
        </>
      }
      flush
    >
      <QueryView
        query={tail}
        loading={<SkeletonLines lines={10} />}
        isEmpty={(found) => found.records.length === 0}
        empty={
          <EmptyState title="No records yet">
            Send one from here, or by <code>POST /v1/streams/{stream.name}/records</code>. It is
            shown here within a second.
          </EmptyState>
        }
      >
        {(found) => (
          <Table
            label="Live records"
            columns={columns}
            rows={found.records}
            rowId={(record) => String(record.position)}
            height={440}
            onRow={setOpen}
          />
        )}
      </QueryView>
      {open && (
        <Record
          record={open}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </Card>
  );
}
