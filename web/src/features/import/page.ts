import { Upload } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Import",
  about: "Bring in files: CSV, XLSX, JSON or Parquet, with every problem told by row.",
  group: "feed",
  order: 10,
  key: "i",
  icon: Upload,
  words: "upload file csv xlsx excel json parquet drop load",
  routes: [{ path: "/import", load: () => import("./ImportPage") }],
});
