import { Wrench } from "lucide-react";
import { formatCount, nothing } from "@/lib/format";
import { LinkButton } from "@/ui/Button";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import { type Column, Table } from "@/ui/Table";
import { type DeadLetter, type Import, useProblems } from "./api";
import css from "./import.module.css";

const columns: Column<DeadLetter>[] = [
  {
    id: "line",
    title: "Line",
    align: "right",
    width: "5rem",
    value: (letter) => letter.line,
    cell: (letter) => (letter.line === null ? nothing : formatCount(letter.line)),
  },
  { id: "reason", title: "What is wrong", value: (letter) => letter.reason },
  {
    id: "original",
    title: "As it stands in the file",
    cell: (letter) => (
      <span className={css.original} title={letter.original}>
        {letter.original_encoding === "base64" ? "(no text)" : letter.original}
      </span>
    ),
  },
];

/** Every refused row, with its line and its reason. */
export function Problems({ one }: { one: Import }) {
  const problems = useProblems(one);
  return (
    <Card
      title="Problems by row"
      note={`Put aside as dead letters: ${formatCount(one.rejected_count)}; the other rows came in`}
      actions={
        <LinkButton small icon={Wrench} to="/quality?tab=letters">
          Repair and replay
        </LinkButton>
      }
      footer="Mend the file and import it again under the same name: it replaces what came first."
      flush
    >
      <QueryView
        query={problems}
        loading={<SkeletonLines lines={4} />}
        isEmpty={(found) => found.length === 0}
        empty={<p className={css.note}>They were repaired, discarded or corrected since.</p>}
      >
        {(found) => (
          <Table
            label="Problems by row"
            columns={columns}
            rows={found}
            rowId={(letter) => letter.id}
            height={360}
          />
        )}
      </QueryView>
    </Card>
  );
}
