import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@manga-assist/config';
import { RestApiConfig } from './config.ts';

describe('the configuration of rest-api', () => {
  it('is the local one where the environment says nothing', () => {
    expect(readConfig(RestApiConfig, {})).toMatchObject({
      port: 3000,
      allowedOrigins: ['http://127.0.0.1:4200', 'http://localhost:4200'],
      toolServiceUrl: 'http://127.0.0.1:3002',
      redisUrl: 'redis://127.0.0.1:4568',
      modelTimeoutMs: 15_000,
    });
  });

  it('takes the names of a network of containers', () => {
    const config = readConfig(RestApiConfig, { TOOL_SERVICE_URL: 'http://tool-service:3002', REDIS_URL: 'redis://valkey:6379', CACHE_TTL_SECONDS: '60' });

    expect(config).toMatchObject({ toolServiceUrl: 'http://tool-service:3002', redisUrl: 'redis://valkey:6379', cacheTtlSeconds: 60 });
  });

  it('is refused in production with any of the laptop’s secrets', () => {
    const secrets = { SERVICE_TOKEN_SECRET: 'a', API_KEY_PEPPER: 'b', WEBHOOK_SECRET_KEY: 'c' };

    expect(readConfig(RestApiConfig, { NODE_ENV: 'production', ...secrets }).nodeEnv).toBe('production');
    for (const variable of Object.keys(secrets)) {
      expect(() => readConfig(RestApiConfig, { NODE_ENV: 'production', ...secrets, [variable]: 'local' })).toThrow(new RegExp(`${variable} must be set in production`));
    }
  });

  it.each([{ REDIS_URL: 'localhost:6379' }, { MODEL_TIMEOUT_MS: '60000' }, { CACHE_TTL_SECONDS: '0' }, { TOOL_SERVICE_URL: 'tool-service' }])('refuses %j', (wrong) => {
    expect(() => readConfig(RestApiConfig, wrong)).toThrow(Object.keys(wrong)[0]);
  });
});
