import { useState } from "react";
import { TextField } from "@/ui/Field";
import type { Raw } from "./model";

const written = (raw: Raw | undefined) => (Array.isArray(raw) ? raw.join(", ") : "");

const read = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

/** Several values in one line, parted by commas. */
export function ListField({
  label,
  hint,
  raw,
  onChange,
}: {
  label: string;
  hint: string;
  raw: Raw | undefined;
  onChange: (raw: Raw) => void;
}) {
  // A comma at the end is on its way to being more: it stays as it was typed.
  const [typed, setTyped] = useState(() => written(raw));
  const shown = read(typed).join() === read(written(raw)).join() ? typed : written(raw);
  return (
    <TextField
      label={label}
      hint={`${hint} Parted by commas.`}
      value={shown}
      onChange={(text) => {
        setTyped(text);
        onChange(read(text));
      }}
    />
  );
}
