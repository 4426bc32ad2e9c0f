/** What an emulator takes for credentials: they are nobody's. */
const FAKE_CREDENTIALS = { accessKeyId: "emulated", secretAccessKey: "emulated" };

/** Variables that point the AWS SDKs, the AWS CLI and Terraform to the emulator. */
export function emulatorVariables(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: FAKE_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: FAKE_CREDENTIALS.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    // A profile of the user could name another endpoint or a role to assume.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** An environment without any of the user's own AWS settings: nothing of an emulated deployment may reach AWS. */
export function withoutAwsSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("AWS_")));
}

/** How a client of the AWS SDK reaches the emulator. */
export function clientSettings(url: string, region: string) {
  // The SDK's advice to move on from Node 20 is no matter of the person who starts an emulated deployment.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  return { endpoint: url, region, credentials: FAKE_CREDENTIALS, maxAttempts: 2 };
}

export type ClientSettings = ReturnType<typeof clientSettings>;
