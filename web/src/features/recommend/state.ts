/** What the address holds of /recommend. */
export const asking = {
  tab: "lists",
  package: "",
  user: "",
  product: "",
  /** "pair" or "features". */
  by: "pair",
  /** "form" or "json". */
  form: "form",
  features: "",
  basket: "",
};

export type Asking = typeof asking;
