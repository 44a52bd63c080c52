import { Module, type DynamicModule } from '@nestjs/common';
import { AnswerMaker } from './query/answer-maker.ts';
import { AnswerMemory } from './query/answer-memory.ts';
import { AnswerQuery } from './query/answer-query.ts';
import { MangaQueryController } from './query/manga-query.controller.ts';

@Module({})
export class AppModule {
  /** The service on the given adapters: the real ones in production, fakes in a test. */
  static on(adapters: DynamicModule): DynamicModule {
    return {
      module: AppModule,
      imports: [adapters],
      controllers: [MangaQueryController],
      providers: [AnswerQuery, AnswerMemory, AnswerMaker],
    };
  }
}
