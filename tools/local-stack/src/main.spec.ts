import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { readResources } from './resources.ts';
import { startLocalStack } from './start-local-stack.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const anyPorts = { AWS_PORT: '0', DYNAMODB_PORT: '0', REDIS_PORT: '0', REDIS_URL: '' };
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const localStack = (environment: Record<string, string>, args: string[] = []) => run('tools/local-stack/src/main.ts', environment, args);

function run(file: string, environment: Record<string, string>, args: string[] = []) {
  const node = ['--conditions=source', '--import', './tools/workspace/register.mjs', file];
  const child = spawn(process.execPath, [...node, ...args], { cwd: root, env: { ...process.env, NODE_OPTIONS: '', ...environment } });
  running.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  return { child, output, ended: once(child, 'close').then(([code]) => code as number) };
}

describe('the local-stack command', () => {
  it('says in one line that it is ready and where, and stops when told to', async () => {
    const { child, output, ended } = localStack(anyPorts);

    await until('the ready line', () => output.out.includes('\n'), 30_000);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output.out)?.[0];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');

    expect(await ended).toBe(0);
    expect(output.out).toMatch(/^local-stack is ready: SQS, SNS, S3 http\S+ · DynamoDB http\S+ · Redis redis:\S+ \(\d+ ms\)\n$/);
    expect(output.err).toBe('');
  }, 60_000);

  it('names the port that is taken and the variable that moves it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const { output, ended } = localStack(anyPorts, ['--dynamodb-port', String(port)]);
    const code = await ended;
    server.close();

    expect(code).toBe(2);
    expect(output.err).toBe(`Port ${port} is taken. Stop what uses it, or choose another with DYNAMODB_PORT.\n`);
  }, 60_000);

  it('starts no Redis when there is one', async () => {
    const { output } = localStack({ ...anyPorts, REDIS_URL: 'redis://user:secret@redis.example:6380' });

    await until('the ready line', () => output.out.includes('\n'), 30_000);

    expect(output.out).toContain('Redis redis://redis.example:6380 ');
    expect(output.out).not.toContain('secret');
  }, 60_000);
});

describe('the provision command', () => {
  it('creates the resources where the environment says, and changes nothing that is there', async () => {
    const stack = await startLocalStack({ resources: { tables: [], queues: [], topics: [], subscriptions: [], buckets: [] } });
    const client = new DynamoDBClient({ region: 'us-east-1', endpoint: stack.dynamodbUrl, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
    const provision = () => run('tools/local-stack/src/provision.ts', stack.env).ended;
    const tables = async () => (await client.send(new ListTablesCommand({}))).TableNames ?? [];

    const before = await tables();
    const first = await provision();
    const created = await tables();
    const second = await provision();
    client.destroy();
    await stack.close();

    expect([before, first, second]).toEqual([[], 0, 0]);
    expect(created.toSorted()).toEqual(readResources().tables.map(({ name }) => name).toSorted());
  }, 60_000);
});
