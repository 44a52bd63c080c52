export { openTitanEmbeddingModel, type TitanEmbeddingModelOptions } from './aws/bedrock-embedding-model.ts';
export { openDynamoUsageLedger, type DynamoUsageLedgerOptions } from './aws/dynamo-usage-ledger.ts';
export { openBedrockLanguageModel, type BedrockLanguageModelOptions } from './aws/open-bedrock-language-model.ts';
export type { Guardrail } from './aws/guardrail.ts';
export { BatchInference, type BatchJob, type BatchRecord, type BatchState, type BatchSubmission, type SubmittedBatch } from './batch/batch-inference.ts';
export { openBedrockBatchInference, type BedrockBatchInferenceOptions } from './batch/bedrock-batch-inference.ts';
export { joinBatchResults, type BatchResult, type BatchResults } from './batch/join-batch-results.ts';
export type { CallLogger } from './call-logger.ts';
export { unblockedAnswer, wholeAnswer } from './checked-answer.ts';
export { collectAnswer } from './collect-answer.ts';
export { openBedrockTokenCounter, type BedrockTokenCounterOptions } from './counting/bedrock-token-counter.ts';
export { TokenCounter, type TokenCount } from './counting/token-counter.ts';
export { EmbeddingModel } from './embedding-model.ts';
export { BatchEmbeddingModel, type EmbeddingPurpose } from './embeddings/batch-embedding-model.ts';
export { openCohereEmbeddingModel, type CohereEmbeddingModelOptions } from './embeddings/cohere-embedding-model.ts';
export { withHedging, type HedgingOptions } from './hedging/with-hedging.ts';
export { analyseCatalogue, type AnalyseOptions, type AnalysisResult, type CatalogueAnalysis, type CatalogueItem } from './helpers/analyse-catalogue.ts';
export { invokeMangaQuery, streamMangaResponse, type MangaQueryOptions, type StreamedAnswer } from './helpers/manga-query.ts';
export { LanguageModel, type BookedRequest, type CallAttribution, type ModelCall } from './language-model.ts';
export { warnOfLifecycles, type LifecycleOptions } from './lifecycles/warn-of-lifecycles.ts';
export { ModelCallMetrics } from './model-call-metrics.ts';
export { ModelCatalogue, baseModelId, openModelCatalogue, type ModelCatalogueOptions, type ServedModel } from './model-catalogue.ts';
export type { ModelAnswer, ModelEvent, ModelUsage, Routing, StopReason } from './model-event.ts';
export type { ModelLifecycle, ModelProfile, SamplingParameter } from './model-profile.ts';
export type {
  DocumentBlock,
  ImageBlock,
  ModelBlock,
  ModelMessage,
  ModelRequest,
  ReasoningBlock,
  TextBlock,
  ToolDefinition,
  ToolResultBlock,
  ToolUseBlock,
} from './model-request.ts';
export type { PromptCacheTtls } from './prompt-cache/prompt-cache-plan.ts';
export { PromptCacheReport, type PromptCacheFigures, type PromptCacheReportOptions } from './prompt-cache/prompt-cache-report.ts';
export type { AdmissionOptions } from './quota/admission.ts';
export { MemoryQuotaLedger } from './quota/memory-quota-ledger.ts';
export { QuotaLedger, type QuotaAnswer, type QuotaBudget } from './quota/quota-ledger.ts';
export { openConfiguredModel, type ConfiguredModel, type ConfiguredModelOptions, type ModelSettings } from './open-configured-model.ts';
export { openRedisQuotaLedger, type RedisQuotaLedgerOptions } from './redis/redis-quota-ledger.ts';
export { readQuotaBudgets } from './quota/read-quota-budgets.ts';
export type { ModelRouterOptions } from './routing/model-router.ts';
export { withRouting } from './routing/with-routing.ts';
export { answerAs, type AnswerShape, type StructuredAnswer } from './structured/answer-as.ts';
export { Cl100kTokenEstimator, TokenEstimator } from './token-estimator.ts';
export { UsageLedger, type LedgerEntry } from './usage-ledger.ts';
