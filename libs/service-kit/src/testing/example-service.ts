import { Controller, Get, HttpCode, Module, Param, Post, type DynamicModule } from '@nestjs/common';
import { ServiceConfig } from '@manga-assist/config';
import { AppError } from '@manga-assist/foundation';
import { ApiKeys, ServiceTokens, type Principal, type ServiceTokenClaims } from '@manga-assist/identity';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Caller, ParsedBody, Public, ReadinessChecks, RequestId, RequestSignal, RequireScope, RequireServiceToken, ServiceCaller } from '../index.ts';
import { Optional } from '@manga-assist/schemas';

export class AskRequest {
  @IsString()
  @MaxLength(40_000)
  question: string;

  @Optional()
  @IsInt()
  @Min(1)
  @Max(5)
  count?: number;
}

/** What a test sees and steers of the running service. */
export class Backstage {
  readonly failures = new Map<string, Error>();
  readonly checks: Record<string, (signal: AbortSignal) => Promise<boolean>> = { store: async () => true };
  /** The reasons for which signals of requests fired. */
  readonly aborts: string[] = [];
  readonly answer = Promise.withResolvers<string>();
  waiting = 0;
}

@Controller('v1')
export class ExampleController {
  constructor(private readonly backstage: Backstage) {}

  @Post('ask')
  @HttpCode(200)
  @RequireScope('query:write')
  ask(@ParsedBody(AskRequest) { question, count }: AskRequest, @Caller() caller: Principal, @RequestId() requestId: string): object {
    return { length: question.length, count, subject: caller.subject, requestId };
  }

  @Post('tell')
  @HttpCode(200)
  @RequireServiceToken()
  tell(@ParsedBody(AskRequest, { unknownFields: 'drop' }) request: AskRequest, @ServiceCaller() caller: ServiceTokenClaims): object {
    return { request, turnId: caller.turnId, subject: caller.principal.subject };
  }

  @Get('fail/:kind')
  @Public()
  fail(@Param('kind') kind: string): never {
    throw this.backstage.failures.get(kind) ?? new AppError('not-found', 'example.not-found', 'No such failure.');
  }

  @Get('wait')
  @Public()
  async wait(@RequestSignal() signal: AbortSignal): Promise<object> {
    this.backstage.waiting++;
    signal.addEventListener('abort', () => this.backstage.aborts.push((signal.reason as Error).name));
    const cancelled = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    return { answer: await Promise.race([this.backstage.answer.promise, cancelled]) };
  }
}

@Module({})
export class ExampleModule {
  static for(backstage: Backstage, apiKeys: ApiKeys, serviceTokens: ServiceTokens): DynamicModule {
    return {
      module: ExampleModule,
      controllers: [ExampleController],
      providers: [
        { provide: Backstage, useValue: backstage },
        { provide: ApiKeys, useValue: apiKeys },
        { provide: ServiceTokens, useValue: serviceTokens },
        { provide: ReadinessChecks, useValue: { checks: backstage.checks } },
      ],
    };
  }
}

export class ExampleConfig extends ServiceConfig {
  @IsInt()
  requestTimeoutMs: number = 25_000;
}
