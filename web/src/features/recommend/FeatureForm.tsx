import { useState } from "react";
import { Choices, SearchField, TextArea, TextField } from "@/ui/Field";
import { readFeatures, withFeature, writeFeatures } from "./features";
import css from "./recommend.module.css";

const ways = [
  { value: "form", title: "Form" },
  { value: "json", title: "JSON" },
];

interface FeatureFormProps {
  names: string[];
  way: string;
  text: string;
  onWay: (way: string) => void;
  onText: (text: string) => void;
}

/** The model's features as fields, or as JSON: both write the same text, which the address keeps. */
export function FeatureForm({ names, way, text, onWay, onText }: FeatureFormProps) {
  const [only, setOnly] = useState("");
  const read = readFeatures(text);
  const features = read.features ?? {};
  const shown = names.filter((name) => name.includes(only.trim().toLowerCase().replaceAll(" ", "_")));
  return (
    <>
      <Choices label="How features are given" choices={ways} value={way} onChange={onWay} />
      {way === "json" || read.problem ? (
        <TextArea
          code
          label="Features as JSON"
          hint="Names and numbers; what is left out is not known."
          error={read.problem || undefined}
          rows={10}
          placeholder={`{"${names[0] ?? "feature"}": 3}`}
          value={text}
          onChange={onText}
        />
      ) : (
        <>
          <SearchField label={`Find one of ${names.length} features`} value={only} onChange={setOnly} />
          <div className={css.fields} tabIndex={0} role="group" aria-label="Features">
            {shown.map((name) => (
              <TextField
                key={name}
                label={name}
                type="number"
                step="any"
                placeholder="not known"
                value={features[name] === undefined || features[name] === null ? "" : String(features[name])}
                onChange={(value) => {
                  onText(writeFeatures(withFeature(features, name, value)));
                }}
              />
            ))}
          </div>
        </>
      )}
    </>
  );
}
