import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppError } from '@manga-assist/foundation';
import { readFileSync } from 'node:fs';
import { collectAnswer, openBedrockLanguageModel, type LanguageModel, type ModelAnswer } from '../index.ts';
import {
  aModelCall,
  aModelRequest,
  anthropicFrames,
  answers,
  BedrockEndpoint,
  converseFrames,
  exceptionFrame,
  RecordedLedger,
  refuses,
  streams,
  type Reply,
} from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const SONNET = 'anthropic.claude-3-sonnet-20240229-v1:0';
const request = aModelRequest('Hello', { model: 'sonnet' });

const OPERATIONS = {
  invoke: { isStream: false, ask: (model: LanguageModel) => model.invoke(request, aModelCall()) },
  converse: { isStream: false, ask: (model: LanguageModel) => model.converse(request, aModelCall()) },
  stream: { isStream: true, ask: (model: LanguageModel) => collectAnswer(model.stream(request, aModelCall())) },
  'converse-stream': { isStream: true, ask: (model: LanguageModel) => collectAnswer(model.converseStream(request, aModelCall())) },
} as const;
type OperationName = keyof typeof OPERATIONS;

const invokeBody = { content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 1 } };
const converseBody = { output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: 'end_turn', usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 } };
const GOOD: Readonly<Record<OperationName, Reply>> = {
  invoke: answers(invokeBody),
  converse: answers(converseBody),
  stream: streams(anthropicFrames(['Hi'])),
  'converse-stream': streams(converseFrames(['Hi'])),
};
/** The beginning of an answer with two tokens. */
const BEGUN: Readonly<Record<'stream' | 'converse-stream', Buffer[]>> = {
  stream: anthropicFrames(['one', 'two']).slice(0, 4),
  'converse-stream': converseFrames(['one', 'two']).slice(0, 3),
};

const STATUS: Readonly<Record<string, number>> = {
  ThrottlingException: 429,
  ModelNotReadyException: 429,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  InternalServerException: 500,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ModelStreamErrorException: 424,
  ValidationException: 400,
  ConflictException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
};

/** What Sonnet does; Haiku is always well. */
function failing(failure: string, when: string, operation: OperationName): Reply {
  const begun = operation === 'stream' || operation === 'converse-stream' ? BEGUN[operation] : [];
  const inStream = exceptionFrame(failure.charAt(0).toLowerCase() + failure.slice(1));
  switch (when) {
    case 'as an HTTP error':
      if (failure === 'end of life') return refuses(404, 'ResourceNotFoundException', { message: 'This model version has reached the end of its life.' });
      return refuses(STATUS[failure] ?? Number.NaN, failure);
    case 'as the first frame':
      return streams([inStream]);
    case 'after two tokens':
      return failure === 'cut' ? streams(begun, 'cut') : streams([...begun, inStream]);
    case 'in the body':
      return (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"', () => response.socket?.destroy());
    default:
      throw new Error(`the table says "${when}", which is not known here`);
  }
}

interface Row {
  failure: string;
  when: string;
  operations: OperationName[];
  outcome: string;
  sonnetCalls: number;
  haikuCalls: number;
  ledger: string;
}

function rowsOf(markdown: string): Row[] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('|')).slice(2);
  return lines.map((line) => {
    const [failure = '', when = '', kind = '', outcome = '', sonnetCalls, haikuCalls, ledger = ''] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    const operations = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => kind === 'all' || OPERATIONS[name].isStream === (kind === 'streams'));
    return { failure, when, operations, outcome, sonnetCalls: Number(sonnetCalls), haikuCalls: Number(haikuCalls), ledger };
  });
}

const ROWS = rowsOf(readFileSync(new URL('../../FAULTS.md', import.meta.url), 'utf8'));
const CASES = ROWS.flatMap((row) => row.operations.map((operation) => [row.failure, row.when, operation, row] as const));

describe.each(['ours', 'sdk'] as const)('the table of failures, with the reader of streams %s', (streamReader) => {
  let upstream: BedrockEndpoint;
  let ledger: RecordedLedger;
  let model: LanguageModel;
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    ledger = new RecordedLedger();
    model = openBedrockLanguageModel({ ledger, endpoint: upstream.url, random: () => 0, streamReader });
  });
  afterEach(async () => {
    await model.close();
    await upstream.close();
  });

  it('names every exception of every operation, before the first token and, of streams, after it', () => {
    const told = (when: string) => ROWS.filter((row) => row.when === when).map(({ failure }) => failure);

    expect(told('as an HTTP error').sort()).toEqual([...Object.keys(STATUS), 'end of life'].sort());
    expect(told('as the first frame')).toEqual(told('after two tokens').filter((failure) => failure !== 'cut'));
  });

  it.each(CASES)('holds for %s %s: %s', async (failure, when, operation, row) => {
    const fails = failing(failure, when, operation);
    upstream.reply((response, seen) => (seen.modelId === SONNET ? fails : GOOD[operation])(response, seen));

    const outcome = await OPERATIONS[operation].ask(model).then(answeredBy, (error: AppError) => error.code);

    const calls = upstream.requests.filter(({ modelId }) => modelId === SONNET).length;
    expect({ outcome, sonnetCalls: calls, haikuCalls: upstream.requests.length - calls, ledger: ledgerInWords(ledger) }).toEqual({
      outcome: row.outcome,
      sonnetCalls: row.sonnetCalls,
      haikuCalls: row.haikuCalls,
      // The SDK does not say that an answer had begun before its first frame was an exception.
      ledger: streamReader === 'sdk' && when === 'as the first frame' ? expect.stringMatching(ledgerBefore(row.ledger)) : row.ledger,
    });
  });
});

function answeredBy({ model, degraded }: ModelAnswer): string {
  return `${model}${degraded ? ', degraded' : ''}`;
}

/** The same rows, those of Sonnet at an estimated cost or at none. */
function ledgerBefore(ledger: string): RegExp {
  return new RegExp(`^${ledger.replaceAll('S~', 'S[~-]').replaceAll('+', '\\+')}$`);
}

/** `S` Sonnet, `H` Haiku; `-` failed at no cost, `~` failed at an estimated cost, `+` completed. */
function ledgerInWords({ entries }: RecordedLedger): string {
  return entries.map(({ model, outcome, costUsd }) => `${model === 'sonnet' ? 'S' : 'H'}${outcome === 'completed' ? '+' : costUsd > 0 ? '~' : '-'}`).join(' ');
}
