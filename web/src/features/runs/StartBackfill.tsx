import { CalendarRange, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { addDays, daysBetween, isoDay } from "@/lib/dates";
import { formatCount } from "@/lib/format";
import { useGo } from "@/lib/urlState";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { CheckField, Choices, SelectField, TextArea, TextField } from "@/ui/Field";
import { Row, Stack } from "@/ui/Layout";
import { startBackfill, useAction } from "./api";
import { AssetChoice } from "./AssetChoice";
import { Calendar } from "./Calendar";
import { addMonths, pick, type Span } from "./days";
import { chosenAssets } from "./choice";
import type { PackageView } from "./views";
import { parseParams } from "./params";
import css from "./runs.module.css";

type Every = "hour" | "day" | "week" | "month";
const everies = (["hour", "day", "week", "month"] as const).map((value) => ({ value, title: value }));

/** Two months to pick days from: the first press begins, the second ends. */
function SpanPicker({ span, onSpan }: { span: Span | null; onSpan: (span: Span) => void }) {
  const [month, setMonth] = useState(addMonths((span?.last ?? isoDay(new Date())).slice(0, 7), -1));
  const [begun, setBegun] = useState<string | null>(null);
  const months = [month, addMonths(month, 1)];
  const onDay = (day: string) => {
    const next = pick(span, begun, day);
    setBegun(next.begun);
    onSpan(next.span);
  };
  return (
    <div className={css.picker}>
      <IconButton label="A month earlier" icon={ChevronLeft} onClick={() => { setMonth(addMonths(month, -1)); }} />
      <div className={css.months}>
        {months.map((one) => (
          <Calendar
            key={one}
            month={one}
            onDay={onDay}
            chosen={(day) => span !== null && day >= span.from && day <= span.last}
          />
        ))}
      </div>
      <IconButton label="A month later" icon={ChevronRight} onClick={() => { setMonth(addMonths(month, 1)); }} />
    </div>
  );
}

/** Makes a span of past days anew: one run for each interval, in order. */
export function StartBackfill({ packages, chosen, onClose }: { packages: PackageView[]; chosen: string; onClose: () => void }) {
  const go = useGo();
  const [name, setName] = useState(chosen);
  const [picked, setPicked] = useState<string[]>([]);
  const [downstream, setDownstream] = useState(false);
  const [force, setForce] = useState(false);
  const [every, setEvery] = useState<Every>("day");
  const [span, setSpan] = useState<Span | null>(null);
  const [text, setText] = useState("");
  const parsed = parseParams(text);
  const start = useAction(startBackfill, (one) => `Backfill ${one.id} of ${one.package}: ${one.total} intervals.`);
  const begin = () => {
    if (!span) return;
    const request = { package: name, assets: chosenAssets(picked, downstream), from: span.from, to: addDays(span.last, 1), force, params: parsed.params, every };
    start.mutate(request, {
      onSuccess: (one) => {
        go(`/runs/backfills/${one.id}`);
      },
    });
  };
  return (
    <Dialog
      wide
      title="Backfill: make past days anew"
      onClose={onClose}
      footer={
        <>
          <span className={css.quiet} role="status">
            {span ? `${formatCount(daysBetween(span.from, span.last) + 1)} days` : "Pick the first and the last day"}
          </span>
          <Button onClick={onClose}>Leave it</Button>
          <Button kind="primary" icon={CalendarRange} busy={start.isPending} disabled={!span || parsed.error !== undefined} onClick={begin}>
            Begin
          </Button>
        </>
      }
    >
      <Stack gap={4}>
        <SelectField
          label="Package"
          value={name}
          choices={packages.filter((one) => one.assets.length > 0).map((one) => ({ value: one.name, title: one.name }))}
          onChange={(next) => {
            setName(next);
            setPicked([]);
          }}
        />
        <SpanPicker span={span} onSpan={setSpan} />
        <Row gap={3}>
          <TextField label="First day" type="date" value={span?.from ?? ""} onChange={(from) => { if (from) setSpan({ from, last: span && span.last > from ? span.last : from }); }} />
          <TextField label="Last day" type="date" value={span?.last ?? ""} min={span?.from} onChange={(last) => { if (last) setSpan({ from: span && span.from < last ? span.from : last, last }); }} />
        </Row>
        <Row gap={3}>
          <span>One run for each</span>
          <Choices label="One run for each" choices={everies} value={every} onChange={(next) => { setEvery(next as Every); }} />
        </Row>
        <AssetChoice view={packages.find((one) => one.name === name)} picked={picked} onPick={setPicked} downstream={downstream} onDownstream={setDownstream} />
        <TextArea label="Parameters" hint="name = value, one a line; {date} stands for the interval’s day" error={parsed.error} code rows={2} value={text} onChange={setText} />
        <CheckField label="Make it even where nothing changed" checked={force} onChange={setForce} />
      </Stack>
    </Dialog>
  );
}
