/** As the API takes it: "name", or "name+" with what is made of it. None means all. */
export const chosenAssets = (picked: string[], downstream: boolean): string[] =>
  picked.map((name) => (downstream ? `${name}+` : name));
