export { BedrockEndpoint, answers, hangs, refuses, streams, type Reply, type SeenRequest } from './bedrock-endpoint.ts';
export { anthropicFrames, chunkFrame, converseFrames, encodeFrame, eventFrame, exceptionFrame } from './event-stream-frames.ts';
export { quotaLedgerContract, type QuotaLedgerHarness } from './quota-ledger.contract.ts';
export { RecordedLedger } from './recorded-ledger.ts';
export { ScriptedLanguageModel, type Script, type ScriptedAnswer, type ScriptedReply, type ScriptedRequest } from './scripted-language-model.ts';
export { aModelCall, aModelRequest, languageModelContract, type LanguageModelHarness, type ModelFault } from './language-model.contract.ts';
