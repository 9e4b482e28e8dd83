import { lazy, Suspense } from "react";
import { SkeletonBlock } from "./Skeleton";

// CodeMirror is larger than all the rest of a page: it is fetched when an editor is shown.
const Editor = lazy(() => import("./CodeEditor"));

export interface SqlEditorProps {
  /** What is edited, for those who cannot see it. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Ctrl-Enter, Cmd-Enter. */
  onRun?: () => void;
  language?: "sql" | "yaml";
  /** Names to complete: {"raw.orders": ["order_id", …]}. */
  tables?: Record<string, string[]>;
  minHeight?: number;
  readOnly?: boolean;
}

export function SqlEditor(props: SqlEditorProps) {
  return (
    <Suspense fallback={<SkeletonBlock height={props.minHeight ?? 160} label="Loading the editor" />}>
      <Editor {...props} />
    </Suspense>
  );
}
