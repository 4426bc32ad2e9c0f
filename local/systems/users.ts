/** A person to create. */
export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
}

/** The n-th of many people. */
export function person(number: number, prefix = "user"): NewUser {
  const username = `${prefix}-${number}`;
  return { username, email: `${username}@example.test`, firstname: `First${number}`, lastname: `Last${number}` };
}

/** Sends people to user management, a few at a time. Gives the statuses that came back, and how often each did. */
export async function createAll(url: string, people: readonly NewUser[], atOnce: number) {
  const statuses: Record<number, number> = {};
  const waiting = [...people];
  const clients = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const status = await create(url, next);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  });
  await Promise.all(clients);
  return statuses;
}

export async function create(url: string, user: NewUser): Promise<number> {
  const { status } = await fetch(`${url}/usermgmt/user`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(user),
  });
  return status;
}

/** Every user whose name begins with a prefix, page by page as the links lead. */
export async function usernames(url: string, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (let next: string | undefined = `${url}/usermgmt/users?limit=100`; next; ) {
    const page: Response = await fetch(next);
    const users = (await page.json()) as readonly NewUser[];
    names.push(...users.map(({ username }) => username));
    const link: string | undefined = /<([^>]+)>;\s*rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
    next = link && new URL(link, next).href;
  }
  return names.filter((name) => name.startsWith(prefix));
}
