import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import { checkMailAddresses } from "./mail-addresses";

/** Who is told of alarms. */
export function checkAlarms({ alarms }: Salvaged<EnvironmentFile>): readonly Finding[] {
  return checkMailAddresses(alarms?.emails, ["alarms", "emails"]);
}
