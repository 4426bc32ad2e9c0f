/** The document of an environment in the emulator whose state lives in a bucket, which is to be named. */
export const TRIAL_ENVIRONMENT = {
  region: "us-east-1",
  accountId: "123456789012",
  emulated: true,
  state: { backend: "s3" },
  removal: "destroy",
  network: { cidr: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
  database: {
    instanceClass: "db.t4g.micro",
    allocatedStorageGiB: 20,
    maxAllocatedStorageGiB: 40,
    multiAz: false,
    backupRetentionDays: 1,
    maxConnections: 60,
  },
  dns: {
    hostedZone: "example.test",
    recordNames: { "jenkins-ecs": "app", "coffee-suppliers": "coffee", "user-notifications": "users" },
    tls: false,
  },
  mail: { domain: "example.test", sender: "no-reply@example.test" },
  api: {
    throttling: { ratePerSecond: 1, burst: 1 },
    callbackUrls: ["http://localhost:3000/callback"],
    signInPrefix: "trial",
  },
  ec2: { instanceTypes: ["t3.small"], maxInstances: 2 },
};
