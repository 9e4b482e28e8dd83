import type { UseQueryResult } from "@tanstack/react-query";
import { Package } from "lucide-react";
import { useState } from "react";
import { useEvent } from "@/api/events";
import type { AssetEvent } from "@/api/eventTypes";
import { EmptyState } from "@/ui/EmptyState";
import { Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import type { TableSummary } from "./api";
import { PackageCard } from "./PackageCard";
import type { PackageView } from "./views";

export function Packages({
  tables,
  packages,
  onStart,
}: {
  tables: UseQueryResult<TableSummary[]>;
  packages: PackageView[];
  onStart: (name: string) => void;
}) {
  const [events, setEvents] = useState<Map<string, AssetEvent>>(() => new Map());
  useEvent("asset", (event) => {
    setEvents((before) => new Map(before).set(event.asset, event));
  });
  return (
    <QueryView
      query={tables}
      loading={<SkeletonBlock height={360} />}
      isEmpty={() => packages.length === 0}
      empty={
        <EmptyState title="No package yet" icon={Package}>
          A package is a folder of YAML and SQL below packages/. “tradewind init --package
          online_retail” brings one along.
        </EmptyState>
      }
    >
      {() => (
        <Stack gap={4}>
          {packages.map((one) => (
            <PackageCard key={one.name} view={one} events={events} onStart={onStart} />
          ))}
        </Stack>
      )}
    </QueryView>
  );
}
