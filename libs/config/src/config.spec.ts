import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { IsArray, IsBoolean, IsInt, IsUrl, Max, Min } from 'class-validator';
import { ConfigError, Flag, List, readConfig, Secret, SecretField, ServiceConfig } from './index.ts';

class ExampleConfig extends ServiceConfig {
  @IsInt()
  @Min(1)
  @Max(90_000)
  turnTimeoutMs: number = 90_000;

  @IsUrl({ require_tld: false })
  toolServiceUrl: string = 'http://127.0.0.1:3002';

  @Flag()
  @IsBoolean()
  allowGuests: boolean = true;

  @SecretField()
  serviceTokenSecret: Secret = new Secret('local');

  @List()
  @IsArray()
  allowedOrigins: string[] = ['http://127.0.0.1:4200'];
}

describe('reading a configuration', () => {
  it('works with no environment at all', () => {
    expect(readConfig(ExampleConfig, {})).toMatchObject({
      host: '127.0.0.1',
      turnTimeoutMs: 90_000,
      allowGuests: true,
      allowedOrigins: ['http://127.0.0.1:4200'],
    });
    expect(readConfig(ExampleConfig, {}).serviceTokenSecret.reveal()).toBe('local');
  });

  it('takes each field from the variable of its name', () => {
    const config = readConfig(ExampleConfig, {
      PORT: '3001',
      TURN_TIMEOUT_MS: '1000',
      ALLOW_GUESTS: 'false',
      SERVICE_TOKEN_SECRET: 'for-tests-only',
      ALLOWED_ORIGINS: 'https://a.example, https://b.example',
    });

    expect(config).toMatchObject({ port: 3001, turnTimeoutMs: 1000, allowGuests: false });
    expect(config.allowedOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(config.serviceTokenSecret.reveal()).toBe('for-tests-only');
  });

  it('names every bad variable at once, and no value', () => {
    const wrong = { TURN_TIMEOUT_MS: 'soon', ALLOW_GUESTS: 'perhaps', TOOL_SERVICE_URL: 'not a url', PORT: '70000' };

    expect(() => readConfig(ExampleConfig, wrong)).toThrow(ConfigError);
    try {
      readConfig(ExampleConfig, wrong);
    } catch (error) {
      const { message } = error as ConfigError;
      for (const variable of Object.keys(wrong)) expect(message).toContain(variable);
      for (const value of Object.values(wrong)) expect(message).not.toContain(value);
    }
  });

  it('gives a frozen result', () => {
    expect(Object.isFrozen(readConfig(ExampleConfig, {}))).toBe(true);
  });
});

describe('a secret', () => {
  it('never prints itself', () => {
    const secret = new Secret('hunter2');

    expect([String(secret), JSON.stringify({ secret }), inspect({ secret })].join()).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});
