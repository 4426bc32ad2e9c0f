import type { Construct } from "constructs";
import { SystemStack, type SystemStackProps } from "./system-stack";

/** Name of the system, as `system` in service.json says it. */
export const COFFEE_SUPPLIERS = "coffee-suppliers";

/**
 * A monolith that became two services on Fargate: everybody reads the list of suppliers (customer), people in the office
 * change it (employee, limited by source address). One MySQL database with a user for each, blue/green deployments behind a
 * production and a test listener, and a pipeline for each service that CodeCommit and ECR start.
 */
export class CoffeeSuppliersStack extends SystemStack {
  constructor(scope: Construct, props: SystemStackProps) {
    super(scope, { system: COFFEE_SUPPLIERS, databaseName: "COFFEE" }, props);
  }
}
