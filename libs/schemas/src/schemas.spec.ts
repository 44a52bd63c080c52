import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as chat from './chat/index.ts';
import * as events from './events/index.ts';
import { parse } from './index.ts';
import * as jobs from './jobs/index.ts';
import * as rest from './rest/index.ts';
import * as tools from './tools/index.ts';

type MessageClass = new () => object;

/** The folders, one per conversation between two processes, with their classes by the name of their samples. */
const FOLDERS = { chat, events, jobs, rest, tools };

/** Messages that we only send: they are typed, not validated, and their samples are what others build upon. */
const SENT: Record<keyof typeof FOLDERS, Record<string, readonly string[]>> = {
  chat: {
    'server.hello': ['type', 'session_id', 'heartbeat_ms', 'max_frame_bytes', 'resume_window_s', 'auth_expires_at'],
    'server.turn.started': ['type', 'turn_id', 'epoch', 'conversation_id', 'client_message_id', 'model', 'degraded', 'cached', 'duplicate'],
    'server.turn.tool': ['type', 'turn_id', 'name', 'state'],
    'server.turn.products': ['type', 'turn_id', 'products'],
    'server.token': ['type', 'data', 'sequence'],
    'server.turn.usage': ['type', 'turn_id', 'model', 'degraded', 'rounds', 'usage', 'estimated_cost_usd', 'first_token_ms', 'latency_ms'],
    'server.complete': ['type', 'usage', 'stop_reason'],
    'server.turn.cancelled': ['type', 'turn_id', 'usage', 'usage_source'],
    'server.turn.resumed': ['type', 'turn_id', 'epoch', 'from_sequence', 'through_sequence'],
    'server.error': ['type', 'code', 'message', 'retryable', 'turn_id', 'client_message_id', 'request_id'],
    'server.reconnect': ['type', 'reason', 'after_ms'],
    'server.pong': ['type', 't'],
  },
  events: {
    'job-event': ['id', 'type', 'timestamp', 'data'],
    'job-notification': ['v', 'owner', 'id', 'type', 'timestamp', 'data'],
  },
  jobs: {},
  rest: {
    'batch-accepted-response': ['message', 'item_count', 'request_ids', 'batch_id', 'batch_url'],
    'batch-status-response': ['batch_id', 'status', 'item_count', 'counts', 'created_at', 'estimated_cost_usd', 'usage', 'items'],
    'dead-letter-response': ['message_id', 'dead_letter_queue', 'source_queue', 'code', 'reason', 'sent_at', 'receive_count'],
    'dead-letter-detail-response': ['message_id', 'dead_letter_queue', 'source_queue', 'code', 'reason', 'attributes', 'body'],
    'dead-letters-response': ['dead_letters', 'by_code', 'waiting'],
    'job-accepted-response': ['message', 'request_id', 'status', 'status_url'],
    'job-status-response': ['request_id', 'status', 'created_at', 'type', 'priority', 'progress', 'attempts', 'failures', 'expires_at'],
    'manga-query-response': ['response', 'model', 'usage', 'stop_reason', 'request_id', 'latency_ms', 'estimated_cost_usd', 'cached', 'degraded'],
    'problem-response': ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id', 'retryable', 'error', 'details'],
    'redrive-response': ['redrive_id', 'dry_run', 'matched', 'redriven', 'failed', 'messages'],
    'webhook-deliveries-response': ['deliveries'],
    'webhook-delivery-response': ['delivery_id', 'endpoint_id', 'event_id', 'event_type', 'status', 'attempts', 'created_at'],
    'webhook-endpoint-response': ['endpoint_id', 'url', 'event_types', 'status', 'origin', 'created_at'],
    'webhook-secret-response': ['endpoint_id', 'url', 'event_types', 'status', 'origin', 'created_at', 'secret'],
  },
  tools: {
    'tool-call-response': ['tool_use_id', 'status', 'content'],
    'tool-list-response': ['version', 'tools'],
  },
};

/** `ChatSendFrame` → `chat-send-frame`. */
const sampleName = (className: string): string => className.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

function classesOf(folder: keyof typeof FOLDERS): Map<string, MessageClass> {
  // Functions have small names.
  const classes = Object.entries(FOLDERS[folder]).filter((entry): entry is [string, MessageClass] => typeof entry[1] === 'function' && /^[A-Z]/.test(entry[0]));
  return new Map(classes.map(([name, type]) => [sampleName(name), type]));
}

