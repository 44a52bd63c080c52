import { IsIn, IsObject, Matches } from 'class-validator';
import { Optional } from '../rules.ts';

/** POST /v1/tools/{name}/calls. Who is asking comes from the service token, never from here. */
export class ToolCallRequest {
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _ or -' })
  tool_use_id: string;

  /** The model's arguments, as they came: tool-service validates them against the tool's schema. */
  @IsObject()
  input: Record<string, unknown>;

  /** Which language descriptions and reasons are written in. */
  @Optional()
  @IsIn(['en', 'ja'])
  language?: 'en' | 'ja';
}
