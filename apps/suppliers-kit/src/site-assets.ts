import type { Asset } from "@express-on-ecs/kit/assets";
import picture from "./coffee.svg?raw";
import content from "./content.css?raw";
import page from "./page.css?raw";

/** What the pages of both services load. */
export const siteAssets: readonly Asset[] = [
  { name: "style.css", type: "text/css; charset=utf-8", content: `${page}${content}` },
  { name: "coffee.svg", type: "image/svg+xml", content: picture },
];
