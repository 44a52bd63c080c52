import { BlockList, isIP } from 'node:net';

/** IANA's special-purpose IPv4 networks, multicast and class E: nobody on the public internet answers there. */
const NOT_PUBLIC_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** IPv6 is allowed by list: global unicast, less what is special in it (Teredo, 6to4, documentation, AS112). */
const GLOBAL_V6: readonly [string, number][] = [['2000::', 3]];
const NOT_PUBLIC_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['2620:4f:8000::', 48],
];

const listOf = (family: 'ipv4' | 'ipv6', networks: readonly [string, number][]): BlockList => {
  const list = new BlockList();
  for (const [address, bits] of networks) list.addSubnet(address, bits, family);
  return list;
};
const v4Denied = listOf('ipv4', NOT_PUBLIC_V4);
const v6Allowed = listOf('ipv6', GLOBAL_V6);
const v6Denied = listOf('ipv6', NOT_PUBLIC_V6);

/** Whether an address, as a resolver gave it, is one of the public internet. Anything that is not plainly an address is not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !v4Denied.check(address, 'ipv4');
    case 6:
      // IPv4 in IPv6's clothes (::ffff:, 64:ff9b::) lies outside 2000::/3; a zone names an interface of ours.
      return !address.includes('%') && v6Allowed.check(address, 'ipv6') && !v6Denied.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Networks as `127.0.0.0/8` or `::1/128`. Errors: a RangeError that names the one that is none. */
export class Networks {
  readonly #list = new BlockList();
  readonly isEmpty: boolean;

  constructor(networks: readonly string[]) {
    this.isEmpty = networks.length === 0;
    for (const network of networks) {
      const [, address = '', bits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(network) ?? [];
      const family = isIP(address);
      if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) throw new RangeError(`${network} is not a network such as 127.0.0.0/8`);
      this.#list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  has(address: string): boolean {
    const family = isIP(address);
    // A BlockList takes ::ffff:127.0.0.1 for 127.0.0.1; we never dial such an address.
    if (family === 0 || address.toLowerCase().startsWith('::ffff:')) return false;
    return this.#list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
