import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { environmentNames } from "../config/names";
import { Network } from "../modules/network/network";
import { EnvironmentStack } from "./environment-stack";

export interface NetworkStackProps {
  readonly environment: Environment;
}

/** The VPC that all systems of an environment share. */
export class NetworkStack extends EnvironmentStack {
  readonly network: Network;

  constructor(scope: Construct, { environment }: NetworkStackProps) {
    super(scope, "network", environment);
    const names = environmentNames(environment.name);
    const { network } = environment;
    this.network = new Network(this, "Network", {
      name: names.vpc,
      cidr: network.cidr,
      availabilityZones: network.availabilityZones,
      ...(network.subnets && { subnets: network.subnets }),
      nat: network.nat,
      gatewayEndpoints: network.gatewayEndpoints,
      interfaceEndpoints: network.interfaceEndpoints,
      flowLogs: network.flowLogs,
      flowLogRetentionDays: environment.logRetentionDays,
    });
    new TerraformOutput(this, "vpc", { value: this.network.vpc.id, description: "id of the VPC" });
  }
}
