import { MailCheck } from "lucide-react";
import { formatExact, formatRelative } from "@/lib/dates";
import { useNow } from "@/lib/hooks";
import { useUrlState } from "@/lib/urlState";
import { useEvent } from "@/api/events";
import { useQueryClient } from "@tanstack/react-query";
import { Badge, type Tone } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Choices } from "@/ui/Field";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type Letter, useLetters } from "./api";
import { LetterDrawer } from "./LetterDrawer";
import css from "./quality.module.css";

const state = { state: "open", letter: "" };
const states = [
  { value: "open", title: "To repair" },
  { value: "replayed", title: "Replayed" },
  { value: "discarded", title: "Given up" },
];
const tones: Record<string, Tone> = { open: "warn", replayed: "good", discarded: "plain" };
const tableHeight = 620;

const columnsFor = (now: number, open: (id: string) => void): Column<Letter>[] => [
  {
    id: "reason",
    title: "Why it could not be used",
    value: (one) => one.reason,
    cell: (one) => (
      <button type="button" className={css.plain} title={one.reason} onClick={() => { open(one.id); }}>
        {one.reason}
      </button>
    ),
  },
  { id: "stream", title: "Stream", value: (one) => one.stream },
  { id: "where", title: "Where", cell: (one) => (one.file ? `${one.file}${one.line === null ? "" : `, line ${one.line}`}` : one.stage) },
  { id: "at", title: "When", value: (one) => one.captured_at, cell: (one) => <span title={formatExact(one.captured_at)}>{formatRelative(one.captured_at, now)}</span> },
  { id: "state", title: "State", cell: (one) => <Badge tone={tones[one.state]} dot>{one.state}</Badge> },
  { id: "record", title: "Record", cell: (one) => <code title={one.original}>{one.original}</code> },
];

/** Records that no table could take: each is kept with its reason until somebody repairs it or gives it up. */
export function Letters() {
  const [filter, setState] = useUrlState(state);
  const letters = useLetters(filter.state, "");
  const client = useQueryClient();
  const now = useNow();
  useEvent("kpi", () => {
    void client.invalidateQueries({ queryKey: ["letters"], refetchType: "active" });
  });
  const open = (id: string) => {
    setState({ letter: id });
  };
  return (
    <Card
      title="Dead letters"
      note="Records that could not be used, with their reasons; a repaired one is sent once, for ever"
      flush
      actions={<Choices label="State" choices={states} value={filter.state} onChange={(next) => { setState({ state: next }); }} />}
      footer={
        letters.hasNextPage && (
          <Button small busy={letters.isFetchingNextPage} onClick={() => { void letters.fetchNextPage(); }}>
            More
          </Button>
        )
      }
    >
      <QueryView
        query={letters as never}
        loading={<div className={css.wait}><SkeletonLines lines={8} /></div>}
        isEmpty={() => letters.data?.pages[0]?.dead_letters.length === 0}
        empty={
          <EmptyState title={filter.state === "open" ? "Nothing to repair" : "None"} icon={MailCheck}>
            What a stream or a file brings that its contract does not allow comes here.
          </EmptyState>
        }
      >
        {() => (
          <Table
            label="Dead letters"
            columns={columnsFor(now, open)}
            rows={letters.data?.pages.flatMap((page) => page.dead_letters) ?? []}
            rowId={(one) => one.id}
            onRow={(one) => { open(one.id); }}
            height={tableHeight}
          />
        )}
      </QueryView>
      {filter.letter && <LetterDrawer id={filter.letter} onClose={() => { open(""); }} />}
    </Card>
  );
}
