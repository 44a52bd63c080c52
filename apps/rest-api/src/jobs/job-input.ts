import type { Problem } from '@manga-assist/foundation';
import { parse } from '@manga-assist/schemas';
import { JOB_INPUTS, type JobInput } from '@manga-assist/schemas/jobs';
import type { JobRequest } from '@manga-assist/schemas/rest';
import { cleanInput } from './clean-input.ts';

const MOST_METADATA_BYTES = 4_096;

/** What a request asks for, by its type; every problem is added to `problems`. */
export function readJobInput(request: JobRequest, problems: Problem[]): JobInput | undefined {
  const { type, prompt, input, metadata } = request;
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MOST_METADATA_BYTES) {
    problems.push({ path: 'metadata', message: `must be at most ${MOST_METADATA_BYTES} bytes as JSON` });
  }
  if (type !== 'prompt' && prompt !== undefined) problems.push({ path: 'prompt', message: 'goes with the type prompt alone; other types take input' });
  if (type === 'prompt' && prompt !== undefined && input !== undefined) problems.push({ path: 'input', message: 'must not stand beside prompt' });

  const given = type === 'prompt' && prompt !== undefined ? { prompt } : input;
  // `prompt` is the field's own name when it was given in short.
  const prefix = type === 'prompt' && prompt !== undefined ? '' : 'input';
  if (given === undefined) {
    problems.push(type === 'prompt' ? { path: 'prompt', message: 'is missing' } : { path: 'input', message: `is missing: ${type} needs it` });
    return undefined;
  }
  const parsed = parse<JobInput>(JOB_INPUTS[type] as new () => JobInput, given, { unknownFields: 'refuse' });
  if (!parsed.ok) {
    problems.push(...parsed.problems.map(({ path, message }) => ({ path: joined(prefix, path), message })));
    return undefined;
  }
  return cleanInput(parsed.value, prefix, problems);
}

function joined(prefix: string, path: string): string {
  if (prefix === '') return path;
  return path === '$' ? prefix : `${prefix}.${path}`;
}
