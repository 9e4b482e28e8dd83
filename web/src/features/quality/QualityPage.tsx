import { Play } from "lucide-react";
import { useUrlState } from "@/lib/urlState";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Layout";
import { Tabs } from "@/ui/Tabs";
import { useCheckNow, useChecks } from "./api";
import { Audits } from "./Audits";
import { quarantines } from "./audits";
import { FailingRows } from "./FailingRows";
import { Letters } from "./Letters";

const state = { tab: "audits" };

/** Whether claims hold, the rows that break them, and the records that could not be used. */
export default function QualityPage() {
  const [{ tab }, setState] = useUrlState(state);
  const checks = useChecks();
  const now = useCheckNow();
  return (
    <Page
      title="Quality"
      about="What is claimed of the tables, and whether it holds; records that wait for a repair."
      actions={
        <Button kind="primary" icon={Play} busy={now.isPending} onClick={() => { now.mutate(""); }}>
          Check everything
        </Button>
      }
    >
      <Tabs
        label="Quality"
        selected={tab}
        onSelect={(id) => { setState({ tab: id }); }}
        tabs={[
          { id: "audits", title: "Audits", content: () => <Audits checks={checks} /> },
          {
            id: "rows",
            title: "Failing rows",
            count: checks.data && quarantines(checks.data).length,
            content: () => <FailingRows checks={checks} />,
          },
          { id: "letters", title: "Dead letters", content: () => <Letters /> },
        ]}
      />
    </Page>
  );
}
