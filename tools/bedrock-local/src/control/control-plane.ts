import type { CallLog } from '../admin/call-log.ts';
import type { BatchJobs } from '../batch/batch-jobs.ts';
import { parseJobRequest } from '../batch/job-request.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { raiseHttpFault } from '../faults/raise-http-fault.ts';
import { applyGuardrail, checkGuardrailName } from '../guardrails/apply-guardrail.ts';
import type { GuardrailPolicy } from '../guardrails/guardrail-policy.ts';
import type { ModelDirectory } from '../models/model-directory.ts';
import { CallTracker } from '../operations/call-tracker.ts';
import type { OtherOperation } from '../operations/operation.ts';
import { sendWhole } from '../operations/whole-reply.ts';
import type { Exchange } from '../server/exchange.ts';
import { replyError } from '../server/reply-error.ts';
import { parseConverseJson } from '../wire/converse-request.ts';
import { getFoundationModel, getInferenceProfile, listFoundationModels, listInferenceProfiles } from './model-listing.ts';

export interface ControlTarget {
  operation: OtherOperation;
  /** The identifier in the path, decoded. */
  id: string;
  version?: string;
}

const ROUTES: ReadonlyArray<readonly [string, RegExp, OtherOperation]> = [
  ['POST', /^\/guardrail\/([^/]+)\/version\/([^/]+)\/apply$/, 'ApplyGuardrail'],
  ['POST', /^\/model-invocation-job$/, 'CreateModelInvocationJob'],
  ['GET', /^\/model-invocation-job\/([^/]+)$/, 'GetModelInvocationJob'],
  ['POST', /^\/model-invocation-job\/([^/]+)\/stop$/, 'StopModelInvocationJob'],
  ['GET', /^\/model-invocation-jobs$/, 'ListModelInvocationJobs'],
  ['GET', /^\/foundation-models$/, 'ListFoundationModels'],
  ['GET', /^\/foundation-models\/([^/]+)$/, 'GetFoundationModel'],
  ['GET', /^\/inference-profiles$/, 'ListInferenceProfiles'],
  ['GET', /^\/inference-profiles\/([^/]+)$/, 'GetInferenceProfile'],
];

export function parseControlPath(method: string, path: string): ControlTarget | undefined {
  for (const [verb, pattern, operation] of ROUTES) {
    const found = verb === method ? pattern.exec(path) : null;
    if (!found) continue;
    try {
      const id = decodeURIComponent(found[1] ?? '');
      return found[2] === undefined ? { operation, id } : { operation, id, version: decodeURIComponent(found[2]) };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

export interface ControlPlaneParts {
  directory: ModelDirectory;
  jobs: BatchJobs;
  faults: FaultBook;
  log: CallLog;
  guardrail: GuardrailPolicy;
}

/** What is asked beside the models: batch jobs, models, inference profiles, guardrails. */
export class ControlPlane {
  private readonly parts: ControlPlaneParts;

  constructor(parts: ControlPlaneParts) {
    this.parts = parts;
  }

  async handle(exchange: Exchange, target: ControlTarget): Promise<void> {
    const { operation, id } = target;
    const tracker = new CallTracker(this.parts.log, exchange, operation, id);
    try {
      const body = await exchange.readBody();
      const fault = this.parts.faults.take(operation, id);
      tracker.fault = fault?.kind ?? null;
      raiseHttpFault(fault);
      await sendWhole(exchange, tracker, fault, {}, this.answer(target, exchange, body));
    } catch (error) {
      tracker.failed(error);
      if (!exchange.hasAnswered) replyError(exchange, tracker.requestId, error);
    } finally {
      tracker.finish();
    }
  }

  private answer({ operation, id, version = '' }: ControlTarget, { query, region }: Exchange, body: Buffer): unknown {
    const { directory, jobs } = this.parts;
    switch (operation) {
      case 'ApplyGuardrail':
        checkGuardrailName(id, version);
        return applyGuardrail(parseConverseJson(body), this.parts.guardrail);
      case 'CreateModelInvocationJob': {
        const request = parseJobRequest(parseConverseJson(body));
        directory.find(request.modelId);
        return { jobArn: jobs.create(request, region).arn };
      }
      case 'GetModelInvocationJob':
        return jobs.get(id).shown();
      case 'StopModelInvocationJob':
        jobs.stop(id);
        return {};
      case 'ListModelInvocationJobs':
        return jobs.list(query);
      case 'ListFoundationModels':
        return listFoundationModels(directory, query, region);
      case 'GetFoundationModel':
        return getFoundationModel(directory, id, region);
      case 'ListInferenceProfiles':
        return listInferenceProfiles(directory, query, region);
      default:
        return getInferenceProfile(directory, id, region);
    }
  }
}
