import { describe, expect, it } from '@jest/globals';
import { help, readOptions } from './options.ts';
import { planStack } from './plan-stack.ts';
import { portSettings, readPorts } from './ports.ts';

const plan = (args: string[], environment: Record<string, string> = {}) => {
  const { processes, ports } = planStack('/repository', readOptions(args), readPorts(environment), environment);
  return { ports, named: new Map(processes.map((process) => [process.name, process])) };
};

describe('the plan of the stack', () => {
  it('has everything unless told otherwise, and each process after what it needs', () => {
    const { named, ports } = plan([]);

    expect([...named.keys()]).toEqual([
      'local-stack',
      'bedrock-local',
      'seed',
      'rest-api',
      'chat-gateway',
      'tool-service',
      'async-worker',
      'web',
    ]);
    expect(ports.toSorted()).toEqual(Object.keys(portSettings).toSorted());
    const seen = new Set<string>();
    for (const { name, after } of named.values()) {
      for (const needed of after) expect(seen).toContain(needed);
      seen.add(name);
    }
  });

  it('has only the services asked for, and the servers they need', () => {
    const { named, ports } = plan(['--only', 'chat-gateway,tool-service']);

    expect([...named.keys()]).toEqual(['local-stack', 'bedrock-local', 'seed', 'chat-gateway', 'tool-service']);
    expect(ports).not.toContain('rest-api');
    expect(named.get('chat-gateway')?.upWhen).toEqual({ url: 'http://127.0.0.1:3001/readyz' });
    expect(plan(['--only', 'chat-gateway']).named.get('chat-gateway')?.upWhen).toEqual({ url: 'http://127.0.0.1:3001/livez' });
    expect(plan(['--no-web']).named.has('web')).toBe(false);
  });

  it('tells every process where the others are, moved by PORT_OFFSET', () => {
    const { named } = plan([], { PORT_OFFSET: '100', REST_API_PORT: '8000' });

    expect(named.get('rest-api')?.env).toMatchObject({ PORT: '8100', TOOL_SERVICE_URL: 'http://127.0.0.1:3102', REDIS_URL: 'redis://127.0.0.1:4668' });
    expect(named.get('chat-gateway')?.env).toMatchObject({ PORT: '3101', CHAT_GATEWAY_URL: 'ws://127.0.0.1:3101/v1/chat', ALLOWED_ORIGINS: 'http://127.0.0.1:4300,http://localhost:4300' });
    expect(named.get('rest-api')?.env).not.toHaveProperty('PORT_OFFSET');
  });

  it('lets none of the person’s own AWS settings near the local servers', () => {
    const { named } = plan([], { AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'token', AWS_ENDPOINT_URL_S3: 'https://elsewhere.example', LOG_LEVEL: 'debug' });
    const environment = named.get('async-worker')?.env;

    expect(environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', LOG_LEVEL: 'debug' });
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_S3']) expect(environment).not.toHaveProperty(name);
  });

  it('with the real Bedrock keeps the credentials and sends nothing but the local services elsewhere', () => {
    const { named, ports } = plan(['--real-bedrock'], { AWS_PROFILE: 'work', AWS_REGION: 'eu-central-1' });
    const environment = named.get('chat-gateway')?.env;

    expect(named.has('bedrock-local')).toBe(false);
    expect(ports).not.toContain('bedrock-local');
    expect(environment).toMatchObject({ AWS_PROFILE: 'work', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:4566' });
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_ACCESS_KEY_ID']) expect(environment).not.toHaveProperty(name);
  });

  it('uses a Redis that runs already', () => {
    const { named, ports } = plan([], { REDIS_URL: 'redis://there:6379' });

    expect(ports).not.toContain('redis');
    expect(named.get('local-stack')?.env['REDIS_URL']).toBe('redis://there:6379');
    expect(named.get('chat-gateway')?.env['REDIS_URL']).toBe('redis://there:6379');
    expect(plan([], { REDIS_URL: '' }).named.get('local-stack')?.env).not.toHaveProperty('REDIS_URL');
  });
});

describe('the ports', () => {
  it('are all in the help', () => {
    for (const { variable, port } of Object.values(portSettings)) expect(help).toContain(`${variable} ${port}`);
  });

  it('are refused when they are none', () => {
    expect(() => readPorts({ WEB_PORT: 'x' })).toThrow('WEB_PORT must be a whole number.');
    expect(() => readPorts({ PORT_OFFSET: '63000' })).toThrow('a port is from 1 to 65535');
  });
});
