// Preloaded (`node --import`) into Node processes that are to find the names of AWS on this machine: those of the private
// DNS namespaces, of Service Connect, of load balancers, and what is at an address of AWS's own. The file that
// EXPRESS_ON_ECS_NAMES names says where they are (address-book.ts); without one, nothing is changed. It may come late, and
// change at any time. Answered by it: dns.lookup, resolve4 and resolveSrv, with callbacks and promises, and every TCP
// connection. Not by it: instances of dns.Resolver.
import dns from "node:dns";
import { readFileSync, statSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import process from "node:process";

const FILE = process.env.EXPRESS_ON_ECS_NAMES;

/** Seconds; what ECS's service discovery sets by default. */
const TTL = 60;

/** What Node says of a name that there is not (uv.h, UV_EAI_NONAME). */
const UNKNOWN_NAME = -3008;

let version = "";
let book = bookOf("{}");

function bookOf(text) {
  const { names = {}, endpoints = {}, namespaces = [] } = JSON.parse(text);
  // A name that leads to endpoints only has addresses too.
  const served = {};
  for (const [key, places] of Object.entries(endpoints)) {
    const host = key.slice(0, key.lastIndexOf(":"));
    served[host] = [...(served[host] ?? []), ...places];
  }
  return { names, endpoints, namespaces, served };
}

/** The newest book that can be read: a file that is missing or half written is no reason to forget the last one. */
function newestBook() {
  try {
    const { ino, mtimeMs, size } = statSync(FILE);
    const found = `${ino} ${mtimeMs} ${size}`;
    if (found !== version) {
      book = bookOf(readFileSync(FILE, "utf8"));
      version = found;
    }
  } catch {}
  return book;
}

/** All that is known of a name; `undefined` where it is none of ours. */
function entriesOf(hostname) {
  if (typeof hostname !== "string" || net.isIP(hostname) !== 0) return undefined;
  const host = hostname.toLowerCase().replace(/\.$/, "");
  const { names, served, namespaces } = newestBook();
  for (const known of [names, served]) if (Object.hasOwn(known, host)) return known[host];
  return namespaces.some((namespace) => host === namespace || host.endsWith(`.${namespace}`)) ? [] : undefined;
}

/** In another order each time, as DNS gives them. */
function shuffled(list) {
  const found = [...list];
  for (let last = found.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [found[last], found[other]] = [found[other], found[last]];
  }
  return found;
}

/** The addresses of a name. An SRV record has a name of its own for each. */
function addressesOf(entries) {
  return shuffled([...new Set(entries.filter(({ name }) => name === undefined).map(({ address }) => address))]);
}

function fault(syscall, code, hostname, more = {}) {
  return Object.assign(new Error(`${syscall} ${code} ${hostname}`), { code, syscall, hostname, ...more });
}

function lookUp(hostname, entries, options) {
  const { all = false, family = 0 } = typeof options === "object" && options !== null ? options : { family: options };
  const wanted = { 4: 4, IPv4: 4, 6: 6, IPv6: 6 }[family] ?? 0;
  const found = addressesOf(entries)
    .map((address) => ({ address, family: net.isIP(address) }))
    .filter((one) => wanted === 0 || one.family === wanted);
  if (found.length === 0) throw fault("getaddrinfo", "ENOTFOUND", hostname, { errno: UNKNOWN_NAME });
  return all ? found : found[0];
}

function resolveAddresses(hostname, entries, options) {
  const found = addressesOf(entries);
  if (found.length === 0) throw fault("queryA", entries.length === 0 ? "ENOTFOUND" : "ENODATA", hostname);
  return options?.ttl ? found.map((address) => ({ address, ttl: TTL })) : found;
}

function resolveServices(hostname, entries) {
  const found = shuffled(entries.filter(({ name }) => name !== undefined));
  if (found.length === 0) throw fault("querySrv", entries.length === 0 ? "ENOTFOUND" : "ENODATA", hostname);
  return found.map(({ name, port }) => ({ name, port, priority: 1, weight: 1 }));
}

/** Puts an answer of ours before a function of `dns` and before the one of `dns.promises`. */
function answerFirst(name, answer, toArguments = (value) => [value]) {
  const [asked, promised] = [dns[name], dns.promises[name]];
  const answering = function (hostname, ...rest) {
    const callback = rest.at(-1);
    const entries = typeof callback === "function" ? entriesOf(hostname) : undefined;
    if (entries === undefined) return asked.call(this, hostname, ...rest);
    process.nextTick(() => {
      let given;
      try {
        given = [null, ...toArguments(answer(hostname, entries, rest.length > 1 ? rest[0] : undefined))];
      } catch (error) {
        given = [error];
      }
      callback(...given);
    });
    return {};
  };
  // util.promisify(dns.lookup) knows by a symbol of Node's what its callback is given.
  for (const symbol of Object.getOwnPropertySymbols(asked)) answering[symbol] = asked[symbol];
  dns[name] = answering;
  dns.promises[name] = async function (hostname, options) {
    const entries = entriesOf(hostname);
    return entries === undefined ? promised.call(this, hostname, options) : answer(hostname, entries, options);
  };
}

/** Where a host and port lead that are not to be found under them; `undefined` where they are what they say. */
function placesOf(host, port) {
  if (typeof host !== "string") return undefined;
  const key = `${host.toLowerCase().replace(/\.$/, "")}:${port}`;
  const { endpoints } = newestBook();
  return Object.hasOwn(endpoints, key) ? endpoints[key] : undefined;
}

/** Arguments of `Socket.connect` as they are given: an object, or a port and a host. */
function readConnect([first, second]) {
  if (typeof first === "object" && first !== null) return { host: first.host, port: first.port };
  return { host: second, port: first };
}

function divertConnections() {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    // What net.connect passes on is one array, with a mark of Node's on it: it has to stay the same array.
    const given = Array.isArray(args[0]) ? args[0] : args;
    const { host, port } = readConnect(given);
    const places = placesOf(host, port);
    if (places === undefined) return connect.apply(this, args);
    if (places.length === 0) {
      const refused = fault("connect", "ECONNREFUSED", host, { port });
      process.nextTick(() => this.destroy(refused));
      return this;
    }
    const { address, port: there } = places[Math.floor(Math.random() * places.length)];
    if (typeof given[0] === "object") given[0] = { ...given[0], host: address, port: there };
    else given.splice(0, 2, there, address);
    return connect.apply(this, args);
  };
}

if (FILE) {
  answerFirst("lookup", lookUp, (found) => (Array.isArray(found) ? [found] : [found.address, found.family]));
  answerFirst("resolve4", resolveAddresses);
  answerFirst("resolveSrv", resolveServices);
  divertConnections();
  syncBuiltinESMExports();
}
