import { Send } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "@/api/client";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { ErrorState } from "@/ui/ErrorState";
import { CheckField, TextArea } from "@/ui/Field";
import { Stack } from "@/ui/Layout";
import { SkeletonBlock } from "@/ui/Skeleton";
import { useFields, useSend } from "./api";
import css from "./streams.module.css";
import { draftRecord, wrongWith } from "./tail";

function Form({ draft, stream, onClose }: { draft: string; stream: string; onClose: () => void }) {
  const [text, setText] = useState(draft);
  const [keep, setKeep] = useState(false);
  const send = useSend(stream);
  const wrong = wrongWith(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({ text, keep }, { onSuccess: onClose });
      }}
    >
      <Stack gap={4}>
        <TextArea
          code
          label="Record"
          rows={12}
          value={text}
          onChange={setText}
          error={wrong}
          hint="JSON; its fields are those of the stream's contract. It counts like any other record."
        />
        <CheckField
          label="If it breaks the contract, keep it as a dead letter"
          checked={keep}
          onChange={setKeep}
        />
        {send.isError && <ErrorState error={send.error} />}
        <div className={css.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            icon={Send}
            busy={send.isPending}
            disabled={wrong !== null}
          >
            Send
          </Button>
        </div>
      </Stack>
    </form>
  );
}

/** A record to try a stream with: it begins as the newest one, or as the fields say. */
export function SendRecord({ stream, onClose }: { stream: string; onClose: () => void }) {
  const fields = useFields(stream);
  const newest = useQuery({
    queryKey: ["streams", stream, "newest"],
    queryFn: async ({ signal }) => {
      const { next_position: end } = await get("/v1/streams/{stream}/lag", {
        path: { stream },
        signal,
      });
      const page = await get("/v1/streams/{stream}/records", {
        path: { stream },
        query: { position: Math.max(0, end - 1), limit: 1 },
        signal,
      });
      return page.records[0] ?? null;
    },
    gcTime: 0,
  });
  const settled = !newest.isPending && !fields.isPending;
  return (
    <Dialog title={`Send a test record to ${stream}`} onClose={onClose} wide>
      {settled ? (
        <Form
          draft={draftRecord(newest.data ?? undefined, fields.data ?? [])}
          stream={stream}
          onClose={onClose}
        />
      ) : (
        <SkeletonBlock height={320} />
      )}
    </Dialog>
  );
}
