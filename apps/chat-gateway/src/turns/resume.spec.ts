import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { TestClient } from '../testing/test-client.ts';
import { startGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
const shopper = { headers: { 'x-api-key': 'local' } };
const text = 'one two three four five';

afterEach(() => gateway.close());

/** A turn whose socket is cut after its first token; `finish` lets the model go on. */
async function cutTurn(): Promise<{ turn_id: string; epoch: string; client_message_id: string; finish(): void }> {
  const gate = Promise.withResolvers<void>();
  gateway = await startGateway([{ text, until: gate.promise }, 'Another.']);
  const client = await TestClient.connect(gateway.url, shopper);
  client.question('Count');
  const { turn_id, epoch, client_message_id } = await client.first('turn.started');
  await client.first('token');
  client.cut();
  return { turn_id, epoch, client_message_id, finish: gate.resolve };
}

const ended = (): Promise<unknown> => until('the turn to end', () => gateway.logs.lines.some(({ message }) => message === 'turn ended'));

describe('resuming', () => {
  it('goes on live after a cut: no token lost, none twice, in order', async () => {
    const { turn_id, epoch, finish } = await cutTurn();
    const client = await TestClient.connect(gateway.url, shopper);

    client.send({ type: 'chat.resume', turn_id, epoch, after_sequence: 1 });
    const resumed = await client.first('turn.resumed');
    finish();
    await client.ending();

    expect(resumed).toEqual({ type: 'turn.resumed', turn_id, epoch, from_sequence: 2, through_sequence: 1 });
    expect(client.tokens()).toEqual([' two', ' three', ' four', ' five'].map((data, index) => ({ type: 'token', data, sequence: index + 2 })));
    expect(client.frames.map(({ type }) => type).slice(-2)).toEqual(['turn.usage', 'complete']);
    expect(gateway.model.requests).toHaveLength(1);
  });

  it.each([0, 1, 3, 5])('replays an ended turn after token %i with its ending', async (after) => {
    const { turn_id, epoch, finish } = await cutTurn();
    finish();
    await ended();
    const client = await TestClient.connect(gateway.url, shopper);

    client.send({ type: 'chat.resume', turn_id, epoch, after_sequence: after });
    await client.ending();

    expect(client.frames.map(({ type }) => type)).toEqual(['hello', 'turn.resumed', ...Array(5 - after).fill('token'), 'turn.usage', 'complete']);
    expect(client.tokens().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5].slice(after));
    expect(text.endsWith(client.text())).toBe(true);
  });

  it('joins the turn when the question is sent again from another socket', async () => {
    const { client_message_id, turn_id, finish } = await cutTurn();
    const client = await TestClient.connect(gateway.url, shopper);

    client.question('Count', { client_message_id });
    const started = await client.first('turn.started');
    finish();
    await client.ending();

    expect(started).toMatchObject({ turn_id, duplicate: true });
    expect(client.text()).toBe(text);
    expect(client.frames.filter(({ type }) => type === 'turn.started')).toHaveLength(1);
  });

  it('refuses what it cannot continue, with the reason', async () => {
    const { turn_id, epoch, finish } = await cutTurn();
    const client = await TestClient.connect(gateway.url, shopper);
    const stranger = await TestClient.connect(gateway.url, { headers: { 'x-api-key': 'another' } });
    const refusal = async (from: TestClient, frame: object): Promise<unknown> => {
      const index = from.frames.length;
      from.send({ type: 'chat.resume', turn_id, epoch, after_sequence: 0, ...frame });
      return from.first('error', index);
    };

    expect(await refusal(client, { epoch: 'other' })).toMatchObject({ code: 'resume_failed', reason: 'epoch_changed', turn_id });
    expect(await refusal(client, { after_sequence: 99 })).toMatchObject({ code: 'resume_failed', reason: 'sequence_ahead' });
    expect(await refusal(client, { turn_id: 'trn_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toMatchObject({ code: 'turn_not_found' });
    expect(await refusal(stranger, {})).toMatchObject({ code: 'turn_not_found' });
    finish();
  });

  it('gives the turn to the newer socket and tells the older one', async () => {
    const gate = Promise.withResolvers<void>();
    gateway = await startGateway([{ text, until: gate.promise }]);
    const older = await TestClient.connect(gateway.url, shopper);
    const newer = await TestClient.connect(gateway.url, shopper);
    older.question('Count');
    const { turn_id, epoch } = await older.first('turn.started');

    newer.send({ type: 'chat.resume', turn_id, epoch, after_sequence: 0 });
    await until('the older socket to close', () => older.closed);
    gate.resolve();
    await newer.ending();

    expect(older.closed).toMatchObject({ code: 4409 });
    expect(newer.text()).toBe(text);
  });

  it('forgets an ended turn when its time is over', async () => {
    gateway = await startGateway(['Hi.'], { resumeWindowSeconds: 0 });
    const client = await TestClient.connect(gateway.url, shopper);
    await client.ask('Hello?');
    const { turn_id, epoch } = await client.first('turn.started');

    await until('the turn to be forgotten', async () => {
      const from = client.frames.length;
      client.send({ type: 'chat.resume', turn_id, epoch, after_sequence: 0 });
      const answer = await until('an answer', () => client.frames.slice(from).find(({ type }) => type === 'error' || type === 'complete'));
      return answer.type === 'error' && answer.code === 'turn_not_found';
    });
  });

  it('stores the answer of a turn that nobody reads any more', async () => {
    const { finish } = await cutTurn();

    finish();
    await ended();

    expect(gateway.logs.lines.find(({ message }) => message === 'turn ended')).toMatchObject({ outcome: 'complete' });
  });
});
