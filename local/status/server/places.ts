import { systemNames } from "../../../config/names";
import { SYSTEMS } from "../../../config/systems";
import type { Place } from "../state";

/** Finds what system, in which environment, something is of by its name: `jenkins-ecs-local`. */
export type PlaceOf = (name: string) => Place | undefined;

/** @param environments names of those that there may be */
export function placesOf(environments: readonly string[]): PlaceOf {
  const places = new Map(
    environments.flatMap((environment) =>
      SYSTEMS.map((system) => [systemNames(system, environment).prefix, { system, environment }] as const),
    ),
  );
  return (name) => places.get(name);
}
