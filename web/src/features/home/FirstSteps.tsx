import { CodeBlock } from "@/ui/CodeBlock";
import css from "./home.module.css";

const steps = [
  {
    title: "Bring in files",
    about: "CSV, XLSX, JSON or Parquet. What is put into the landing folder comes in by itself.",
    code: "tradewind import orders.csv --source online_retail",
  },
  {
    title: "Or let a folder become a package",
    about: "Contracts, keys and clean tables are learnt from the files, each with its reason.",
    code: "tradewind init shop --from ./exports\ntradewind -C shop serve",
  },
  {
    title: "Or send records",
    about: "Each is durable when the answer comes, and in SQL within a second.",
    code: `curl ${location.origin}/v1/streams/online_retail/records \\\n  -d @line.json`,
  },
];

/** An empty workspace: what to do next. */
export function FirstSteps() {
  return (
    <div className={css.steps}>
      {steps.map((step) => (
        <section key={step.title} className={css.step}>
          <h2>{step.title}</h2>
          <p>{step.about}</p>
          <CodeBlock code={step.code} language="text" label={step.title} />
        </section>
      ))}
    </div>
  );
}
