import { FileUp } from "lucide-react";
import { useId, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/Button";
import css from "./import.module.css";

export const accepted = ".csv,.tsv,.txt,.json,.ndjson,.jsonl,.xlsx,.parquet,.gz,.zst";

/** Takes a file that is dropped, or chosen by a button. */
export function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      className={cx(css.zone, over && css.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) onFile(file);
      }}
    >
      <FileUp size={28} aria-hidden />
      <p className={css.zoneTitle}>Drop a file here</p>
      <p>CSV, XLSX, JSON or Parquet; text may be packed with gzip or zstd</p>
      <input
        id={id}
        ref={input}
        type="file"
        className="visually-hidden"
        aria-label="File to import"
        tabIndex={-1}
        accept={accepted}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file) onFile(file);
        }}
      />
      <Button
        kind="primary"
        onClick={() => {
          input.current?.click();
        }}
      >
        Choose a file
      </Button>
    </div>
  );
}
