import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const APPS = join(import.meta.dirname, "..");

const applications = readdirSync(APPS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(APPS, entry.name)).includes("Dockerfile"))
  .map(({ name }) => name);

it.each(applications)(
  "the image of %s holds a compile cache of its bundles, made by the user that runs them",
  (app) => {
    const [, stage = ""] = readFileSync(join(APPS, app, "Dockerfile"), "utf8").split("\nFROM node:24-slim\n");
    const lines = stage.split("\n");
    const place = (beginning: string) => lines.findIndex((line) => line.startsWith(beginning));
    expect(lines[place("ENV ")]).toContain("NODE_COMPILE_CACHE=/home/node/compile-cache");
    const steps = ["ENV ", `COPY --from=build /repository/apps/${app}/dist/ ./`, "USER node", "RUN node ", "CMD "];
    const places = steps.map(place);
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  },
);
