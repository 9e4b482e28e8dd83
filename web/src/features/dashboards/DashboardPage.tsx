import { useMemo } from "react";
import { useParams } from "@/lib/urlState";
import { Page } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { useDashboard } from "./api";
import { Board } from "./Board";

const boardHeight = 720;

/** One dashboard: its file is asked for first, then each tile for itself. */
export default function DashboardPage() {
  const { package: name, name: dashboard } = useParams("package", "name");
  const of = useMemo(() => ({ package: name, dashboard }), [name, dashboard]);
  const declared = useDashboard(of);
  if (declared.data) return <Board key={`${name}/${dashboard}`} definition={declared.data} of={of} />;
  return (
    <Page title={dashboard} crumbs={[{ title: "Dashboards", to: "/dashboards" }, { title: dashboard }]}>
      <QueryView query={declared} loading={<SkeletonBlock height={boardHeight} />}>
        {() => null}
      </QueryView>
    </Page>
  );
}
