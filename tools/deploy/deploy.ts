import { Failure, USAGE_STATUS } from "../failure";
import { type Command, runCommand } from "./command";
import { deployEnvironment } from "./environment";

const USAGE = `usage: npm run deploy -- --env NAME [options]

Deploys an environment into the AWS account of your credentials, in the order that an empty account needs: the state
bucket, the image repositories and the network, the first image of each service, the systems, their databases' schemas. What
is there already is left as it is, or brought up to date. You are shown each plan of Terraform and asked.

options:
  --env NAME        environment: config/environments/NAME.json
  --auto-approve    apply every plan without asking
  --since REV       only what has changed since this commit, the one that was deployed last: npm run affected lists it
  --help            print this`;

const command: Command = {
  usage: USAGE,
  takesServices: false,
  takesSince: true,
  check: ({ autoApprove }) => {
    if (autoApprove || process.stdin.isTTY) return;
    throw new Failure(
      "there is no terminal to ask for approval at; to apply every plan unasked, add --auto-approve",
      USAGE_STATUS,
    );
  },
  run: deployEnvironment,
};

await runCommand(command);
