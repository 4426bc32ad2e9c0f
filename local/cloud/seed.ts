import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { ClientSettings } from "./variables";

/** Makes the hosted zone that the environment takes as given, as a person who owns the domain did on AWS. */
export async function createHostedZone(settings: ClientSettings, name: string): Promise<void> {
  const client = new Route53Client(settings);
  await client.send(new CreateHostedZoneCommand({ Name: name, CallerReference: `local-${name}` }));
  client.destroy();
}
