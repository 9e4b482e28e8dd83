import { formatExact } from "@/lib/dates";
import { formatBytes, formatCount, formatDuration } from "@/lib/format";
import { StateBadge } from "@/ui/Badge";
import { CodeBlock } from "@/ui/CodeBlock";
import { Drawer } from "@/ui/Dialog";
import { KeyValue } from "@/ui/KeyValue";
import { Stack } from "@/ui/Layout";
import { Link } from "@/ui/Link";
import type { RunAsset } from "./api";
import { tookMs } from "./bars";
import css from "./runs.module.css";

/** What became of one asset in this run: rows, files, memory, message, and the SQL that was run. */
export function AssetDrawer({ asset, now, onClose }: { asset: RunAsset; now: number; onClose: () => void }) {
  return (
    <Drawer title={asset.asset} onClose={onClose}>
      <Stack gap={4}>
        {asset.message && <p className={asset.state === "failed" ? css.message : undefined}>{asset.message}</p>}
        <KeyValue
          entries={[
            ["State", <StateBadge key="state" state={asset.state} />],
            ["Progress", asset.state === "running" && asset.progress !== null && `${asset.progress}%`],
            ["Began", asset.started_at && formatExact(asset.started_at)],
            ["Took", formatDuration(tookMs(asset, now))],
            ["Rows", `${formatCount(asset.rows_in)} in, ${formatCount(asset.rows_made)} made, ${formatCount(asset.rows_out)} in the table`],
            ["Files", `${formatCount(asset.files_written)} written, ${formatCount(asset.files_kept)} kept, ${formatBytes(asset.bytes_out)}`],
            ["Memory", formatBytes(asset.memory_bytes)],
            ["Attempts", asset.attempts],
            ["Version", asset.version > 0 && formatCount(asset.version)],
            ["Table", <Link key="table" to={`/catalog/${asset.asset.replace(".", "/")}`}>Open in the catalog</Link>],
          ]}
        />
        {asset.sql ? <CodeBlock label={`SQL of ${asset.asset}`} code={asset.sql} /> : <p className={css.quiet}>Its SQL was not run.</p>}
      </Stack>
    </Drawer>
  );
}
