import { messageOf } from "../../../tools/failure";
import { imageDigest, registryPassword } from "./ecr";

const REGION = "(?: --region \\S+)?";

const PASSWORD = new RegExp(`^ecr get-login-password${REGION}$`);

const DIGEST = new RegExp(
  `^ecr describe-images${REGION} --repository-name (\\S+) --image-ids imageTag=(\\S+) ` +
    "--query imageDetails\\[0\\]\\.imageDigest --output text$",
);

const KNOWN = `of the AWS CLI, builds on this machine have what building and pushing needs:
  aws ecr get-login-password [--region REGION]
  aws ecr describe-images [--region REGION] --repository-name NAME --image-ids imageTag=TAG --query imageDetails[0].imageDigest --output text`;

/** What a call of the AWS CLI prints; `undefined` for all that is not known here. @throws AWS's errors */
async function answer(call: string): Promise<string | undefined> {
  if (PASSWORD.test(call)) return registryPassword();
  const [, repository, tag] = DIGEST.exec(call) ?? [];
  return repository && tag ? imageDigest(repository, tag) : undefined;
}

/** Gives the exit status. */
async function main(args: readonly string[]): Promise<number> {
  const call = args.join(" ");
  try {
    const text = await answer(call);
    (text === undefined ? process.stderr : process.stdout).write(
      `${text ?? `aws ${call}: not known here; ${KNOWN}`}\n`,
    );
    return text === undefined ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
}

// Whoever was to read it has ended, and has said why.
process.stdout.on("error", () => process.exit(1));
process.exitCode = await main(process.argv.slice(2));
