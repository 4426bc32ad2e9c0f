/**
 * What each benchmark is of, in the order in which they run: those that wait most of the time, and so heat the machine least,
 * are not first.
 */
export const DESCRIPTIONS = {
  synth: "Synthesis of this repository's stacks.",
  scale: "Generated services, half of them on instances and half on Fargate, 50 in a group, which is a stack.",
  start:
    "`npm start -- --system jenkins-ecs`, the updates of a service in it, and `terraform apply` of the same stacks.",
  "load-balancer": "The load balancer of this machine, in front of service-a.",
  app: "service-a, bundled as in its image, with its log.",
  apps: "Every service as in its image, bundled and on Node 24 with its compile cache: size, start, memory, requests.",
  release: "The release program, against the original's six steps in a shell script.",
  suppliers: "The list of 100,000 coffee suppliers, one task.",
  outbox: "Creating users, one task whose pool of connections is at its bound.",
  token: "The check of tokens in service-b, against the same bundle without it.",
} as const;

export type BenchmarkName = keyof typeof DESCRIPTIONS;

export const BENCHMARK_NAMES = Object.keys(DESCRIPTIONS) as readonly BenchmarkName[];
