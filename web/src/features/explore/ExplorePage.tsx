import { Play, Save, Square } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "@/lib/store";
import { useUrlState } from "@/lib/urlState";
import { Button } from "@/ui/Button";
import { Card, Page, Split, Stack } from "@/ui/Layout";
import { SqlEditor } from "@/ui/SqlEditor";
import { useColumns } from "./api";
import css from "./explore.module.css";
import { asked, draft, withAsked } from "./kept";
import { ResultCard } from "./ResultCard";
import { useRunner } from "./runner";
import { SaveQuestion } from "./SaveQuestion";
import { Side } from "./Side";

const state = { sql: "" };
const addressMax = 6000; // longer questions stand in the history only
const example = "SELECT schema_name, table_name, row_count\nFROM system.tables\nORDER BY row_count DESC NULLS LAST";

/** Ask in SQL. What was asked is in the address: a link to a question shows its answer. */
export default function ExplorePage() {
  const [{ sql: linked }, setState] = useUrlState(state);
  const kept = useStore(draft);
  const text = kept || linked || example;
  const [saving, setSaving] = useState(false);
  const columns = useColumns();
  const { result, run, cancel } = useRunner((end) => {
    const { sql, phase, tookMs, rows } = end;
    asked.set((all) => withAsked(all, { sql, phase, tookMs, rows: rows.length, at: Date.now() }));
  });
  const tables = useMemo(() => {
    const names: Record<string, string[]> = {};
    for (const { table_name: table, column_name: column } of columns.data ?? []) {
      (names[table] ??= []).push(column);
    }
    return names;
  }, [columns.data]);
  const ran = useRef("");
  useEffect(() => {
    if (!linked || ran.current === linked) return;
    ran.current = linked;
    draft.set(linked);
    run(linked);
  }, [linked, run]);
  const ask = (sql: string) => {
    draft.set(sql);
    ran.current = sql;
    run(sql);
    setState({ sql: sql.length <= addressMax ? sql : "" }, { push: true });
  };
  const running = result.phase === "running";
  return (
    <Page title="Explore" about="Ask in SQL. Nothing here can change anything." full>
      <Split>
        <Stack gap={4}>
          <Card
            title="Question"
            note="Ctrl-Enter asks; Escape, then Tab leaves the editor"
            flush
            actions={
              <>
                <Button small icon={Save} disabled={!text.trim()} onClick={() => { setSaving(true); }}>
                  Save
                </Button>
                {running ? (
                  <Button small kind="danger" icon={Square} onClick={cancel}>
                    Cancel
                  </Button>
                ) : (
                  <Button small kind="primary" icon={Play} disabled={!text.trim()} onClick={() => { ask(text); }}>
                    Ask
                  </Button>
                )}
              </>
            }
          >
            <div className={css.editor}>
              <SqlEditor
                label="SQL"
                value={text}
                tables={tables}
                minHeight={150}
                onChange={(sql) => {
                  draft.set(sql);
                }}
                onRun={() => {
                  ask(draft.get() || text);
                }}
              />
            </div>
          </Card>
          <ResultCard result={result} />
        </Stack>
        <Side columns={columns} onAsk={ask} onInsert={(words) => { draft.set(`${text.trimEnd()} ${words}`); }} />
      </Split>
      {saving && <SaveQuestion sql={text} onClose={() => { setSaving(false); }} />}
    </Page>
  );
}
