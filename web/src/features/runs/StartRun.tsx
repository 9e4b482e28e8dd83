import { Play } from "lucide-react";
import { useState } from "react";
import { useGo } from "@/lib/urlState";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { CheckField, SelectField, TextArea } from "@/ui/Field";
import { Stack } from "@/ui/Layout";
import { startRun, useAction } from "./api";
import { AssetChoice } from "./AssetChoice";
import { chosenAssets } from "./choice";
import type { PackageView } from "./views";
import { parseParams } from "./params";

interface StartRunProps {
  packages: PackageView[];
  chosen: string;
  /** Names with commas between them: what is ticked at first. */
  assets: string;
  onClose: () => void;
}

/** What shall be made, and how: nothing ticked means all of it. */
export function StartRun({ packages, chosen, assets, onClose }: StartRunProps) {
  const go = useGo();
  const [name, setName] = useState(chosen);
  const [picked, setPicked] = useState<string[]>(assets ? assets.split(",") : []);
  const [downstream, setDownstream] = useState(false);
  const [force, setForce] = useState(false);
  const [text, setText] = useState("");
  const parsed = parseParams(text);
  const start = useAction(startRun, (run) => `Run ${run.id} of ${run.package} is under way.`);
  const begin = () => {
    const request = { package: name, assets: chosenAssets(picked, downstream), from: "", to: "", force, params: parsed.params };
    start.mutate(request, {
      onSuccess: (run) => {
        go(`/runs/${run.id}`);
      },
    });
  };
  return (
    <Dialog
      title="Start a run"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button kind="primary" icon={Play} busy={start.isPending} disabled={parsed.error !== undefined} onClick={begin}>
            Start
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
        <AssetChoice
          view={packages.find((one) => one.name === name)}
          picked={picked}
          onPick={setPicked}
          downstream={downstream}
          onDownstream={setDownstream}
        />
        <TextArea
          label="Parameters"
          hint="name = value, one a line: rows of run.params"
          error={parsed.error}
          code
          rows={2}
          value={text}
          onChange={setText}
        />
        <CheckField label="Make it even where nothing changed" checked={force} onChange={setForce} />
      </Stack>
    </Dialog>
  );
}
