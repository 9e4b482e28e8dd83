import { Save } from "lucide-react";
import { useState } from "react";
import { useStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { say } from "@/ui/toast";
import { questions, withQuestion } from "./kept";

/** Gives a question a name; the same name again replaces what it stood for. */
export function SaveQuestion({ sql, onClose }: { sql: string; onClose: () => void }) {
  const [name, setName] = useState("");
  const all = useStore(questions);
  const known = all.some((one) => one.name === name.trim());
  const save = () => {
    questions.set((before) => withQuestion(before, { name: name.trim(), sql }));
    say(`“${name.trim()}” is saved in this browser.`);
    onClose();
  };
  return (
    <Dialog
      title="Save the question"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button kind="primary" icon={Save} disabled={!name.trim()} onClick={save}>
            {known ? "Replace" : "Save"}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) save();
        }}
      >
        <TextField
          label="Name"
          value={name}
          autoFocus
          hint={known ? "There is one of this name: it will be replaced" : "It is kept in this browser; its address can be sent to others"}
          onChange={setName}
        />
      </form>
    </Dialog>
  );
}