function samplesOf(folder: keyof typeof FOLDERS): { file: string; text: string; sample: Record<string, unknown> }[] {
  const directory = new URL(`./${folder}/samples/`, import.meta.url);
  return readdirSync(directory).map((file) => {
    const text = readFileSync(new URL(file, directory), 'utf8');
    return { file, text, sample: JSON.parse(text) as Record<string, unknown> };
  });
}

const startsWith = (file: string) => (name: string) => file === `${name}.json` || file.startsWith(`${name}.`);

describe.each(['chat', 'events', 'jobs', 'rest', 'tools'] as const)('the samples of %s', (folder) => {
  const classes = classesOf(folder);
  const samples = samplesOf(folder);

  it('show every message', () => {
    const names = [...classes.keys(), ...Object.keys(SENT[folder])];

    expect(names.filter((name) => !samples.some(({ file }) => startsWith(file)(name)))).toEqual([]);
    expect(samples.map(({ file }) => file).filter((file) => !names.some(startsWith(file)))).toEqual([]);
  });

  it.each(samples)('still hold: $file', ({ file, sample }) => {
    const received = [...classes.keys()].find(startsWith(file));
    const sent = Object.keys(SENT[folder]).find(startsWith(file));

    if (received === undefined) expect(Object.keys(sample)).toEqual(expect.arrayContaining([...(SENT[folder][sent ?? ''] ?? ['no such message'])]));
    else {
      const parsed = parse(classes.get(received) as MessageClass, sample, { unknownFields: 'refuse' });
      expect(parsed).toMatchObject({ ok: true, value: sample });
    }
  });
});

/** Says `null` for a new conversation, and reads it so. */
const NULL_MEANS_NEW = 'ChatSendFrame.conversation_id';

describe.each(['chat', 'jobs', 'rest', 'tools'] as const)('null in a message of %s', (folder) => {
  const classes = classesOf(folder);
  const fields = samplesOf(folder).flatMap(({ file, sample }) => {
    const type = classes.get([...classes.keys()].find(startsWith(file)) ?? '');
    return type ? Object.keys(sample).map((field) => ({ name: `${type.name}.${field}`, type, sample, field })) : [];
  });

  it.each(fields.filter(({ name }) => name !== NULL_MEANS_NEW))('is refused or is nothing: $name', ({ type, sample, field }) => {
    const parsed = parse(type, { ...sample, [field]: null }, { unknownFields: 'refuse' });

    if (parsed.ok) expect(parsed.value).toMatchObject({ [field]: undefined });
    else expect(parsed.problems.map(({ path }) => path)).toContain(field);
  });
});

describe('the customer’s two frames', () => {
  const compact = (file: string) => JSON.stringify(samplesOf('chat').find((sample) => sample.file === file)?.sample);

  it('are these bytes', () => {
    expect(compact('server.token.json')).toBe('{"type":"token","data":"漫画","sequence":1}');
    expect(compact('server.complete.json')).toBe('{"type":"complete","usage":{"input_tokens":500,"output_tokens":300},"stop_reason":"end_turn"}');
  });
});

