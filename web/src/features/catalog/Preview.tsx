import type { Cell } from "@/api/sql";
import { formatCount } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { ResultTable } from "@/ui/ResultTable";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type TableName, usePreview } from "./api";

const height = 520;

export function Preview({ name }: { name: TableName }) {
  const preview = usePreview(name);
  return (
    <QueryView
      query={preview}
      loading={<SkeletonBlock height={height} />}
      isEmpty={(found) => found.rows.length === 0}
      empty={<EmptyState title="No rows">This table is there, and empty.</EmptyState>}
    >
      {(found) => (
        <Card flush footer={`${formatCount(found.rows.length)} rows, in no order`}>
          <ResultTable
            label={`Rows of ${name.schema}.${name.table}`}
            columns={found.columns}
            rows={found.rows as Cell[][]}
            height={height}
          />
        </Card>
      )}
    </QueryView>
  );
}
