// A chart as a picture with its title, twice as fine as on the screen.

const scale = 2;
const padding = 16;
const titleHeight = 40;

/** Null: there is no chart within. */
export async function chartPicture(within: Element, title: string, note: string): Promise<Blob | null> {
  const { getInstanceByDom } = await import("./echarts");
  const place = within.querySelector<HTMLElement>("[_echarts_instance_]");
  const chart = place && getInstanceByDom(place);
  if (!place || !chart) return null;
  const style = getComputedStyle(place);
  const drawn = chart.renderToCanvas({ pixelRatio: scale });
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width + 2 * padding * scale;
  canvas.height = drawn.height + (2 * padding + titleHeight) * scale;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = style.getPropertyValue("--surface").trim();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = "top";
  pen.fillStyle = style.getPropertyValue("--text").trim();
  pen.font = `600 ${15 * scale}px ${style.fontFamily}`;
  pen.fillText(title, padding * scale, padding * scale, canvas.width - 2 * padding * scale);
  pen.fillStyle = style.getPropertyValue("--text-3").trim();
  pen.font = `${11 * scale}px ${style.fontFamily}`;
  pen.fillText(note, padding * scale, (padding + 20) * scale, canvas.width - 2 * padding * scale);
  pen.drawImage(drawn, padding * scale, (padding + titleHeight) * scale);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
}
