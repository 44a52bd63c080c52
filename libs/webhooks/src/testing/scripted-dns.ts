import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** One record of an answer: an IPv4 or IPv6 address, or another name. */
export type DnsRecord = { a: string } | { aaaa: string } | { cname: string };
/** What a name answers to its first, second, … question of a kind; the last answer stays. */
export type DnsScript = Readonly<Record<string, { A?: readonly DnsRecord[][]; AAAA?: readonly DnsRecord[][] }>>;

export interface ScriptedDns {
  /** For a resolver's list of servers. */
  server: string;
  /** Every question, as `A hooks.attacker.jp`. */
  asked: readonly string[];
  close(): void;
}

const TYPES = new Map([
  [1, 'A'],
  [28, 'AAAA'],
] as const);
const NAME_ERROR = 3;

/** A name server on loopback that answers as it is told, each answer to live for 0 seconds. */
export async function startScriptedDns(script: DnsScript): Promise<ScriptedDns> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = question(query);
    const kind = TYPES.get(type as 1 | 28);
    const entry = `${kind ?? type} ${name}`;
    const answers = kind && script[name]?.[kind];
    const records = answers?.[Math.min(asked.filter((one) => one === entry).length, answers.length - 1)] ?? [];
    asked.push(entry);
    socket.send(answer(query, end, name, records, name in script ? 0 : NAME_ERROR), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { server: `127.0.0.1:${socket.address().port}`, asked, close: () => socket.close() };
}

/** The first question, and where it ends. Labels of a question are never compressed. */
function question(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answer(query: Buffer, questionEnd: number, name: string, records: readonly DnsRecord[], responseCode: number): Buffer {
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response, recursion desired and available.
  header.writeUInt16BE(0x8180 | responseCode, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  let owner = name;
  const bodies = records.map((record) => {
    const bytes = toRecord(owner, record);
    if ('cname' in record) owner = record.cname;
    return bytes;
  });
  return Buffer.concat([header, query.subarray(12, questionEnd), ...bodies]);
}

function toRecord(owner: string, record: DnsRecord): Buffer {
  const [type, data] = 'a' in record ? [1, ipv4(record.a)] : 'aaaa' in record ? [28, ipv6(record.aaaa)] : [5, encodedName(record.cname)];
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(0, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodedName(owner), fixed, data]);
}

const encodedName = (name: string): Buffer =>
  Buffer.concat([...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])), Buffer.from([0])]);
const ipv4 = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

function ipv6(address: string): Buffer {
  const [before = '', after = ''] = address.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left, right] = [groups(before), groups(after)];
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
