import type { Kind } from "./kinds";
import type { Resource } from "./resource";
import { treatmentOf } from "./resource-types";

/** Kind of a resource that is drawn. */
export function kindOf(node: Resource): Kind {
  const treatment = treatmentOf(node);
  if (treatment && "draw" in treatment) return treatment.draw;
  return (treatment && "fold" in treatment && treatment.otherwise) || "outside";
}
