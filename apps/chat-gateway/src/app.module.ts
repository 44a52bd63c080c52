import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from '@manga-assist/observability';
import { AdaptersModule } from './adapters.module.ts';
import { ChatGatewayConfig } from './config.ts';
import { DrainSockets } from './sockets/drain-sockets.ts';
import { OpenSockets } from './sockets/open-sockets.ts';
import { ShopperCheck } from './sockets/shopper-check.ts';
import { UpgradeGate } from './sockets/upgrade-gate.ts';
import { UpgradeRequiredController } from './sockets/upgrade-required.controller.ts';
import { TicketsController } from './tickets/tickets.controller.ts';
import { Answering } from './turns/answering.ts';
import { ChatGateway } from './turns/chat.gateway.ts';
import { TurnAdmission } from './turns/turn-admission.ts';
import { TurnKeeper } from './turns/turn-keeper.ts';
import { TurnRunner } from './turns/turn-runner.ts';
import { Turns } from './turns/turns.ts';

@Module({})
export class AppModule {
  /** `adapters` provides every port; tests bring their own. */
  static for(config: ChatGatewayConfig, logger: Logger, adapters: DynamicModule = AdaptersModule.for(config, logger)): DynamicModule {
    return {
      module: AppModule,
      imports: [adapters],
      controllers: [TicketsController, UpgradeRequiredController],
      providers: [
        { provide: ChatGatewayConfig, useValue: config },
        { provide: Turns, useFactory: () => new Turns({ keepMs: config.resumeWindowSeconds * 1_000 }) },
        Answering,
        ChatGateway,
        DrainSockets,
        OpenSockets,
        ShopperCheck,
        TurnAdmission,
        TurnKeeper,
        TurnRunner,
        UpgradeGate,
      ],
    };
  }
}
