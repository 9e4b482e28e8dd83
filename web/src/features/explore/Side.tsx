import type { UseQueryResult } from "@tanstack/react-query";
import { useUrlState } from "@/lib/urlState";
import { Card } from "@/ui/Layout";
import { Tabs } from "@/ui/Tabs";
import { History } from "./History";
import { Questions } from "./Questions";
import { TableList } from "./TableList";

interface ColumnRow {
  table_name: string;
  column_name: string;
  type: string;
}

const state = { side: "tables" };

/** What can be asked about, what was asked, and what is asked often. */
export function Side({
  columns,
  onAsk,
  onInsert,
}: {
  columns: UseQueryResult<ColumnRow[]>;
  onAsk: (sql: string) => void;
  onInsert: (words: string) => void;
}) {
  const [{ side }, setState] = useUrlState(state);
  return (
    <Card>
      <Tabs
        label="Beside the question"
        selected={side}
        onSelect={(id) => { setState({ side: id }); }}
        tabs={[
          { id: "tables", title: "Tables", content: () => <TableList columns={columns} onInsert={onInsert} /> },
          { id: "questions", title: "Questions", content: () => <Questions onAsk={onAsk} /> },
          { id: "history", title: "History", content: () => <History onAsk={onAsk} /> },
        ]}
      />
    </Card>
  );
}
