import type { UseQueryResult } from "@tanstack/react-query";
import type { Cell } from "@/api/sql";
import { formatCount } from "@/lib/format";
import { CodeBlock } from "@/ui/CodeBlock";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { ResultTable } from "@/ui/ResultTable";
import { SkeletonBlock } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import type { Compiled, Preview } from "./api";
import css from "./recipes.module.css";
import { Statistics } from "./Statistics";

const height = 460;

interface ResultsProps {
  yaml: string;
  preview: UseQueryResult<Preview>;
  compiled: UseQueryResult<Compiled>;
  /** Why nothing can be shown yet. */
  waitsFor: string | null;
  tab: string;
  onTab: (tab: string) => void;
}

/** After the chosen step: rows, statistics; and the whole recipe as text, in three languages. */
export function Results({ yaml, preview, compiled, waitsFor, tab, onTab }: ResultsProps) {
  const looked = (show: (found: Preview) => React.ReactNode) => {
    if (waitsFor !== null) {
      return (
        <Card>
          <EmptyState title="Not yet">{waitsFor}</EmptyState>
        </Card>
      );
    }
    if (preview.isError) {
      return (
        <Card>
          <ErrorState error={preview.error} />
        </Card>
      );
    }
    return (
      <QueryView query={preview} loading={<SkeletonBlock height={height} />}>
        {show}
      </QueryView>
    );
  };
  const text = (show: (found: Compiled) => React.ReactNode) =>
    waitsFor === null ? (
      <QueryView query={compiled} loading={<SkeletonBlock height={height} />}>
        {show}
      </QueryView>
    ) : (
      <Card>
        <EmptyState title="Not yet">{waitsFor}</EmptyState>
      </Card>
    );
  return (
    <Tabs
      label="What comes of it"
      selected={tab}
      onSelect={onTab}
      tabs={[
        {
          id: "rows",
          title: "Rows",
          content: () =>
            looked((found) => (
              <Card
                flush
                footer={`${formatCount(found.row_count)} rows after this step${found.input_limited ? ", of the first 200,000 of the input" : ""}`}
              >
                <div
                  className={preview.isPlaceholderData ? css.old : undefined}
                  aria-busy={preview.isPlaceholderData || undefined}
                >
                  <ResultTable
                    label="Sample rows"
                    columns={found.columns}
                    rows={found.rows as Cell[][]}
                    height={height}
                  />
                </div>
              </Card>
            )),
        },
        {
          id: "columns",
          title: "Columns",
          content: () =>
            looked((found) => <Statistics columns={found.columns} rows={found.row_count} />),
        },
        {
          id: "yaml",
          title: "YAML",
          content: () => <CodeBlock label="The recipe as YAML" language="yaml" code={yaml} />,
        },
        {
          id: "sql",
          title: "SQL",
          content: () => text((found) => <CodeBlock label="The recipe as SQL" code={found.sql} />),
        },
        {
          id: "spark",
          title: "PySpark",
          content: () =>
            text((found) => (
              <CodeBlock label="The recipe as PySpark" language="text" code={found.pyspark} />
            )),
        },
      ]}
    />
  );
}
