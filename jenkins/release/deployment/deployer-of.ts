import type { Context } from "../context";
import { blueGreen } from "./blue-green/blue-green";
import type { Deployer } from "./deployer";
import { rolling } from "./rolling/rolling";

/** Who deploys a service: what `deployment.controller` of service.json says. */
export function deployerOf(context: Context): Deployer {
  const { deployment } = context.service;
  return deployment.controller === "CODE_DEPLOY" ? blueGreen(context) : rolling(context);
}
