import { createHash } from "node:crypto";

const LOOPBACK = "127.0.0.1";

/**
 * The loopback address that stands for an EC2 instance or for the network interface of a Fargate task: the same for the
 * same id. Linux answers on every address of 127.0.0.0/8; elsewhere (macOS) all of them share one.
 *
 * @param id instance id, or the id of a task
 */
export function loopbackOf(id: string, platform = process.platform): string {
  if (platform !== "linux") return LOOPBACK;
  const [first = 0, second = 0, third = 0] = createHash("sha256").update(id).digest();
  // 127.0.x.x is left to everybody else, and so are addresses that end with 0 and 255.
  return `127.${(first % 254) + 1}.${second}.${(third % 254) + 1}`;
}
