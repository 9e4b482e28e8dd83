import { Compass } from "lucide-react";
import { LinkButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Page } from "@/ui/Layout";

export function NotFound() {
  return (
    <Page title="No such page">
      <EmptyState
        title="There is nothing at this address"
        icon={Compass}
        actions={
          <LinkButton to="/" kind="primary">
            Go home
          </LinkButton>
        }
      >
        It may have been renamed. Press / to search for a page, a table or an invoice.
      </EmptyState>
    </Page>
  );
}
