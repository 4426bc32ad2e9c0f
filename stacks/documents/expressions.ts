// Not after a letter, a dot or a dash: the name of an output has the type of a resource within it.
const ADDRESS = /(?<![\w.-])((?:data\.)?aws_\w+\.[\w-]+)/g;
const REMOTE_OUTPUT = /data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)/g;

/** What the expressions of Terraform within a text name. */
export interface Named {
  /** Addresses of resources and data sources of the same stack. */
  readonly addresses: readonly string[];
  /** Outputs of other stacks. */
  readonly outputs: readonly { readonly stack: string; readonly output: string }[];
}

const NOTHING: Named = { addresses: [], outputs: [] };

/** Finds what a text refers to; text without an expression names nothing. */
export function namedIn(text: string): Named {
  if (!text.includes("${")) return NOTHING;
  return {
    addresses: [...text.matchAll(ADDRESS)].map(([, address = ""]) => address),
    outputs: [...text.matchAll(REMOTE_OUTPUT)].map(([, stack = "", output = ""]) => ({ stack, output })),
  };
}
