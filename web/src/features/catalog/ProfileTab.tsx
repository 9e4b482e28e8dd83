import { formatRelative } from "@/lib/dates";
import { formatCount, formatDuration } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { KeyValue } from "@/ui/KeyValue";
import { Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { type ColumnProfile, type TableName, useProfile } from "./api";
import css from "./catalog.module.css";
import { bars, endText, facts, topValues } from "./profiles";

function Histogram({ column }: { column: ColumnProfile }) {
  const first = column.histogram[0];
  const last = column.histogram[column.histogram.length - 1];
  if (!first || !last) return null;
  return (
    <div>
      <div className={css.bars} role="img" aria-label={`How the values of ${column.name} lie`}>
        {bars(column).map((bar) => (
          <span
            key={bar.label}
            title={bar.label}
            style={{ height: `${Math.max(bar.height * 100, bar.height > 0 ? 2 : 0)}%` }}
          />
        ))}
      </div>
      <div className={css.ends}>
        <span>{endText(first.from, column.type)}</span>
        <span>{endText(last.to, column.type)}</span>
      </div>
    </div>
  );
}

function Top({ column, rowCount }: { column: ColumnProfile; rowCount: number }) {
  return (
    <ul className={css.top} aria-label={`Most frequent values of ${column.name}`}>
      {topValues(column, rowCount).map((top) => (
        <li key={top.text}>
          <span className={css.fill} style={{ width: `${top.share * 100}%` }} />
          <span title={top.text}>{top.text === "" ? "(empty)" : top.text}</span>
          <span>{formatCount(top.rows)}</span>
        </li>
      ))}
    </ul>
  );
}

function OneColumn({ column, rowCount }: { column: ColumnProfile; rowCount: number }) {
  return (
    <section className={css.profile}>
      <header className={css.profileHead}>
        <h2>{column.name}</h2>
        <span className={css.type}>{column.type}</span>
      </header>
      {column.histogram.length > 0 ? (
        <Histogram column={column} />
      ) : (
        <Top column={column} rowCount={rowCount} />
      )}
      <KeyValue entries={facts(column, rowCount)} />
    </section>
  );
}

/** Counted when somebody looks: it reads the whole table. */
export function ProfileTab({ name }: { name: TableName }) {
  const profile = useProfile(name);
  return (
    <QueryView
      query={profile}
      loading={<SkeletonBlock height={420} label="Reading the whole table" />}
      isEmpty={(found) => found.row_count === 0}
      empty={<EmptyState title="No rows to look at">This table is there, and empty.</EmptyState>}
    >
      {(found) => (
        <Stack gap={4}>
          <p>
            {formatCount(found.row_count)} rows looked through in{" "}
            {formatDuration(found.duration_us / 1000)}, {formatRelative(found.profiled_at)}.
          </p>
          <div className={css.profiles}>
            {found.columns.map((column) => (
              <OneColumn key={column.name} column={column} rowCount={found.row_count} />
            ))}
          </div>
        </Stack>
      )}
    </QueryView>
  );
}
