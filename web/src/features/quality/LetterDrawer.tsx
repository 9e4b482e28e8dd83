import { formatDateTime } from "@/lib/dates";
import { Drawer } from "@/ui/Dialog";
import { KeyValue } from "@/ui/KeyValue";
import { Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { useLetter } from "./api";
import { RepairForm } from "./RepairForm";
import css from "./quality.module.css";

/** One dead letter: why it is one, the record, and a form in which it is repaired. */
export function LetterDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const letter = useLetter(id);
  return (
    <Drawer title="Dead letter" onClose={onClose}>
      <QueryView query={letter}>
        {(found) => (
          <Stack gap={4}>
            <p className={css.reason}>{found.reason}</p>
            <KeyValue
              entries={[
                ["Stream", found.stream],
                ["Came by", found.file ? `${found.file}, line ${found.line ?? "–"}` : found.stage],
                ["When", formatDateTime(found.captured_at)],
                ["State", found.state],
                ["Id", found.id],
              ]}
            />
            <RepairForm key={found.id} letter={found} onDone={onClose} />
          </Stack>
        )}
      </QueryView>
    </Drawer>
  );
}
