import { Waves } from "lucide-react";
import { definePage } from "@/lib/page";

export default definePage({
  title: "Streams",
  about: "Records as they come: throughput, partitions, lag, and the newest of them live.",
  group: "feed",
  order: 20,
  key: "s",
  icon: Waves,
  words: "records offsets partitions lag sinks consumers live tail send test",
  routes: [
    { path: "/streams", load: () => import("./StreamsPage") },
    { path: "/streams/$name", load: () => import("./StreamPage") },
  ],
});
