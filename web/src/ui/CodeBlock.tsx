import { Check, Copy } from "lucide-react";
import { useMemo, useState } from "react";
import { cx } from "@/lib/cx";
import { IconButton } from "./Button";
import css from "./code.module.css";
import { type Language, tokensOf } from "./highlight";

/** SQL, YAML or plain text to read and to copy. */
export function CodeBlock({
  code,
  language = "sql",
  label,
}: {
  code: string;
  language?: Language;
  label: string;
}) {
  const [copied, setCopied] = useState(false);
  const tokens = useMemo(() => tokensOf(code.trim(), language), [code, language]);
  const copy = () => {
    void navigator.clipboard.writeText(code).then(() => {
      setCopied(true);
      setTimeout(() => {
        setCopied(false);
      }, 1500);
    });
  };
  return (
    <div className={cx(css.block, language === "text" && css.wrap)}>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>
          {tokens.map((token, i) =>
            token.kind === "plain" ? (
              token.text
            ) : (
              <span key={i} className={css[token.kind]}>
                {token.text}
              </span>
            ),
          )}
        </code>
      </pre>
      <span className={css.copy}>
        <IconButton
          small
          label={copied ? "Copied" : "Copy"}
          icon={copied ? Check : Copy}
          onClick={copy}
        />
      </span>
    </div>
  );
}
