const PARTITION = /\$\{data\.aws_partition\.[\w-]+\.partition\}/g;
const ACCOUNT_ID = /\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}/g;
const EXPRESSION = /\$\{[^}]*\}/g;

/**
 * A text with what is known of its expressions: the shortest partition, and an account of twelve digits. What is known at apply
 * only is left out, so nothing is found too long that AWS would take.
 */
export function knownText(text: string): string {
  if (!text.includes("${")) return text;
  return text.replace(PARTITION, "aws").replace(ACCOUNT_ID, "123456789012").replace(EXPRESSION, "");
}
