import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { until } from '@manga-assist/foundation/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openModelCatalogue, warnOfLifecycles } from '../index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const HAIKU = 'global.anthropic.claude-haiku-4-5-20251001-v1:0';
const SONNET = 'global.anthropic.claude-sonnet-4-6';

describe('the question whether models are still served', () => {
  let lines: { fields: object; message: string }[];
  beforeEach(() => {
    lines = [];
  });
  const logger = { warn: (fields: object, message: string) => void lines.push({ fields, message }) };

  describe('asked of a local Bedrock', () => {
    let bedrock: BedrockLocal;
    beforeEach(async () => {
      bedrock = await startBedrockLocal();
    });
    afterEach(() => bedrock.close());

    it('is answered with the day on which a legacy model ends, and what replaces it', async () => {
      await warnOfLifecycles(openModelCatalogue({ sonnet: SONNET }), { logger, endpoint: bedrock.url });

      expect(lines).toEqual([
        {
          fields: { modelId: 'anthropic.claude-3-haiku-20240307-v1:0', aliases: ['haiku'] },
          message: 'Claude 3 Haiku is a legacy model on AWS, until 2026-09-10; choose anthropic.claude-haiku-4-5-20251001-v1:0.',
        },
      ]);
    });

    it('is answered with nothing for models that are well', async () => {
      await warnOfLifecycles(openModelCatalogue({ haiku: HAIKU, sonnet: SONNET }), { logger, endpoint: bedrock.url });

      expect(lines).toEqual([]);
    });
  });

  describe('asked of an AWS that', () => {
    let server: Server;
    let answer: (asked: string) => { status: number; type?: string; body: object } | undefined;
    let asked: string[];
    beforeEach(async () => {
      asked = [];
      server = createServer((request, response) => {
        asked.push(decodeURIComponent(request.url ?? ''));
        const reply = answer(asked.at(-1) ?? '');
        if (reply) response.writeHead(reply.status, { 'content-type': 'application/json', ...(reply.type && { 'x-amzn-errortype': reply.type }) }).end(JSON.stringify(reply.body));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const catalogue = openModelCatalogue({ haiku: HAIKU, sonnet: `${SONNET},us.anthropic.claude-sonnet-4-6` });

    it('does not know a model any more names living ones', async () => {
      answer = (path) => (path.includes('haiku') ? { status: 404, type: 'ResourceNotFoundException', body: { message: 'no' } } : { status: 200, body: { modelDetails: { modelLifecycle: { status: 'ACTIVE' } } } });

      await warnOfLifecycles(catalogue, { logger, endpoint: endpoint() });

      expect(asked.sort()).toEqual(['/foundation-models/anthropic.claude-haiku-4-5-20251001-v1:0', '/foundation-models/anthropic.claude-sonnet-4-6']);
      expect(lines.map(({ message }) => message)).toEqual([expect.stringMatching(/^Claude Haiku 4\.5 is not served by AWS in this region; choose another: .*anthropic\.claude-sonnet-4-6/)]);
      expect(lines[0]?.message).not.toContain('claude-3');
    });

    it('refuses the question is logged once, and stops nothing', async () => {
      answer = () => ({ status: 403, type: 'AccessDeniedException', body: { message: 'no' } });

      await warnOfLifecycles(catalogue, { logger, endpoint: endpoint() });

      expect(lines).toEqual([{ fields: { error: 'AccessDeniedException' }, message: 'AWS could not be asked whether the models are still served' }]);
    });

    it('does not answer is not waited for', async () => {
      answer = () => undefined;
      const timers = new StoppedTimers();

      const done = warnOfLifecycles(catalogue, { logger, endpoint: endpoint(), timers });
      await until('the questions', () => asked.length === 2);
      timers.advance(5_000);
      await done;

      expect(lines).toHaveLength(1);
    });
  });

  it('is asked of nobody where the environment sends the calls elsewhere', async () => {
    process.env['AWS_ENDPOINT_URL_BEDROCK'] = 'http://127.0.0.1:1';
    try {
      await warnOfLifecycles(openModelCatalogue(), { logger });
    } finally {
      delete process.env['AWS_ENDPOINT_URL_BEDROCK'];
    }

    expect(lines).toEqual([]);
  });
});
