import { afterAll, beforeAll, describe } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { SystemClock } from '@manga-assist/foundation';
import { SystemTimers } from '@manga-assist/resilience';
import { openBedrockLanguageModel, withHedging, withRouting, type BedrockLanguageModelOptions, type LanguageModel } from '../index.ts';
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

type Wrap = (open: () => LanguageModel) => LanguageModel;
const hedged: Wrap = (open) => withHedging(open(), { second: open(), clock: new SystemClock(), timers: new SystemTimers() });

describe.each<[string, Wrap, Partial<BedrockLanguageModelOptions>?]>([
  ['BedrockLanguageModel', (open) => open()],
  ['a routed BedrockLanguageModel', (open) => withRouting(open())],
  ['a hedged BedrockLanguageModel', hedged],
  ["a BedrockLanguageModel with the SDK's reader", (open) => open(), { streamReader: 'sdk' }],
])('%s on a local Bedrock', (_, wrap, options) => {
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
    const model = wrap(() => openBedrockLanguageModel({ ledger, endpoint: bedrock.url, random: () => 0, ...options }));
    return {
      model,
      ledger,
      breakBy: (fault) => admin('faults', { ...FAULTS[fault], times: 'forever' }),
      close: () => model.close(),
    };
  });
});
