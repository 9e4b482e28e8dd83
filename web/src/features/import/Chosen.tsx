import { FileSpreadsheet, Upload } from "lucide-react";
import { useMemo, useState } from "react";
import { formatBytes, formatCount } from "@/lib/format";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { CheckField, SelectField } from "@/ui/Field";
import { Card, Stack } from "@/ui/Layout";
import { type Column, Table } from "@/ui/Table";
import css from "./import.module.css";
import { likelySource, type Match, matchColumns, otherColumns, type Source } from "./match";
import type { Look } from "./sniff";

const previewRows = 20;

const columnsOf = (look: Look): Column<string[]>[] =>
  look.columns.map((column, i) => ({
    id: `${i} ${column.name}`,
    title: (
      <>
        {column.name} <span className={css.type}>{column.type}</span>
      </>
    ),
    cell: (row) => row[i] ?? "",
    align: ["integer", "number"].includes(column.type) ? "right" : "left",
  }));

const matchColumnsShown: Column<Match>[] = [
  { id: "column", title: "Goes to", cell: (match) => <strong>{match.column}</strong> },
  { id: "type", title: "Type", cell: (match) => <span className={css.type}>{match.type}</span> },
  {
    id: "from",
    title: "From the file's column",
    cell: (match) =>
      match.from ?? <Badge tone="warn">not there, or under another name</Badge>,
  },
];

function Fit({ source, look }: { source: Source; look: Look }) {
  const names = look.columns.map((column) => column.name);
  const others = otherColumns(source, names);
  return (
    <Card title="Detected schema" note={`How the file's columns fit ${source.name}`} flush>
      <Table
        label="Detected schema"
        columns={matchColumnsShown}
        rows={matchColumns(source, names)}
        rowId={(match) => match.column}
        height={360}
      />
      {others.length > 0 && (
        <p className={css.note}>
          Not known by these names: {others.join(", ")}. The source's contract may have them as
          aliases; otherwise they are left out.
        </p>
      )}
    </Card>
  );
}

interface ChosenProps {
  file: File;
  look: Look;
  sources: Source[];
  busy: boolean;
  onImport: (source: string, again: boolean) => void;
  onForget: () => void;
}

/** A file before it is sent: what stands in it, and where it goes. */
export function Chosen({ file, look, sources, busy, onImport, onForget }: ChosenProps) {
  const likely = useMemo(
    () =>
      likelySource(
        sources,
        look.columns.map((column) => column.name),
      ),
    [sources, look],
  );
  const [picked, setPicked] = useState<string | null>(null);
  const [again, setAgain] = useState(false);
  const name = picked ?? likely ?? "";
  const source = sources.find((one) => one.name === name);
  const read = look.columns.length > 0;
  return (
    <Stack gap={4}>
      <Card>
        <div className={css.chosen}>
          <FileSpreadsheet size={28} aria-hidden />
          <div className={css.file}>
            <strong>{file.name}</strong>
            <span>
              {formatBytes(file.size)}
              {read && ` · ${formatCount(look.columns.length)} columns`}
              {look.kind === "csv" && read && ` · parted by ${look.delimiter === "\t" ? "tabs" : `“${look.delimiter ?? ""}”`}`}
            </span>
          </div>
          <SelectField
            label="Into the source"
            value={name}
            hint={
              likely === null && read && !picked
                ? "No source has most of these columns"
                : likely !== null && name === likely
                  ? "Its columns fit best"
                  : undefined
            }
            choices={[
              ...(name === "" ? [{ value: "", title: "Choose a source" }] : []),
              ...sources.map((one) => ({ value: one.name, title: one.name })),
            ]}
            onChange={setPicked}
          />
          <div className={css.buttons}>
            <Button onClick={onForget}>Another file</Button>
            <Button
              kind="primary"
              icon={Upload}
              busy={busy}
              disabled={!source}
              onClick={() => {
                onImport(name, again);
              }}
            >
              Import
            </Button>
          </div>
        </div>
        <CheckField
          label="Take it even if the same bytes came before under another name"
          checked={again}
          onChange={setAgain}
        />
      </Card>
      {!read && (
        <p className={css.note}>
          {["xlsx", "parquet"].includes(look.kind)
            ? "What stands in this kind of file is shown once the server has read it."
            : "The beginning of this file could not be read here; the server will say what it finds."}
        </p>
      )}
      {source && read && <Fit source={source} look={look} />}
      {read && (
        <Card title="Preview" note="The first rows, as they stand in the file" flush>
          <Table
            label="Preview of the file"
            columns={columnsOf(look)}
            rows={look.rows.slice(0, previewRows)}
            rowId={(_, i) => String(i)}
            height={360}
          />
        </Card>
      )}
    </Stack>
  );
}
