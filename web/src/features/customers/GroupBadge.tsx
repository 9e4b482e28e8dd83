import { Badge, type Tone } from "@/ui/Badge";

const tones: Record<string, Tone> = {
  champion: "good",
  loyal: "good",
  promising: "info",
  new: "accent",
  "at risk": "warn",
  "Elite VIP": "good",
  "Typical Active": "info",
  "New Low Spenders": "accent",
  "Dormant / At-Risk": "warn",
};

/** The segment or group that a customer is in. */
export function GroupBadge({ group }: { group: string }) {
  return <Badge tone={tones[group] ?? "plain"}>{group}</Badge>;
}
