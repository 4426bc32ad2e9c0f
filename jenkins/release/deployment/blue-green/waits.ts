import type { DeploymentGroupInfo, TrafficRoutingConfig } from "@aws-sdk/client-codedeploy";
import type { Waits } from "../deployer";

/** What a deployment of a group waits for on purpose. */
export function waitsOf(
  { blueGreenDeploymentConfiguration: configuration }: DeploymentGroupInfo,
  routing: TrafficRoutingConfig | undefined,
): Waits {
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: blue } = configuration ?? {};
  const waits = [
    [ready?.actionOnTimeout === "STOP_DEPLOYMENT" ? ready.waitTimeInMinutes : 0, "for somebody to reroute the traffic"],
    [shiftMinutes(routing), "while the traffic moves"],
    [blue?.action === "TERMINATE" ? blue.terminationWaitTimeInMinutes : 0, "until the tasks before are ended"],
  ] as const;
  const some = waits.flatMap(([minutes = 0, what]) => (minutes > 0 ? [{ seconds: minutes * 60, what }] : []));
  return {
    seconds: some.reduce((sum, { seconds }) => sum + seconds, 0),
    words: some.map(({ seconds, what }) => `${seconds} s ${what}`),
  };
}

/** Minutes from the first to the last shift. */
function shiftMinutes({ type, timeBasedCanary, timeBasedLinear }: TrafficRoutingConfig = {}): number {
  if (type === "TimeBasedCanary") return timeBasedCanary?.canaryInterval ?? 0;
  if (type !== "TimeBasedLinear") return 0;
  const { linearPercentage = 100, linearInterval = 0 } = timeBasedLinear ?? {};
  // The first step is at once.
  return (Math.ceil(100 / Math.max(linearPercentage, 1)) - 1) * linearInterval;
}
