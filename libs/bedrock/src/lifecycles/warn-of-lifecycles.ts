import { BedrockClient, GetFoundationModelCommand, type FoundationModelLifecycle } from '@aws-sdk/client-bedrock';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { SystemTimers, withDeadline, type Timers } from '@manga-assist/resilience';
import type { CallLogger } from '../call-logger.ts';
import type { ModelCatalogue } from '../model-catalogue.ts';
import type { ModelProfile } from '../model-profile.ts';

export interface LifecycleOptions {
  logger: CallLogger;
  /** Overrides what the SDK finds itself. */
  endpoint?: string;
  /** For all models together. Default 5 s. */
  timeoutMs?: number;
  clock?: Clock;
  timers?: Timers;
}

const AWS_HOST = /\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/** The environment has the calls sent to somebody else. */
class NotAws extends Error {}

type Found = { state: 'active' } | { state: 'legacy'; until: Date | undefined } | { state: 'gone' };

/**
 * Asks AWS whether the models of the catalogue are still served there, and warns of those that are
 * not, or not for long, with what to choose instead: the shipped data may be older than AWS's word.
 * For the start of a service, which does not wait for it. Never throws; needs the right to
 * `bedrock:GetFoundationModel`. Asks nobody when the environment sends Bedrock's calls elsewhere: the
 * models that answer there are not those that AWS speaks of.
 */
export async function warnOfLifecycles(catalogue: ModelCatalogue, options: LifecycleOptions): Promise<void> {
  const { logger, endpoint, timeoutMs = 5_000, clock = new SystemClock(), timers = new SystemTimers() } = options;
  const client = new BedrockClient({ maxAttempts: 2, ...(endpoint !== undefined && { endpoint }) });
  if (endpoint === undefined) onlyToAws(client);
  const deadline = withDeadline(new AbortController().signal, timeoutMs, { clock, timers });
  try {
    const profiles = new Map(catalogue.models.map(({ profile }) => [profile.id, profile]));
    await Promise.all([...profiles.values()].map(async (profile) => {
      const found = await lifecycleOf(profile, client, deadline.signal);
      if (found.state !== 'active') logger.warn({ modelId: profile.id, aliases: aliasesOf(profile, catalogue) }, inWords(found, profile, catalogue));
    }));
  } catch (error) {
    if (error instanceof NotAws) return;
    logger.warn({ error: (error as { name?: unknown }).name }, 'AWS could not be asked whether the models are still served');
  } finally {
    deadline.clear();
    client.destroy();
  }
}

function onlyToAws({ middlewareStack }: BedrockClient): void {
  middlewareStack.add(
    (next) => (args) => {
      if (!AWS_HOST.test((args.request as { hostname: string }).hostname)) throw new NotAws();
      return next(args);
    },
    { name: 'onlyToAws', step: 'build' },
  );
}

async function lifecycleOf({ id }: ModelProfile, client: BedrockClient, abortSignal: AbortSignal): Promise<Found> {
  try {
    const { modelDetails } = await client.send(new GetFoundationModelCommand({ modelIdentifier: id }), { abortSignal });
    return read(modelDetails?.modelLifecycle);
  } catch (error) {
    if ((error as { name?: unknown }).name === 'ResourceNotFoundException') return { state: 'gone' };
    throw error;
  }
}

function read(lifecycle: FoundationModelLifecycle | undefined): Found {
  return lifecycle?.status === 'LEGACY' ? { state: 'legacy', until: lifecycle.endOfLifeTime } : { state: 'active' };
}

function aliasesOf({ id }: ModelProfile, { models }: ModelCatalogue): readonly string[] {
  return [...new Set(models.filter(({ profile }) => profile.id === id).map(({ alias }) => alias))];
}

function inWords(found: Exclude<Found, { state: 'active' }>, profile: ModelProfile, catalogue: ModelCatalogue): string {
  const until = found.state === 'legacy' && found.until ? `, until ${found.until.toISOString().slice(0, 10)}` : '';
  const state = found.state === 'gone' ? 'is not served by AWS in this region' : `is a legacy model on AWS${until}`;
  const replacement = profile.lifecycle.status === 'active' ? undefined : profile.lifecycle.replacement;
  return `${profile.name} ${state}; choose ${replacement ?? `another: ${catalogue.livingModelIds.filter((id) => id !== profile.id).join(', ')}`}.`;
}
