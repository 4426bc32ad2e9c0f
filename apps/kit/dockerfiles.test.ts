import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const APPS = join(import.meta.dirname, "..");

const applications = readdirSync(APPS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(APPS, entry.name)).includes("Dockerfile"))
  .map(({ name }) => name);

it.each(applications)(
  "the image of %s holds its bundles and their compile cache, which the user that runs them made",
  (app) => {
    const { port } = JSON.parse(readFileSync(join(APPS, app, "service.json"), "utf8"));
    const [, stage = ""] = readFileSync(join(APPS, app, "Dockerfile"), "utf8").split("\nFROM node:24-slim\n");
    expect(stage.split("\n").filter((line) => line && !line.startsWith("#"))).toEqual([
      "ENV NODE_ENV=production NODE_COMPILE_CACHE=/home/node/compile-cache",
      "WORKDIR /app",
      `COPY --from=build /repository/apps/${app}/dist/ ./`,
      "USER node",
      'RUN node --enable-source-maps main.cjs 2>/dev/null; test $? -eq 2 && test -n "$(ls "$NODE_COMPILE_CACHE")"',
      `EXPOSE ${port}`,
      "STOPSIGNAL SIGTERM",
      'CMD ["node", "--enable-source-maps", "main.cjs"]',
    ]);
  },
);
