import type { Finding, Salvaged } from "../finding";
import type { Service } from "../service";
import { nearest } from "../suggest";

/** What makes a folder an application, which one that runs another's image is not. */
const OF_AN_APPLICATION: readonly string[] = ["Dockerfile", "package.json", "src"];

/**
 * What is wrong with a folder that runs another's image.
 *
 * @param folder the service's
 * @param entries names of what it holds
 */
export function checkAppFolder(
  { app }: Salvaged<Service>,
  folder: string,
  entries: readonly string[],
): readonly Finding[] {
  if (app === undefined) return [];
  if (app === folder) {
    return [
      {
        at: [["app"]],
        problem: "is the service's own folder, whose image it runs anyway",
        allowed: "another folder of apps/",
        mend: "remove it",
      },
    ];
  }
  const own = entries.filter((entry) => OF_AN_APPLICATION.includes(entry));
  if (own.length === 0) return [];
  return [
    {
      at: [["app"]],
      problem: `the folder holds an application of its own (${own.join(", ")}), which nobody would run`,
      allowed: '"app" in a folder that holds nothing but service.json',
      mend: `remove "app", or ${own.join(", ")}`,
    },
  ];
}

/** @param services all services, by their folders */
export function checkApp(
  { app }: Salvaged<Service>,
  folder: string,
  services: ReadonlyMap<string, Salvaged<Service>>,
): readonly Finding[] {
  if (app === undefined || app === folder) return [];
  const applications = [...services].filter(([, service]) => service.app === undefined).map(([name]) => name);
  const target = services.get(app);
  if (target && target.app === undefined) return [];
  const meant = target ? target.app : nearest(app, applications);
  return [
    {
      at: [["app"]],
      problem: target
        ? `${JSON.stringify(app)} runs the image of ${JSON.stringify(target.app)} itself`
        : `there is no application ${JSON.stringify(app)}`,
      allowed: applications.map((name) => JSON.stringify(name)).join(", ") || "nothing: there is no application",
      mend: target
        ? `write ${JSON.stringify(meant)}`
        : meant
          ? `did you mean ${JSON.stringify(meant)}?`
          : "name one of these, or remove it",
    },
  ];
}
