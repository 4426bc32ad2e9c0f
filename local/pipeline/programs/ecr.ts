import { DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";

/** Asks the ECR of the AWS that the environment names. */
export async function withEcr<T>(work: (client: ECRClient) => Promise<T>): Promise<T> {
  const client = new ECRClient({ maxAttempts: 2 });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** The password of the registry. */
export async function registryPassword(): Promise<string> {
  const { authorizationData: [data] = [] } = await withEcr((client) => client.send(new GetAuthorizationTokenCommand()));
  const [, password = ""] = /^AWS:(.*)$/s.exec(Buffer.from(data?.authorizationToken ?? "", "base64").toString()) ?? [];
  return password;
}

/** The digest of the image with a tag. @throws AWS's error where there is none */
export async function imageDigest(repositoryName: string, imageTag: string): Promise<string> {
  const command = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] });
  const { imageDetails: [found] = [] } = await withEcr((client) => client.send(command));
  return found?.imageDigest ?? "None";
}
