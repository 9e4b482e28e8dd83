import { Badge, type Tone } from "@/ui/Badge";

const tones: Record<string, Tone> = {
  champion: "good",
  loyal: "good",
  promising: "info",
  new: "accent",
  "at risk": "warn",
};

/** The group that a customer is in, by recency, frequency and money. */
export function GroupBadge({ group }: { group: string }) {
  return <Badge tone={tones[group] ?? "plain"}>{group}</Badge>;
}
