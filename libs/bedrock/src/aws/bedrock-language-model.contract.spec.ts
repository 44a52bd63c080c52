import { afterAll, beforeAll, describe } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { openBedrockLanguageModel } from '../index.ts';
import { languageModelContract, RecordedLedger, type ModelFault } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const FAULTS: Readonly<Record<ModelFault, object>> = {
  throttled: { kind: 'throttle' },
  retired: { kind: 'eol' },
  'invalid-request': { kind: 'validation' },
  cut: { kind: 'cut', after: 3 },
  'error-in-stream': { kind: 'midstream', name: 'modelStreamErrorException', after: 3 },
  stall: { kind: 'stall', after: 3 },
};

describe('BedrockLanguageModel on a local Bedrock', () => {
  let bedrock: BedrockLocal;
  beforeAll(async () => {
    bedrock = await startBedrockLocal();
  });
  afterAll(() => bedrock.close());

  const admin = async (path: string, body: object = {}) => {
    const answer = await fetch(`${bedrock.url}/_admin/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };

  languageModelContract(async () => {
    await admin('reset');
    const ledger = new RecordedLedger();
    const model = openBedrockLanguageModel({ ledger, endpoint: bedrock.url, random: () => 0 });
    return {
      model,
      ledger,
      breakBy: (fault) => admin('faults', { ...FAULTS[fault], times: 'forever' }),
      close: () => model.close(),
    };
  });
});
