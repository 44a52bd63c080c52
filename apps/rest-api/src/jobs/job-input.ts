import type { Problem } from '@manga-assist/foundation';
import { parse } from '@manga-assist/schemas';
import { JOB_INPUTS, JOB_TYPES, type JobInput, type JobType } from '@manga-assist/schemas/jobs';
import { cleanInput } from './clean-input.ts';
import type { UnreadBody } from './read-request.ts';

const MOST_METADATA_BYTES = 4_096;

/** What a request asks for, by its type; every problem is added to `problems`. Undefined when there is one, or when the type is none. */
export function readJobInput({ type = 'prompt', prompt, input, metadata }: UnreadBody, problems: Problem[]): JobInput | undefined {
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MOST_METADATA_BYTES) {
    problems.push({ path: 'metadata', message: `must be at most ${MOST_METADATA_BYTES} bytes as JSON` });
  }
  if (!isJobType(type)) return undefined;
  const [hasPrompt, hasInput] = [isGiven(prompt), isGiven(input)];
  if (type !== 'prompt' && hasPrompt) problems.push({ path: 'prompt', message: 'goes with the type prompt alone; other types take input' });
  if (type === 'prompt' && hasPrompt && hasInput) problems.push({ path: 'input', message: 'must not stand beside prompt' });

  const isShort = type === 'prompt' && hasPrompt;
  if (!isShort && !hasInput) {
    problems.push(type === 'prompt' ? { path: 'prompt', message: 'is missing' } : { path: 'input', message: `is missing: ${type} needs it` });
    return undefined;
  }
  // `prompt` is the field's own name when it was given in short.
  return isShort ? readInput(type, { prompt }, '', problems) : readInput(type, input, 'input', problems);
}

function readInput(type: JobType, given: unknown, prefix: string, problems: Problem[]): JobInput | undefined {
  const parsed = parse<JobInput>(JOB_INPUTS[type] as new () => JobInput, given, { unknownFields: 'refuse' });
  if (!parsed.ok) problems.push(...parsed.problems.map(({ path, message }) => ({ path: joined(prefix, path), message })));
  const cleaned = cleanInput(parsed.ok ? parsed.value : given, prefix, problems);
  return parsed.ok ? (cleaned as JobInput) : undefined;
}

function isJobType(type: unknown): type is JobType {
  return JOB_TYPES.some((known) => known === type);
}

/** Null is how many clients write what they do not give. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function joined(prefix: string, path: string): string {
  if (prefix === '') return path;
  return path === '$' ? prefix : `${prefix}.${path}`;
}
