import { CircleHelp, FileSpreadsheet, FileText, Image, Maximize2 } from "lucide-react";
import type { RefObject } from "react";
import { chartPicture } from "@/charts/picture";
import { Menu, type MenuItem } from "@/ui/Menu";
import { say, sayError } from "@/ui/toast";
import { exportTile, type FileKind, fileKinds, type Tile } from "./api";
import { useBoard } from "./board";
import { saveFile } from "./files";
import { isSet, valueTitle } from "./filters";

interface TileMenuProps {
  tile: Tile;
  page: string;
  frame: RefObject<HTMLElement | null>;
  hasPicture: boolean;
}

const icons = { csv: FileText, xlsx: FileSpreadsheet };

/** The same tile larger, explained, or as a file. */
export function TileMenu({ tile, page, frame, hasPicture }: TileMenuProps) {
  const { definition, of, state } = useBoard();
  const rows = (kind: FileKind) => () => {
    exportTile({ ...of, page, tile: tile.name }, state.chosen, kind).then(() => {
      say(`${tile.title}: the file is yours.`);
    }, sayError);
  };
  const filtered = () =>
    definition.filters
      .filter(({ name }) => isSet(state.chosen[name]))
      .map((filter) => `${filter.title}: ${valueTitle(state.chosen[filter.name] ?? null)}`)
      .join(" · ");
  const picture = async () => {
    const image = frame.current && (await chartPicture(frame.current, tile.title, filtered()));
    if (image) saveFile(image, `${of.dashboard}-${tile.name}.png`);
  };
  const items: MenuItem[] = [
    {
      title: "Enlarge",
      icon: Maximize2,
      onSelect: () => {
        state.enlarge(tile.name);
      },
    },
    {
      title: "Why this number?",
      icon: CircleHelp,
      onSelect: () => {
        state.explain(tile.name);
      },
    },
    ...fileKinds.map(({ id, title }) => ({ title: `Save as ${title}`, icon: icons[id], onSelect: rows(id) })),
    ...(hasPicture
      ? [
          {
            title: "Save as PNG",
            icon: Image,
            onSelect: () => {
              picture().catch(sayError);
            },
          },
        ]
      : []),
  ];
  return <Menu label={`More about ${tile.title}`} items={items} />;
}
