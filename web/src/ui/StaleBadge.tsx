import { formatRelative } from "@/lib/dates";
import { useNow } from "@/lib/hooks";
import { Badge } from "./Badge";

/** Shown beside data that could not be brought up to date: how old they are. */
export function StaleBadge({ since, why }: { since: number; why?: string }) {
  const now = useNow(10_000);
  return (
    <Badge tone="warn" dot title={why}>
      As of {formatRelative(since, now)}
    </Badge>
  );
}
