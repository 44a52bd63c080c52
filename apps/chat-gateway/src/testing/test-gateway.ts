import { ModelCatalogue, Cl100kTokenEstimator, LanguageModel, openModelCatalogue, TokenEstimator } from '@manga-assist/bedrock';
import { ScriptedLanguageModel, type Script } from '@manga-assist/bedrock/testing';
import { ConversationStore } from '@manga-assist/conversations';
import { InMemoryConversationStore } from '@manga-assist/conversations/testing';
import { Clock, Ids, SystemClock, SystemIds } from '@manga-assist/foundation';
import { ApiKeys, ChatTickets, openServiceTokens } from '@manga-assist/identity';
import { DEMO_PRINCIPAL, inMemoryChatTickets, KnownApiKeys } from '@manga-assist/identity/testing';
import { WrittenLogs } from '@manga-assist/observability/testing';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import { ReadinessChecks, startService, type RunningService } from '@manga-assist/service-kit';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module.ts';
import { ChatGatewayConfig } from '../config.ts';
import { HttpToolClient } from '../tools/http-tool-client.ts';
import { ToolClient } from '../tools/tool-client.ts';
import { TestToolServer } from './test-tool-server.ts';

@Global()
@Module({})
class TestAdapters {}

export interface TestGateway {
  /** Where the chat is, `ws://…/v1/chat`. */
  url: string;
  httpUrl: string;
  model: ScriptedLanguageModel;
  tools: TestToolServer;
  conversations: InMemoryConversationStore;
  service: RunningService;
  logs: WrittenLogs;
  close(): Promise<void>;
}

/** The whole service in this process: real sockets and HTTP, a scripted model, conversations in memory. */
export async function startGateway(script: Script, settings: Partial<ChatGatewayConfig> = {}): Promise<TestGateway> {
  const tools = await TestToolServer.start();
  const config = Object.assign(new ChatGatewayConfig(), { port: 0, toolServiceUrl: tools.url, drainTimeoutMs: 3_000 }, settings);
  const logs = new WrittenLogs('debug');
  const { logger } = logs;
  const model = new ScriptedLanguageModel(script);
  const clock = new SystemClock();
  const conversations = new InMemoryConversationStore(clock);
  const tokens = openServiceTokens({ secret: 'local', issuer: 'chat-gateway' });
  const toolClient = new HttpToolClient({ url: config.toolServiceUrl, tokens, clock, logger });
  const providers = [
    { provide: Clock, useValue: clock },
    { provide: Timers, useValue: new SystemTimers() },
    { provide: Ids, useValue: new SystemIds(clock) },
    { provide: TokenEstimator, useValue: new Cl100kTokenEstimator() },
    { provide: ModelCatalogue, useValue: openModelCatalogue() },
    { provide: LanguageModel, useValue: model },
    { provide: ConversationStore, useValue: conversations },
    { provide: ApiKeys, useValue: apiKeys() },
    { provide: ChatTickets, useValue: inMemoryChatTickets() },
    { provide: ToolClient, useValue: toolClient },
    { provide: ReadinessChecks, useValue: { checks: { bedrock: () => model.isReachable() } } },
  ];
  const adapters: DynamicModule = { module: TestAdapters, providers, exports: providers.map(({ provide }) => provide) };
  const service = await startService({ name: 'chat-gateway', config, module: AppModule.for(config, logger, adapters), logger });
  return {
    url: `${service.url.replace('http', 'ws')}/v1/chat`,
    httpUrl: service.url,
    model,
    tools,
    conversations,
    service,
    logs,
    close: async () => {
      await service.close();
      await toolClient.close();
      await tools.close();
    },
  };
}

/** `local` may do everything, `another` is another shopper, `query-only` may not chat. */
function apiKeys(): KnownApiKeys {
  return new KnownApiKeys({
    local: DEMO_PRINCIPAL,
    another: { ...DEMO_PRINCIPAL, subject: 'demo-customer-2' },
    'query-only': { ...DEMO_PRINCIPAL, scopes: ['query:write'] },
  });
}
