import type { Model } from '../models/model-directory.ts';
import { validation } from '../wire/bedrock-error.ts';
import { checkInvokeTurns, checkPrefill } from './check-invoke-turns.ts';
import type { MessagesRequest } from './messages-request.ts';
import { parseMessagesBody } from './parse-messages-body.ts';
import { parseNovaBody } from './parse-nova-body.ts';

/** InvokeModel's body, in whichever form the model takes, refused as the model refuses it. */
export function invokeRequest(body: Buffer, model: Model): MessagesRequest {
  if (model.bodyChecker === 'nova') return parseNovaBody(body, model);
  if (model.bodyChecker === 'none') throw validation(`This server takes ${model.provider}'s models through Converse and ConverseStream only.`);
  const request = parseMessagesBody(body, model);
  checkInvokeTurns(request);
  checkPrefill(request, model);
  return request;
}
