import { CodeBlock } from "@/ui/CodeBlock";

/** The statement that makes the table, as it stands in the package. */
export function Definition({ sql }: { sql: string }) {
  return <CodeBlock code={sql} label="The statement that makes this table" />;
}
