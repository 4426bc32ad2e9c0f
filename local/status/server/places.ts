import { placeOfName } from "../../cloud/places";
import type { Place } from "../state";

/** Finds what system or group of one, in which environment, something is of by its name: `jenkins-ecs-local`. */
export type PlaceOf = (name: string) => Place | undefined;

/** @param environments names of those that there may be */
export function placesOf(environments: readonly string[]): PlaceOf {
  return (name) => {
    const place = placeOfName(name, environments);
    return place && { system: place.unit, environment: place.environment };
  };
}
