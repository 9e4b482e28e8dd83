import { Download } from "lucide-react";
import { Button } from "@/ui/Button";
import { CodeBlock } from "@/ui/CodeBlock";
import { Dialog } from "@/ui/Dialog";
import { CheckField } from "@/ui/Field";
import { Stack } from "@/ui/Layout";
import { say } from "@/ui/toast";
import type { Recipe } from "./model";

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** The recipe as a file for the package. */
export function Save({
  recipe,
  yaml,
  onPublish,
  onClose,
}: {
  recipe: Recipe;
  yaml: string;
  onPublish: (publish: boolean) => void;
  onClose: () => void;
}) {
  const file = `${recipe.name}.yml`;
  return (
    <Dialog
      title="Save the recipe"
      onClose={onClose}
      wide
      footer={
        <Button
          kind="primary"
          icon={Download}
          onClick={() => {
            download(file, yaml);
            say(`${file} was downloaded.`);
            onClose();
          }}
        >
          Download {file}
        </Button>
      }
    >
      <Stack gap={4}>
        <CheckField
          label="Publish as an asset: the package's runs make it a table"
          checked={recipe.publish}
          onChange={onPublish}
        />
        <p>
          Put the file into the folder <code>recipes/</code> of a package of this workspace.{" "}
          {recipe.publish
            ? `The next run of the package makes the table ${recipe.name}, with lineage and checks like any other.`
            : "The command “tradewind recipe run” gives its result as a file."}
        </p>
        <CodeBlock label={`Contents of ${file}`} language="yaml" code={yaml} />
      </Stack>
    </Dialog>
  );
}
