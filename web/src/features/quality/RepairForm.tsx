import { Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { ErrorState } from "@/ui/ErrorState";
import { TextArea } from "@/ui/Field";
import { Row, Stack } from "@/ui/Layout";
import { type Letter, useDiscard, useReplay } from "./api";
import { editable, jsonError, lineOf } from "./letters";

const rowsMax = 18;

/** The record as text to be mended. What the contract still refuses is said here, and nothing is lost. */
export function RepairForm({ letter, onDone }: { letter: Letter; onDone: () => void }) {
  const [text, setText] = useState(() => editable(letter));
  const replay = useReplay();
  const discard = useDiscard();
  if (letter.state !== "open") return <CodeBlock label="Record" language="text" code={editable(letter)}  />;
  const wrong = jsonError(text);
  const line = lineOf(text, letter.reason);
  const send = () => {
    replay.mutate({ id: letter.id, body: text }, { onSuccess: onDone });
  };
  return (
    <Stack gap={3}>
      <TextArea
        label="Record"
        code
        rows={Math.min(rowsMax, text.split("\n").length + 1)}
        value={text}
        onChange={setText}
        hint={line ? `Look at line ${line}` : "Repair it, then send it"}
        error={wrong ? `This is no JSON yet: ${wrong}` : undefined}
      />
      {replay.isError && <ErrorState error={replay.error} />}
      <Row gap={2} spread>
        <Button
          kind="quiet"
          icon={Trash2}
          busy={discard.isPending}
          onClick={() => { discard.mutate(letter.id, { onSuccess: onDone }); }}
        >
          Give it up
        </Button>
        <Button kind="primary" icon={Send} busy={replay.isPending} disabled={wrong !== null} onClick={send}>
          Send the repaired record
        </Button>
      </Row>
    </Stack>
  );
}
