import { Upload, Users } from "lucide-react";
import { LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Card } from "@/ui/Layout";

/** A shop whose marts were not made yet. */
export function NothingSold() {
  return (
    <Card>
      <EmptyState
        title="Nobody bought anything yet"
        icon={Users}
        actions={
          <>
            <LinkButton to="/import" kind="primary" icon={Upload}>
              Import order lines
            </LinkButton>
            <LinkButton to="/runs">See runs</LinkButton>
          </>
        }
      >
        Customers and products come from the package online_retail: bring in order lines, and its
        tables follow with the next run.
      </EmptyState>
    </Card>
  );
}
