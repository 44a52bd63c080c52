import { openBedrockLanguageModel, openDynamoUsageLedger, type LanguageModel, type ModelCall, type ModelRequest, type UsageLedger } from '@manga-assist/bedrock';
import { MAX_TOKENS, QUESTION, StreamWatch, SYSTEM, type BenchClient, type StreamSeen } from './bench-client.ts';

const REQUEST: ModelRequest = { model: 'haiku', system: SYSTEM, messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION }] }], maxTokens: MAX_TOKENS };

/** libs/bedrock as the services open it: retries, limits, deadline, price, calibration, and the ledger written to a table. */
export class OurClient implements BenchClient {
  readonly #ledger: UsageLedger;
  readonly #model: LanguageModel;

  constructor(endpoint: string) {
    this.#ledger = openDynamoUsageLedger({ table: 'usage', endpoint });
    this.#model = openBedrockLanguageModel({ ledger: this.#ledger, endpoint });
  }

  async invoke(): Promise<void> {
    const { stopReason } = await this.#model.invoke(REQUEST, aCall());
    if (stopReason !== 'end_turn') throw new Error('the answer has no end');
  }

  async stream(): Promise<StreamSeen> {
    const watch = new StreamWatch();
    for await (const batch of this.#model.converseStream(REQUEST, aCall())) {
      for (const event of batch) if (event.type === 'text-delta') watch.token(event.text);
    }
    return watch.seen;
  }

  async close(): Promise<void> {
    await this.#ledger.close();
    await this.#model.close();
  }
}

function aCall(): ModelCall {
  return { attribution: { tenantId: 'store', subject: 'shopper-1', feature: 'bench', correlationId: 'trn_1' }, signal: new AbortController().signal };
}
