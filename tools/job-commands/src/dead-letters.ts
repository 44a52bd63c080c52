import type { DeadLetterDetailResponse, DeadLettersResponse, RedriveResponse } from '@manga-assist/schemas/rest';
import { CommandError, EXIT } from './exit-codes.ts';
import { printable, type RestClient } from './rest-client.ts';

export interface Context {
  client: RestClient;
  json: boolean;
}

export interface RedriveOptions {
  id?: string[];
  code?: string;
  queue?: string;
  limit: number;
  perSecond: number;
  dryRun: boolean;
}

interface Redrives {
  redrives: { redriveId: string; atMs: number; by: string; filter: object; isDryRun: boolean; isFinished?: boolean; matched: number; redriven: number; failed: number }[];
}

/** A redrive takes its time by its rate; what takes longer is asked for in portions, each written down by itself. */
const SECONDS_OF_A_CALL = 15;

const print = (line: string): void => void process.stdout.write(`${printable(line)}\n`);
const printJson = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
const when = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000', '');

export async function list({ client, json }: Context, { code, sourceQueue, limit }: { code: string | undefined; sourceQueue: string | undefined; limit: number }): Promise<void> {
  const query = new URLSearchParams({ limit: String(limit), ...(code && { code }), ...(sourceQueue && { source_queue: sourceQueue }) });
  const answer = await client.get<DeadLettersResponse>(`/v1/admin/dead-letters?${query}`);
  if (json) return printJson(answer);
  if (answer.dead_letters.length === 0) return print(code || sourceQueue ? 'No dead letter fits.' : 'The dead-letter queues are empty.');
  for (const letter of answer.dead_letters) {
    print(`${letter.message_id}  ${when(letter.sent_at)}  ${(letter.source_queue || '?').padEnd(24)} ${letter.code.padEnd(28)} ${letter.job_id ? `job ${letter.job_id}  ` : ''}${letter.reason}`);
  }
  print('');
  for (const [name, count] of Object.entries(answer.by_code)) print(`${String(count).padStart(6)}  ${name}`);
  print(`${answer.dead_letters.length} shown; the queues hold about ${Object.entries(answer.waiting).map(([name, count]) => `${count} (${name})`).join(', ')}`);
}

export async function inspect({ client, json }: Context, messageId: string): Promise<void> {
  const letter = await client.get<DeadLetterDetailResponse>(`/v1/admin/dead-letters/${encodeURIComponent(messageId)}`);
  if (json) return printJson(letter);
  print(`message   ${letter.message_id}`);
  print(`from      ${letter.source_queue || '?'}, now in ${letter.dead_letter_queue}`);
  print(`why       ${letter.code}: ${letter.reason}`);
  print(`sent      ${when(letter.sent_at)}, received ${letter.receive_count} times`);
  if (letter.job_id) print(`job       ${letter.job_id}`);
  for (const [name, value] of Object.entries(letter.attributes)) print(`          ${name} = ${value}`);
  print(`body      ${letter.body}`);
}

export async function redrive({ client, json }: Context, { id, code, queue, limit, perSecond, dryRun }: RedriveOptions): Promise<void> {
  if (!id && !code && !queue) throw new CommandError(EXIT.usage, 'error: say which: --id, --code or --queue');
  const which = { ...(id && { ids: id }), ...(code && { code }), ...(queue && { source_queue: queue }), per_second: perSecond, dry_run: dryRun };
  const most = dryRun ? limit : perSecond * SECONDS_OF_A_CALL;
  const answers: RedriveResponse[] = [];
  for (let left = limit; left > 0; ) {
    const portion = Math.min(left, most);
    const answer = await client.post<RedriveResponse>('/v1/admin/dead-letters/redrive', { ...which, limit: portion });
    answers.push(answer);
    if (!json) printRedrive(answer);
    left -= answer.matched;
    // Nothing is left, or what is left cannot be sent back.
    if (dryRun || answer.matched < portion || answer.redriven === 0) break;
  }
  const sum = (of: (answer: RedriveResponse) => number): number => answers.reduce((total, answer) => total + of(answer), 0);
  const [matched, redriven, failed] = [sum((answer) => answer.matched), sum((answer) => answer.redriven), sum((answer) => answer.failed)];
  const more = matched === limit ? ` There may be more: --limit was ${limit}.` : '';
  if (json) printJson(answers.length === 1 ? (answers[0] as RedriveResponse) : { matched, redriven, failed, redrives: answers });
  else if (dryRun) print(`${matched} would be sent back. Nothing was.${more}`);
  else print(`${redriven} of ${matched} sent back${failed > 0 ? `, ${failed} could not be` : ''}; written down as ${answers.map(({ redrive_id }) => redrive_id).join(', ')}.${more}`);
  if (failed > 0) process.exitCode = EXIT.failed;
}

function printRedrive({ messages }: RedriveResponse): void {
  for (const message of messages) print(`${message.outcome.padEnd(13)} ${message.message_id}  → ${message.source_queue}  ${message.code}${message.job_id ? `  job ${message.job_id}` : ''}`);
}

export async function redrives({ client, json }: Context): Promise<void> {
  const answer = await client.get<Redrives>('/v1/admin/dead-letters/redrives');
  if (json) return printJson(answer);
  if (answer.redrives.length === 0) return print('Nothing has been redriven yet.');
  for (const redrive of answer.redrives) {
    const { redriveId, atMs, by, filter } = redrive;
    print(`${new Date(atMs).toISOString()}  ${redriveId}  ${by}  ${outcomeOf(redrive)}  ${JSON.stringify(filter)}`);
  }
}

function outcomeOf({ isDryRun, isFinished, matched, redriven, failed }: Redrives['redrives'][number]): string {
  if (isFinished === false) return 'under way, or ended without a word';
  return isDryRun ? `dry run: ${matched} matched` : `${redriven} of ${matched} sent back, ${failed} failed`;
}
