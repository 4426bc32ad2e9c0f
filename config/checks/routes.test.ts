import { describe, expect, it } from "vitest";
import { faultsOf, load, SERVICE_FILE } from "../testing/project";

describe("routes", () => {
  it("refuses no paths", () => {
    expect(faultsOf({ service: { routes: { paths: [] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths",
        given: "[]",
        problem: "no path leads to this service",
        allowed: 'a list of at least one path; or "default": true for what no rule matches',
        mend: 'add "paths": a list of at least one path',
      },
    ]);
  });

  it("refuses paths without a priority", () => {
    expect(faultsOf({ service: { routes: { priority: undefined } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "nothing",
        problem: '"priority" is missing',
        allowed: 'a whole number from 1 to 50000; or "default": true for what no rule matches',
        mend: 'add "priority": a whole number from 1 to 50000',
      },
    ]);
  });

  it("says of a priority of the wrong shape no more than that", () => {
    expect(faultsOf({ service: { routes: { priority: "first" } } }).map(({ problem }) => problem)).toEqual([
      "is a text",
    ]);
  });

  it("takes a service that gets what no rule matches, and has no other routes", () => {
    const routes = { default: true, priority: undefined, paths: undefined };
    expect(load({ service: { routes } }).services[0]?.routes).toEqual({
      default: true,
      paths: [],
      hosts: [],
      sourceCidrs: [],
    });
  });

  it.each([
    ["priority", { priority: 5 }, "5"],
    ["paths", { paths: ["/web"] }, '["/web"]'],
    ["hosts", { hosts: ["app.example.com"] }, '["app.example.com"]'],
    ["sourceCidrs", { sourceCidrs: ["203.0.113.0/24"] }, '["203.0.113.0/24"]'],
  ])('refuses "%s" beside "default"', (key, more, given) => {
    const routes = { default: true, priority: undefined, paths: undefined, ...more };
    expect(faultsOf({ service: { routes } })).toEqual([
      {
        file: SERVICE_FILE,
        path: `$.routes.${key}`,
        given,
        problem: `"${key}" beside "default": what no rule matches goes to this service, whatever it is`,
        allowed: '"default": true alone',
        mend: `remove "${key}", or "default"`,
      },
    ]);
  });

  it("refuses a path without a slash", () => {
    expect(faultsOf({ service: { routes: { paths: ["web"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"web"',
        problem: 'does not start with "/"',
        allowed: 'a path that starts with "/"',
        mend: 'write "/web"',
      },
    ]);
  });

  it("refuses a path that ends with a slash", () => {
    expect(faultsOf({ service: { routes: { paths: ["/web/"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web/"',
        problem: 'ends with "/"; its sub-paths belong to a path anyway',
        allowed: 'a path without "/" at its end',
        mend: 'write "/web"',
      },
    ]);
  });

  it("refuses characters that a load balancer refuses", () => {
    expect(faultsOf({ service: { routes: { paths: ["/a b%20;c"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/a b%20;c"',
        problem: 'holds " ", "%", ";", which a load balancer refuses in a path',
        allowed: "letters, digits, and _ - . $ / ~ \" ' @ : + & with the wildcards * and ?",
        mend: 'leave these characters out; "?" or "*" match any',
      },
    ]);
  });

  it("refuses a path whose pattern for sub-paths has over 128 characters", () => {
    expect(faultsOf({ service: { routes: { paths: [`/${"a".repeat(126)}`] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given:
          '"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...',
        problem: "has 127 characters",
        allowed: "126 characters at most: its sub-paths' pattern /aaaa.../* may have 128",
        mend: "shorten it by 1",
      },
    ]);
  });

  it("refuses a pattern of over 128 characters", () => {
    expect(faultsOf({ service: { routes: { paths: [`/${"a".repeat(127)}*`] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given:
          '"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...',
        problem: "has 129 characters",
        allowed: "128 characters at most",
        mend: "shorten it by 1",
      },
    ]);
  });

  it("refuses a path that is given twice", () => {
    expect(faultsOf({ service: { routes: { paths: ["/web", "/shop", "/web"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[2]",
        given: '"/web"',
        problem: 'the path "/web" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses a path with more wildcards than a rule may have", () => {
    expect(faultsOf({ service: { routes: { paths: ["/a*b*c*", "/?/?/?"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[1]",
        given: '"/?/?/?"',
        problem: "makes 7 wildcards: /?/?/? and /?/?/?/*",
        allowed: "5 wildcards (* and ?) in a listener rule",
        mend: "use fewer wildcards",
      },
    ]);
  });

  it("refuses a host with a port", () => {
    expect(faultsOf({ service: { routes: { hosts: ["app.example.com:80"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.hosts[0]",
        given: '"app.example.com:80"',
        problem: "is not a host name that a load balancer compares with",
        allowed:
          'letters, digits, "-", ".", "*" and "?", at least one "." and only letters after the last, 128 characters at most',
        mend: 'write for example "app.example.com" or "*.example.com", without scheme, port or path',
      },
    ]);
  });

  it("refuses a host without a dot", () => {
    expect(faultsOf({ service: { routes: { hosts: ["localhost"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.hosts[0]",
        given: '"localhost"',
        problem: "is not a host name that a load balancer compares with",
        allowed:
          'letters, digits, "-", ".", "*" and "?", at least one "." and only letters after the last, 128 characters at most',
        mend: 'write for example "app.example.com" or "*.example.com", without scheme, port or path',
      },
    ]);
  });

  it("refuses a host that is given twice", () => {
    expect(faultsOf({ service: { routes: { hosts: ["a.example.com", "a.example.com"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.hosts[1]",
        given: '"a.example.com"',
        problem: 'the host "a.example.com" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses a source that is given twice", () => {
    expect(faultsOf({ service: { routes: { sourceCidrs: ["192.0.2.0/24", "192.0.2.0/24"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.sourceCidrs[1]",
        given: '"192.0.2.0/24"',
        problem: 'the block "192.0.2.0/24" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses a source that is no CIDR block", () => {
    expect(faultsOf({ service: { routes: { sourceCidrs: ["203.0.113.7"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.sourceCidrs[0]",
        given: '"203.0.113.7"',
        problem: "is not a CIDR block",
        allowed: 'an IPv4 or IPv6 CIDR block such as "10.0.0.0/16"',
        mend: 'write an IPv4 or IPv6 CIDR block such as "10.0.0.0/16"',
      },
    ]);
  });

  it("refuses a source with bits beyond its prefix", () => {
    expect(faultsOf({ service: { routes: { sourceCidrs: ["2001:db8::1/32"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.sourceCidrs[0]",
        given: '"2001:db8::1/32"',
        problem: "has bits set beyond its prefix of 32 bits",
        allowed: "a block that starts at its first address",
        mend: 'write "2001:db8::/32"',
      },
    ]);
  });

  it("refuses the broadcast address as a source", () => {
    expect(faultsOf({ service: { routes: { sourceCidrs: ["255.255.255.255/32"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.sourceCidrs[0]",
        given: '"255.255.255.255/32"',
        problem: "is the broadcast address, which a load balancer refuses as a source",
        allowed: "any other CIDR block",
        mend: "remove it",
      },
    ]);
  });

  it("refuses hosts that leave no room for a path", () => {
    expect(
      faultsOf({
        service: { routes: { hosts: ["a.example.com", "b.example.com", "c.example.com", "d.example.com"] } },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.hosts",
        given: '["a.example.com","b.example.com","c.example.com","d.example.com"]',
        problem: '4 "hosts" and 0 "sourceCidrs" leave no room in a listener rule for /web and /web/*',
        allowed: "5 condition values in a rule, so 3 hosts and source blocks together",
        mend: 'remove 1, join hosts by a wildcard ("*.example.com"), or blocks by a shorter prefix',
      },
    ]);
  });

  it("refuses sources that leave no room for a path", () => {
    expect(
      faultsOf({
        service: {
          routes: { hosts: ["a.example.com"], sourceCidrs: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"] },
        },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.sourceCidrs",
        given: '["192.0.2.0/24","198.51.100.0/24","203.0.113.0/24"]',
        problem: '1 "hosts" and 3 "sourceCidrs" leave no room in a listener rule for /web and /web/*',
        allowed: "5 condition values in a rule, so 3 hosts and source blocks together",
        mend: 'remove 1, join hosts by a wildcard ("*.example.com"), or blocks by a shorter prefix',
      },
    ]);
  });

  it("refuses hosts with wildcards that leave none for a path", () => {
    expect(faultsOf({ service: { routes: { hosts: ["*.*.*.example.com", "?.?.example.com"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.hosts",
        given: '["*.*.*.example.com","?.?.example.com"]',
        problem: "the hosts' 5 wildcards leave too few in a listener rule for /web and /web/*",
        allowed: "5 wildcards (* and ?) in a rule, so 4 in all hosts together",
        mend: "use fewer wildcards",
      },
    ]);
  });

  it("refuses priority 0", () => {
    expect(faultsOf({ service: { routes: { priority: 0 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "0",
        problem: "is less than 1",
        allowed: "a whole number from 1 to 50000",
        mend: "write a whole number from 1 to 50000",
      },
    ]);
  });

  it("refuses priority 50001", () => {
    expect(faultsOf({ service: { routes: { priority: 50001 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "50001",
        problem: "is more than 50000",
        allowed: "a whole number from 1 to 50000",
        mend: "write a whole number from 1 to 50000",
      },
    ]);
  });

  it("refuses a priority whose further rules go beyond 50000", () => {
    expect(faultsOf({ service: { routes: { priority: 49999, paths: ["/a", "/b", "/c", "/d", "/e"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "49999",
        problem: "the paths need 3 rules, the last with priority 50001",
        allowed: "priorities up to 50000",
        mend: "write 49998 or less",
      },
    ]);
  });

  it("refuses a public block that is no CIDR block", () => {
    expect(faultsOf({ service: { publicCidrs: ["everybody"] } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.publicCidrs[0]",
        given: '"everybody"',
        problem: "is not a CIDR block",
        allowed: 'an IPv4 CIDR block such as "10.0.0.0/16"',
        mend: 'write an IPv4 CIDR block such as "10.0.0.0/16"',
      },
    ]);
  });

  it("refuses a public block of IPv6", () => {
    expect(faultsOf({ service: { publicCidrs: ["2001:db8::/32"] } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.publicCidrs[0]",
        given: '"2001:db8::/32"',
        problem: "is an IPv6 block",
        allowed: 'an IPv4 CIDR block such as "10.0.0.0/16"',
        mend: 'write an IPv4 CIDR block such as "10.0.0.0/16"',
      },
    ]);
  });

  it("refuses more public blocks than a security group has rules for", () => {
    const blocks = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);
    expect(faultsOf({ service: { publicCidrs: blocks(59) } })).toEqual([]);
    expect(faultsOf({ service: { publicCidrs: blocks(60) } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.publicCidrs",
        given: expect.stringMatching(/^\["10\.0\.0\.0\/24",/),
        problem: "60 blocks, each of which is a rule of the security group",
        allowed: "59 at most",
        mend: "remove 1, or join blocks by a shorter prefix",
      },
    ]);
  });
});
