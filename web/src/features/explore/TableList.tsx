import type { UseQueryResult } from "@tanstack/react-query";
import { Database } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { SearchField } from "@/ui/Field";
import { QueryView } from "@/ui/QueryView";
import { SkeletonLines } from "@/ui/Skeleton";
import css from "./explore.module.css";

interface ColumnRow {
  table_name: string;
  column_name: string;
  type: string;
}

/** Tables and columns whose name holds what is typed; a table's name finds all its columns. */
export function found(columns: ColumnRow[], text: string): Map<string, ColumnRow[]> {
  const tables = new Map<string, ColumnRow[]>();
  const wanted = text.toLowerCase();
  for (const column of columns) {
    const name = `${column.table_name} ${column.column_name}`.toLowerCase();
    if (name.includes(wanted)) tables.set(column.table_name, [...(tables.get(column.table_name) ?? []), column]);
  }
  return tables;
}

export function TableList({ columns, onInsert }: { columns: UseQueryResult<ColumnRow[]>; onInsert: (words: string) => void }) {
  const [text, setText] = useState("");
  return (
    <QueryView
      query={columns}
      loading={<SkeletonLines lines={10} />}
      isEmpty={(all) => all.length === 0}
      empty={<EmptyState title="No tables yet" icon={Database}>Bring in a file first.</EmptyState>}
    >
      {(all) => (
        <div className={css.side}>
          <SearchField label="Find a table or column" value={text} onChange={setText} />
          <div className={css.list} tabIndex={0} role="group" aria-label="Tables">
            {[...found(all, text)].map(([table, its]) => (
              <details key={table} open={text.length > 1 || undefined}>
                <summary>{table}</summary>
                <ul>
                  <li>
                    <button type="button" className={css.name} onClick={() => { onInsert(table); }}>
                      Put “{table}” into the question
                    </button>
                  </li>
                  {its.map((column) => (
                    <li key={column.column_name}>
                      <button type="button" className={css.name} onClick={() => { onInsert(column.column_name); }}>
                        {column.column_name} <span>{column.type}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              </details>
            ))}
          </div>
        </div>
      )}
    </QueryView>
  );
}
