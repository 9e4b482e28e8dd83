// What stands beside the pointer. Built of elements, never of markup: names come from data.

export interface TipLine {
  label: string;
  value: string;
  colour?: string;
}

function cell(text: string, style: Partial<CSSStyleDeclaration>): HTMLElement {
  const element = document.createElement("span");
  element.textContent = text;
  Object.assign(element.style, style);
  return element;
}

export function tipOf(title: string, lines: TipLine[]): HTMLElement {
  const frame = document.createElement("div");
  const head = cell(title, { fontWeight: "600", display: "block", marginBottom: "4px", maxWidth: "22rem", whiteSpace: "normal" });
  const list = document.createElement("div");
  Object.assign(list.style, { display: "grid", gridTemplateColumns: "auto auto", columnGap: "16px", rowGap: "2px" });
  for (const { label, value, colour } of lines) {
    const name = cell(label, { opacity: "0.85" });
    if (colour) {
      const dot = cell("", { display: "inline-block", width: "8px", height: "8px", borderRadius: "2px", marginRight: "6px", background: colour });
      name.prepend(dot);
    }
    list.append(name, cell(value, { textAlign: "right", fontVariantNumeric: "tabular-nums", fontWeight: "500" }));
  }
  frame.append(head, list);
  return frame;
}