describe('the description of the chat protocol', () => {
  const text = readFileSync(new URL('./chat/PROTOCOL.md', import.meta.url), 'utf8');

  it('names every frame and every error code', () => {
    const frames = [...Object.keys(chat.CLIENT_FRAMES), ...Object.keys(SENT.chat).map((name) => name.replace('server.', ''))];

    expect([...frames, ...chat.CHAT_ERROR_CODES].filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  });
});

describe('parsing', () => {
  const strictly = { unknownFields: 'refuse' } as const;
  const question = { query: 'Do you have volume 3 of Yotsuba?' };

  it('fills in what the sender left out', () => {
    expect(parse(rest.MangaQueryRequest, question, strictly)).toEqual({
      ok: true,
      value: Object.assign(new rest.MangaQueryRequest(), { ...question, model: 'haiku', max_tokens: 512, temperature: 0.5, language: 'auto' }),
    });
  });

  it('tells all problems at once, each under its field, with no value in them', () => {
    const message = { query: '', model: 'CANARY', max_tokens: 'CANARY', temperature: 2, language: ['CANARY'], conversation_id: 'CANARY', admin: 'CANARY' };

    const parsed = parse(rest.MangaQueryRequest, message, strictly);

    const problems = parsed.ok ? [] : parsed.problems;
    expect([...new Set(problems.map(({ path }) => path))].sort()).toEqual(Object.keys(message).sort());
    expect(JSON.stringify(problems)).not.toContain('CANARY');
  });

  it('takes null for a field that may be left out, and refuses it where null would be a wish of its own', () => {
    const job = parse(rest.JobRequest, { prompt: 'Hello', model: null, callback_url: null, metadata: null, input: null }, strictly);

    expect(job).toMatchObject({ ok: true, value: { prompt: 'Hello', priority: 'normal' } });
    expect(JSON.stringify(job)).not.toContain('null');
    expect(parse(rest.WebhookEndpointChange, { event_types: null, status: null, url: null }, strictly)).toMatchObject({ ok: false });
  });

  it.each([null, undefined, 'text', 7, true, [], [question]])('refuses %p as a whole', (message) => {
    expect(parse(rest.MangaQueryRequest, message, strictly)).toEqual({ ok: false, problems: [{ path: '$', message: 'must be an object' }] });
  });

  it.each([
    ['query', { query: 7 }],
    ['query', { query: null }],
    ['query', { query: ['a'] }],
    ['query', { query: 'x'.repeat(4_001) }],
    ['query', { query: '𠮷'.repeat(4_001) }],
    ['model', { ...question, model: 'opus' }],
    ['model', { ...question, model: null }],
    ['max_tokens', { ...question, max_tokens: 0 }],
    ['max_tokens', { ...question, max_tokens: 4_097 }],
    ['max_tokens', { ...question, max_tokens: 1.5 }],
    ['max_tokens', { ...question, max_tokens: '512' }],
    ['max_tokens', { ...question, max_tokens: 1e400 }],
    ['temperature', { ...question, temperature: -0.1 }],
    ['temperature', { ...question, temperature: true }],
    ['conversation_id', { ...question, conversation_id: '------------------------------------' }],
    ['conversation_id', { ...question, conversation_id: '6F2C1D3E-8A47-4B1F-9C55-0D9E2A7B4C66' }],
    ['language', { ...question, language: 'fr' }],
    ['system', { ...question, system: 'You are now …' }],
  ])('refuses a wrong %s alone', (path, message) => {
    const parsed = parse(rest.MangaQueryRequest, message, strictly);

    expect(parsed.ok ? [] : [...new Set(parsed.problems.map((problem) => problem.path))]).toEqual([path]);
  });

  it('counts characters as a reader does', () => {
    expect(parse(rest.MangaQueryRequest, { query: '𠮷'.repeat(4_000) }, strictly).ok).toBe(true);
  });

  it('drops fields it does not know when a service of ours sends them', () => {
    const call = { tool_use_id: 't-1', input: { query: 'a' }, added_next_year: true };

    expect(parse(tools.ToolCallRequest, call, { unknownFields: 'drop' })).toEqual({
      ok: true,
      value: expect.not.objectContaining({ added_next_year: true }),
    });
    expect(parse(tools.ToolCallRequest, call, strictly)).toEqual({ ok: false, problems: [{ path: 'added_next_year', message: 'is not a known field' }] });
  });

  it('keeps the model’s arguments as they came', () => {
    const input = { query: 'ワンピース', nested: { list: [1, { deep: null }] } };
    const parsed = parse(tools.ToolCallRequest, { tool_use_id: 't-1', input }, strictly);

    expect(parsed.ok && parsed.value.input).toEqual(input);
  });

  it('leaves the message and the prototypes of objects alone', () => {
    const message = JSON.parse('{"query":"a","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as object;
    const before = JSON.stringify(message);

    parse(rest.MangaQueryRequest, message, strictly);

    expect(JSON.stringify(message)).toBe(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('what a job asks for', () => {
  const strictly = { unknownFields: 'refuse' } as const;
  const series = { manga_id: 'MNG-OP000001' };
  const items = (count: number, text = 'a') => Array.from({ length: count }, (_, index) => ({ id: `item-${index}`, text }));
  const paths = (type: MessageClass, message: object): string[] => {
    const parsed = parse(type, message, strictly);
    return parsed.ok ? [] : [...new Set(parsed.problems.map(({ path }) => path))];
  };

  it('has a class for every type of job', () => {
    expect(Object.keys(jobs.JOB_INPUTS).toSorted()).toEqual([...jobs.JOB_TYPES].toSorted());
  });

  it.each([
    ['prompt', jobs.PromptInput, { prompt: 'x'.repeat(20_001) }],
    ['prompt', jobs.PromptInput, { prompt: '' }],
    ['manga_id', jobs.AnalysisInput, { manga_id: 'mng-op000001' }],
    ['manga_id', jobs.AnalysisInput, {}],
    ['additional_context', jobs.AnalysisInput, { ...series, additional_context: 'x'.repeat(300 * 1024) }],
    ['items', jobs.ContentModerationInput, { items: [] }],
    ['items', jobs.ContentModerationInput, { items: items(51) }],
    ['items', jobs.ContentModerationInput, { items: [...items(1), ...items(1)] }],
    ['items', jobs.ContentModerationInput, { items: 'all of them' }],
    ['items.1.text', jobs.ContentModerationInput, { items: [items(1)[0], { id: 'b', text: '' }] }],
    ['items.0.id', jobs.TranslateInput, { target_language: 'ja', items: [{ id: '../a', text: 'a' }] }],
    ['target_language', jobs.TranslateInput, { target_language: 'fr', items: items(1) }],
    ['conversation_id', jobs.SummariseConversationInput, { conversation_id: 'mine' }],
    ['language', jobs.HeavyAnalysisInput, { ...series, language: 'fr' }],
    ['question', jobs.PipelineInput, series],
    ['cover_key', jobs.CoverAnalysisInput, { ...series, cover_key: 'covers/../../secrets' }],
    ['cover_key', jobs.CoverAnalysisInput, { ...series, cover_key: '/covers/a.png' }],
    ['cover_key', jobs.CoverAnalysisInput, { ...series, cover_key: 'https://evil.example/a.png' }],
    ['v', jobs.JobMessage, { v: 2, job_id: '3f1b8a52-6c0e-5d7a-9b43-2f0c8e7d1a64' }],
    ['job_id', jobs.JobMessage, { v: 1, job_id: 'mine' }],
    ['type', rest.JobRequest, { type: 'mine_bitcoin' }],
    ['priority', rest.JobRequest, { prompt: 'a', priority: 'urgent' }],
    ['metadata', rest.JobRequest, { prompt: 'a', metadata: 'none' }],
    ['expires_in_seconds', rest.JobRequest, { prompt: 'a', expires_in_seconds: 59 }],
    ['expires_in_seconds', rest.JobRequest, { prompt: 'a', expires_in_seconds: 604_801 }],
    ['owner', rest.JobRequest, { prompt: 'a', owner: 'somebody else' }],
  ])('is refused for a wrong %s alone', (path, type, message) => {
    expect(paths(type, message)).toEqual([path]);
  });

  it('is as long as it may be', () => {
    expect(paths(jobs.PromptInput, { prompt: '𠮷'.repeat(20_000) })).toEqual([]);
    expect(paths(jobs.TranslateInput, { target_language: 'ja', items: items(50, '𠮷'.repeat(4_000)) })).toEqual([]);
  });

  it('is a batch of 1 to 100 different analyses', () => {
    const batch = (count: number) => ({ items: Array.from({ length: count }, (_, index) => ({ manga_id: `MNG-${String(index).padStart(8, '0')}`, analysis_type: 'content_summary' })) });
    const [first] = batch(1).items;

    expect([0, 1, 100, 101].map((count) => paths(rest.BatchRequest, batch(count)))).toEqual([['items'], [], [], ['items']]);
    expect(paths(rest.BatchRequest, { items: [first, { ...first, analysis_type: 'reading_level' }] })).toEqual([]);
    expect(paths(rest.BatchRequest, { items: [first, first] })).toEqual(['items']);
    expect(paths(rest.BatchRequest, { items: [first, { manga_id: 'x', analysis_type: 'translate' }] })).toEqual(['items.1.manga_id', 'items.1.analysis_type']);
    expect(paths(rest.BatchRequest, { items: [null, 7, 'a'] }).length).toBeGreaterThan(0);
  });
});
