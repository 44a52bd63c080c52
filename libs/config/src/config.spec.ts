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

describe('a configuration in production', () => {
  class WithSecrets extends ExampleConfig {
    @SecretField()
    apiKeyPepper: Secret = new Secret('local');

    /** None is meant when it is not given. */
    @SecretField()
    proxyPassword: Secret = new Secret('');
  }
  const production = { NODE_ENV: 'production' };
  const secrets = { SERVICE_TOKEN_SECRET: 'kept-elsewhere', API_KEY_PEPPER: 'kept-elsewhere-too' };

  it('is refused while a secret is the one that everybody can read here', () => {
    for (const wrong of [{}, { SERVICE_TOKEN_SECRET: '', API_KEY_PEPPER: 'local' }]) {
      expect(() => readConfig(WithSecrets, { ...production, ...wrong })).toThrow(/SERVICE_TOKEN_SECRET must be set in production[^]*API_KEY_PEPPER must be set in production/);
    }
  });

  it('names that beside everything else that is wrong', () => {
    expect(() => readConfig(WithSecrets, { ...production, ...secrets, API_KEY_PEPPER: 'local', PORT: '70000' })).toThrow(/PORT[^]*API_KEY_PEPPER/);
  });

  it('is taken with secrets of its own; one that may be left out may be left out', () => {
    const config = readConfig(WithSecrets, { ...production, ...secrets });

    expect([config.apiKeyPepper.reveal(), config.proxyPassword.reveal()]).toEqual(['kept-elsewhere-too', '']);
  });

  it('is the laptop’s anywhere else', () => {
    for (const NODE_ENV of ['', 'development', 'test']) expect(readConfig(WithSecrets, { NODE_ENV }).apiKeyPepper.reveal()).toBe('local');
  });
});

describe('a secret', () => {
  it('never prints itself', () => {
    const secret = new Secret('hunter2');

    expect([String(secret), JSON.stringify({ secret }), inspect({ secret })].join()).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});
