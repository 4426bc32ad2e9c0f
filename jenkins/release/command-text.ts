import type { Context } from "./context";

/** How a person types a command of the release program. */
export function command({ place, environment }: Context, name: string, more = ""): string {
  return `npm run release -- ${name} ${place.service} --env ${environment.name}${more}`;
}
